"""Benchmarks of stg_select; not part of the installed package."""
