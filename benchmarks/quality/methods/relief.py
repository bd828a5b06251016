"""Nearest neighbours as in genetics: MultiSURF."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.problem import Ranking

MAX_ROWS = 5000  # its time is quadratic in the rows


def multisurf(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Score by MultiSURF of scikit-rebate, on at most 5000 random rows."""
    from skrebate import MultiSURF

    if len(y) > MAX_ROWS:
        rows = np.random.default_rng(seed).choice(len(y), MAX_ROWS, replace=False)
        X, y = X[rows], y[rows]
    return Ranking(MultiSURF(n_jobs=1).fit(X, y).feature_importances_)
