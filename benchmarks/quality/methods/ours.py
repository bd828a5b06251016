"""The selector of this package, with its defaults and as plain stochastic gates."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.problem import Ranking


def gate_selector(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Fit `GaussianGateSelector` as it comes, on every task alike."""
    return _fit(X, y, seed)


def plain_gates(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Fit it without cross-fitting, embedding and screening."""
    return _fit(X, y, seed, cross_fit=None, embedding=None, screening=None)


def _fit(X: NDArray[np.float64], y: NDArray, seed: int, **parameters: Any) -> Ranking:
    from stg_select import GaussianGateSelector

    selector = GaussianGateSelector(random_state=seed, **parameters).fit(X, y)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No features were selected", UserWarning)
        selected = selector.get_support()
    return Ranking(-selector.ranking_.astype(np.float64), selected)
