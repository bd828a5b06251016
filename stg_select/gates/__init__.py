"""Gaussian stochastic gates: their formulas, and the layer built on them."""

from stg_select.gates._formulas import (
    INITIAL_MU,
    INITIAL_MU_STD,
    active_probs,
    active_probs_slope,
    gate_values,
    mean_gradient,
    sample_gates,
)
from stg_select.gates._layer import GaussianStochasticGates

__all__ = [
    "INITIAL_MU",
    "INITIAL_MU_STD",
    "GaussianStochasticGates",
    "active_probs",
    "active_probs_slope",
    "gate_values",
    "mean_gradient",
    "sample_gates",
]
