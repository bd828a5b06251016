"""Small tables and quick settings for the tests of the selector."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stg_select import GaussianGateSelector

N_FEATURES = 6
QUICK: dict[str, Any] = {
    "max_iter": 60,
    "n_seeds": 1,
    "hidden_layer_sizes": (8,),
    "learning_rate_init": 0.02,
    "gate_learning_rate_init": 0.05,
    "random_state": 0,
}
PLAIN: dict[str, Any] = {
    "cross_fit": None,
    "embedding": None,
    "screening": None,
    "standardize": False,
    "gate_noise": "row",
}
# every array that fit learns, one value a column
LEARNED = ("mu_", "active_probs_", "ranking_", "feature_importances_")


def quick_selector(**settings: Any) -> GaussianGateSelector:
    """A selector that is quick to fit, yet finds the columns of these tables."""
    return GaussianGateSelector(**{**QUICK, **settings})


def make_table(
    kind: str, n_rows: int = 120, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray]:
    """A table whose columns 0 and 1 carry a target of the given kind."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n_rows, N_FEATURES))
    signal = 2.0 * X[:, 0] - 2.0 * X[:, 1]
    targets = {
        "regression": signal + 0.1 * rng.standard_normal(n_rows),
        "multioutput": X[:, :2] + 0.1 * rng.standard_normal((n_rows, 2)),
        "binary": (signal > 0.0).astype(int),
        "multiclass": np.digitize(signal, [-1.5, 1.5]),
    }
    return X, targets[kind]


@cache
def fitted_on(kind: str, **settings: Any) -> GaussianGateSelector:
    """A fit of such a table that tests share, to read from and to compare with."""
    return quick_selector(**settings).fit(*make_table(kind))


def assert_same_fit(first: GaussianGateSelector, second: GaussianGateSelector) -> None:
    """Two fits learned the same numbers, to the last bit."""
    for name in LEARNED:
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
