"""Counts as targets: planted columns are found, and nothing in noise."""

from __future__ import annotations

import numpy as np
import pytest
from samples import QUICK, make_table, quick_selector

from stg_select import GaussianGateSelector


def draw_counts(size, level=3.0, seed=0):
    """Counts whose logarithm two columns and a product of two more move.

    `size` is the shape of the gamma law that spreads the rates of equal rows.
    """
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((500, 20))
    rate = level * np.exp(0.5 * (X[:, 0] - X[:, 1] + X[:, 2] * X[:, 3]))
    return X, rng.poisson(rate * rng.gamma(size, 1.0 / size, len(X)))


@pytest.mark.parametrize(("size", "level"), [(50.0, 3.0), (3.0, 100.0)])
def test_planted_columns_of_counts_are_found(size, level):
    X, y = draw_counts(size, level)
    selector = GaussianGateSelector(objective="poisson", random_state=0).fit(X, y)
    assert selector.support_[:4].all()
    assert selector.support_[4:].sum() <= 1
    np.testing.assert_array_equal(np.sort(selector.ranking_[:4]), [1, 2, 3, 4])


@pytest.mark.filterwarnings("ignore:No features were selected:UserWarning")
@pytest.mark.parametrize("seed", range(3))
def test_heavy_counts_without_signal_select_next_to_nothing(seed):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((400, 40))
    y = rng.negative_binomial(0.3, 0.3 / (0.3 + 4.0), len(X))
    selector = GaussianGateSelector(objective="poisson", random_state=0).fit(X, y)
    assert selector.support_.sum() <= 1


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_rates_in_any_unit(unit):
    X, y = draw_counts(3.0)
    selector = quick_selector(objective="poisson").fit(X, unit * y)
    assert selector.support_[:4].all()
    assert selector.support_[4:].sum() <= 1


def test_negative_numbers_are_refused_before_training():
    X, y = make_table("regression")
    with pytest.raises(ValueError, match="'poisson' expects numbers of at least 0"):
        quick_selector(objective="poisson", max_iter=10**7).fit(X, y)


def test_weights_count_rows():
    X, y = draw_counts(3.0)
    weight = np.random.default_rng(0).integers(0, 3, len(y))
    rows = np.repeat(np.arange(len(y)), weight)
    weighted = GaussianGateSelector(objective="poisson", **QUICK).fit(X, y, weight)
    repeated = GaussianGateSelector(objective="poisson", **QUICK).fit(X[rows], y[rows])
    np.testing.assert_array_equal(weighted.ranking_, repeated.ranking_)
    np.testing.assert_allclose(weighted.mu_, repeated.mu_, atol=1e-6)
