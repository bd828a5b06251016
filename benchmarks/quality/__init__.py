"""Does the selector find the right columns? It and its peers on the same tables.

Run ``python -m benchmarks.quality --help`` from the root of the repository.
"""
