"""Whatever a fit is given, it ends fitted and sound, or with one of our errors."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from samples import LEARNED, quick_selector

SETTINGS = {
    "n_features_to_select": [None, 1, 3, 0.3, 10**9, 5e-324],
    "threshold": [None, 0.0, 0.5, 1.0],
    "reg_weight": ["auto", 0.0, 1e-3, 1e6, 1e39],
    "gate_std": [0.5, 1e-6, 1e6, 1e39, 1e-300],
    "feature_groups": [None, [0, 0, 1, 1, 2], [1, "1", 2, 3, 4], {"a": [0, 4]}],
    "max_correlation": [None, 0.0, 0.9],
    "cross_fit": [None, 2, 4, 10**9],
    "embedding": ["legendre", None],
    "screening": ["auto", 1, None, 10**30],
    "standardize": [True, False],
    "gate_noise": ["member", "row"],
    "hidden_layer_sizes": [(8,), (), (4, 3), 5, [True], [10**30]],
    "learning_rate_init": [0.02, 1e-30, 1.0, 1e39],
    "gate_learning_rate_init": [0.05, 1e-30, 1e6],
    "alpha": [0.1, 0.0, 1e5],
    "batch_size": ["auto", 1, 7, 10**30],
    "max_iter": [1, 12, 30],
    "n_iter_no_change": [None, 1, 10**30],
}
CELLS = {
    "plain": lambda rng, n: rng.standard_normal((n, 5)),
    "huge": lambda rng, n: rng.standard_normal((n, 5)) * 1e300,
    "tiny": lambda rng, n: rng.standard_normal((n, 5)) * 1e-300,
    "rounded": lambda rng, n: rng.integers(0, 2, (n, 5)).astype(float),
    "heavy": lambda rng, n: rng.standard_cauchy((n, 5)) ** 3,
}
TARGETS = {
    "sum": lambda x: x[:, 0] + x[:, 1],
    "classes": lambda x: np.where(x[:, 0] > np.median(x[:, 0]), "a", "b"),
    "large": lambda x: 2**60 + np.argsort(np.argsort(x[:, 0])),
    "constant": lambda x: np.ones(len(x)),
}
WEIGHTS = {
    "none": lambda rng, n: None,
    "counts": lambda rng, n: rng.integers(0, 4, n),
    "huge": lambda rng, n: rng.uniform(0.5, 1.0, n) * 1e308,
    "uneven": lambda rng, n: np.where(np.arange(n) == 3, 1e17, 0.5),
}

MORE = [pytest.param(seed, marks=pytest.mark.slow) for seed in range(60, 400)]


def check_sound(selector, X):
    """A fit whose parts follow from each other."""
    for name in LEARNED:
        assert np.isfinite(getattr(selector, name)).all(), name
    ranks = np.unique(selector.ranking_)
    np.testing.assert_array_equal(ranks, np.arange(1, len(ranks) + 1))
    if selector.feature_groups is None:
        assert len(ranks) == X.shape[1]
    support = selector.get_support()
    assert not support[~selector.varies_].any()
    if selector.n_features_to_select is None and selector.threshold is None:
        first = selector.ranking_ <= selector.n_features_to_select_
        selectable = selector.varies_ & (selector.copy_of_ < 0)
        np.testing.assert_array_equal(support, first & selectable)
    np.testing.assert_array_equal(selector.transform(X), X[:, support])


@pytest.mark.parametrize("seed", [*range(60), *MORE])
def test_any_fit(seed):
    rng = np.random.default_rng(seed)
    names = rng.choice(list(SETTINGS), size=rng.integers(0, 7), replace=False)
    settings = {n: SETTINGS[n][rng.integers(len(SETTINGS[n]))] for n in names}
    n_rows = int(rng.integers(5, 80))
    cells, target, weights = (
        values[rng.choice(list(values))] for values in (CELLS, TARGETS, WEIGHTS)
    )
    X = cells(rng, n_rows)
    y, weight = target(X), weights(rng, n_rows)
    selector = quick_selector(**{"max_iter": 20, **settings})
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="sklearn|stg_select|test_fuzz")
        warnings.simplefilter("ignore", UserWarning)
        try:
            selector.fit(X, y, weight)
        except ValueError:
            assert vars(selector) == selector.get_params()
            return
        check_sound(selector, X)
