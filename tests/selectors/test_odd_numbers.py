"""Numbers at the ends of their types are fitted like others."""

from __future__ import annotations

import numpy as np
import pytest
from samples import LEARNED, assert_same_fit, make_table, quick_selector

X, RESPONSE = make_table("regression")
BITS = np.random.default_rng(0).uniform(0.5, 1.0, len(X))


@pytest.mark.parametrize("scale", [1e308, 1e-300])
def test_unit_of_weights_does_not_matter(scale):
    large = quick_selector().fit(X, RESPONSE, BITS * scale)
    same = quick_selector().fit(X, RESPONSE, BITS * scale / (BITS * scale).max())
    assert_same_fit(large, same)


def test_one_weight_beyond_all_others():
    weight = np.full(len(X), 0.5)
    weight[3] = 1e17
    selector = quick_selector().fit(X, RESPONSE, weight)
    assert all(np.isfinite(getattr(selector, name)).all() for name in LEARNED)


@pytest.mark.parametrize("start", [2**60, -(2**63), 2**63 - 200])
def test_whole_numbers_beyond_the_exact_floats(start):
    steps = np.argsort(np.argsort(RESPONSE))
    large = np.array([start + int(step) for step in steps])
    selector = quick_selector(objective="squared_error").fit(X, large)
    same = quick_selector(objective="squared_error").fit(X, steps)
    np.testing.assert_array_equal(selector.ranking_ <= 2, same.ranking_ <= 2)


@pytest.mark.parametrize(
    "settings",
    [
        {"gate_std": 1e6},
        {"gate_std": 1e-6},
        {"reg_weight": 1e6},
        {"gate_learning_rate_init": 1e6},
        {"gate_learning_rate_init": 1e6, "cross_fit": None},
    ],
    ids=str,
)
def test_ends_of_the_bounds_are_finite(settings):
    selector = quick_selector(**settings).fit(X, RESPONSE)
    assert all(np.isfinite(getattr(selector, name)).all() for name in LEARNED)
