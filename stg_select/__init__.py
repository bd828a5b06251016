"""Feature selection with Gaussian stochastic gates."""

from __future__ import annotations

from importlib.metadata import version

from stg_select.gates import GaussianStochasticGates
from stg_select.selectors import GaussianGateSelector

__all__ = ["GaussianGateSelector", "GaussianStochasticGates"]
__version__ = version("stg-select")
