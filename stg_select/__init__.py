"""Feature selection with Gaussian stochastic gates."""

from __future__ import annotations

from importlib.metadata import version

__version__ = version("stg-select")
