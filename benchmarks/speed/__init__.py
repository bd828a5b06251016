"""How fast, how big? The selector, its engine and their peers in turn in one run.

Run ``python -m benchmarks.speed --help`` from the root of the repository.
"""
