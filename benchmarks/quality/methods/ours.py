"""The selector of this package: defaults, plain gates, and one idea off in turn."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.problem import Ranking
from stg_select.rules import GATE_SHARE


def gate_selector(
    X: NDArray[np.float64],
    y: NDArray,
    kind: str,
    seed: int,
    sample_weight: NDArray[np.float64] | None = None,
    groups: NDArray | None = None,
    splitter: Any = None,
) -> Ranking:
    """Fit `GaussianGateSelector` as it comes, on every task alike.

    It is told what peers are told: that y holds classes. Of more than 20 different
    whole numbers it would say itself that it takes them for numbers.
    """
    parameters = {} if splitter is None else {"cross_fit": splitter}
    return _fit(X, y, kind, seed, sample_weight, groups, **parameters)


def rows_unsaid(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Fit it without saying which rows belong together or follow each other."""
    return _fit(X, y, kind, seed)


def plain_gates(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Fit it without cross-fitting, embedding and screening."""
    return _fit(X, y, kind, seed, cross_fit=None, embedding=None, screening=None)


def without_cross_fitting(
    X: NDArray[np.float64], y: NDArray, kind: str, seed: int
) -> Ranking:
    """Train weights and gates on the same rows."""
    return _fit(X, y, kind, seed, cross_fit=None)


def without_embedding(
    X: NDArray[np.float64], y: NDArray, kind: str, seed: int
) -> Ranking:
    """Give the networks standardised columns; the screen keeps to ranks."""
    return _fit(X, y, kind, seed, embedding=None)


def without_screening(
    X: NDArray[np.float64], y: NDArray, kind: str, seed: int
) -> Ranking:
    """Train the gates of all columns, rank by the gates alone."""
    return _fit(X, y, kind, seed, screening=None)


def one_seed(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Train one member a fold, however few the rows are."""
    return _fit(X, y, kind, seed, n_seeds=1)


def screen_alone(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Leave the gates out of the ranking; no selection."""
    from stg_select import GaussianGateSelector

    selector = GaussianGateSelector(objective=_objective(y, kind), random_state=seed)
    selector.fit(X, y)
    # the gates' share of the evidence, see stg_select.rules.evidence
    gates = GATE_SHARE * selector.active_probs_
    return Ranking(selector.feature_importances_ - gates)


def _fit(
    X: NDArray[np.float64],
    y: NDArray,
    kind: str,
    seed: int,
    sample_weight: NDArray[np.float64] | None = None,
    groups: NDArray | None = None,
    **parameters: Any,
) -> Ranking:
    from stg_select import GaussianGateSelector

    selector = GaussianGateSelector(
        objective=_objective(y, kind), random_state=seed, **parameters
    )
    selector.fit(X, y, sample_weight=sample_weight, groups=groups)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No features were selected", UserWarning)
        selected = selector.get_support()
    return Ranking(-selector.ranking_.astype(np.float64), selected)


def _objective(y: NDArray, kind: str) -> str:
    """Say that one column holds classes; leave everything else to the selector."""
    return "log_loss" if kind == "classification" and np.ndim(y) == 1 else "auto"
