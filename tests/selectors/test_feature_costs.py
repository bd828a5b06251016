"""Columns that cost more than others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from samples import quick_selector

from stg_select import GaussianGateSelector
from stg_select.selectors._gate_options import costs_of_features, gate_options

NAMES = np.array(["age", "sex", "dose"], dtype=object)


def copies(seed, noise=0.0, n=500):
    """Columns 0 and 1 say the same; 5 counts as well."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 12))
    X[:, 1] = X[:, 0] + noise * rng.normal(size=n)
    return X, X[:, 0] + X[:, 5] + 0.5 * rng.normal(size=n)


@pytest.mark.parametrize(
    "costs",
    [
        [1, 1, 5.0],
        {"dose": 5},
        {2: 5},
        np.array([1.0, 1.0, 5.0]),
        pd.Series([1.0, 1.0, 5.0]),
        pd.Series([5.0, 1.0], index=["dose", "age"]),
        pd.Series([5.0, 1.0, 1.0], index=[2, 0, 1]),
        pd.Series([1.0, 1.0, 5.0], index=[7, 9, 8]),
    ],
)
def test_ways_to_give_costs(costs):
    np.testing.assert_array_equal(costs_of_features(costs, NAMES, 3), [1.0, 1.0, 5.0])
    np.testing.assert_array_equal(costs_of_features(None, NAMES, 3), np.ones(3))


@pytest.mark.parametrize(
    ("costs", "message"),
    [
        ({"weight": 2.0}, "columns of X or positions 0 to 2, got 'weight'"),
        ({5: 2.0}, "positions 0 to 2, got 5"),
        ({"age": -1.0}, "numbers from 0 to 1000000, got -1.0"),
        ({"age": np.nan}, "got nan"),
        ([1.0, 1.0, np.inf], "got inf"),
        (["1", "2", "3"], "got '1'"),
        ([1.0, 2.0], r"expected shape \(3,\), got \(2,\)"),
        (pd.Series([1.0, 2.0], index=["age", "cost"]), "columns of X .*, got 'cost'"),
        (pd.Series(1.0, index=["age", "age"]), "each column once, got 'age' again"),
        ([[1.0, 2.0, 3.0]], r"expected shape \(3,\), got \(1, 3\)"),
    ],
)
def test_costs_that_are_none(costs, message):
    with pytest.raises(ValueError, match=message):
        GaussianGateSelector(feature_costs=costs).fit(
            pd.DataFrame(np.eye(9, 3), columns=NAMES), np.arange(9.0)
        )


def test_a_gate_costs_as_much_as_its_dearest_column():
    options = gate_options(
        np.zeros(4, dtype=bool), np.array([0.5, 3.0, 2.0, 0.0]), np.array([0, 1, 1, 2])
    )
    np.testing.assert_array_equal(options.cost, [0.5, 3.0, 0.0])


@pytest.mark.parametrize("noise", [0.0, 0.05], ids=["equal", "nearly"])
@pytest.mark.parametrize("seed", range(3))
def test_of_two_copies_the_cheaper_is_selected(seed, noise):
    X, y = copies(seed, noise)
    for dear, cheap in ((0, 1), (1, 0)):
        selector = GaussianGateSelector(feature_costs={dear: 10.0}, random_state=0)
        selected = selector.fit(X, y).get_support(indices=True)
        assert set(selected) == {cheap, 5}


@pytest.mark.parametrize("cost", [2, 5])
@pytest.mark.parametrize("dear", ["first", "last"])
def test_a_dear_column_that_says_the_same_is_named_a_copy(dear, cost):
    """Two of the same help a model more than the surcharge of a few units costs."""
    rng = np.random.default_rng(6)
    X = pd.DataFrame(rng.normal(size=(1000, 8))).add_prefix("x")
    y = X["x0"] + 1.5 * X["x1"] * X["x2"] + 0.4 * rng.normal(size=1000) > 0
    X.insert(0, "first", np.exp(X["x0"]))
    X = X.rename(columns={"x0": "last"})
    cheap = ({"first", "last"} - {dear}).pop()
    selector = GaussianGateSelector(feature_costs={dear: cost}, random_state=0)
    selector.fit(X, y)
    assert set(selector.get_feature_names_out()) == {cheap, "x1", "x2"}
    assert selector.copy_of_[X.columns.get_loc(dear)] == X.columns.get_loc(cheap)
    assert np.count_nonzero(selector.copy_of_ >= 0) == 1


def test_what_costs_more_than_it_tells_is_left_out():
    X, y = copies(0)
    selector = GaussianGateSelector(feature_costs={5: 1e4}, random_state=0).fit(X, y)
    assert not selector.support_[5]
    assert selector.support_[[0, 1]].any()


@pytest.mark.parametrize("mode", [{}, {"screening": None}, {"reg_weight": 1e-3}])
def test_costs_of_one_change_nothing(mode):
    X, y = copies(1)
    usual = GaussianGateSelector(random_state=0, max_iter=40, **mode).fit(X, y)
    same = GaussianGateSelector(
        feature_costs=np.ones(12), random_state=0, max_iter=40, **mode
    ).fit(X, y)
    np.testing.assert_array_equal(usual.mu_, same.mu_)
    np.testing.assert_array_equal(usual.support_, same.support_)


def test_free_columns_need_a_reason_all_the_same():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(500, 12)), rng.normal(size=500)
    selector = GaussianGateSelector(feature_costs=np.zeros(12), random_state=0)
    with pytest.warns(UserWarning, match="No features were selected"):
        assert selector.fit(X, y).transform(X).shape[1] == 0


def test_costs_at_a_price_of_ones_own():
    X, y = copies(2, 0.05)
    selector = GaussianGateSelector(
        reg_weight=3e-3, feature_costs={0: 10.0}, random_state=0
    ).fit(X, y)
    assert set(selector.get_support(indices=True)) == {1, 5}


def test_columns_with_gaps_alone_have_no_copies():
    """Their gates have two components each, which no single rank correlation tells."""
    X, y = copies(0)
    X[::7] = np.nan
    selector = quick_selector(feature_costs={0: 10.0}).fit(X, y)
    np.testing.assert_array_equal(selector.copy_of_, -1)
