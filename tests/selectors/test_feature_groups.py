"""Columns that share a gate."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import LEARNED, assert_same_fit, make_table, quick_selector

from stg_select.selectors._feature_groups import gate_of_features

IDS = ["age", "age", "town", "town", "town", "income"]
NAMES = np.array(["young", "old", "berlin", "paris", "rome", "euro"], dtype=object)


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=12))
def test_gates_are_numbered_by_their_first_columns(ids):
    gate = gate_of_features(ids, None, len(ids))
    assert [gate[i] == gate[j] for i in range(len(ids)) for j in range(len(ids))] == [
        ids[i] == ids[j] for i in range(len(ids)) for j in range(len(ids))
    ]
    first = [int(np.flatnonzero(gate == g)[0]) for g in range(gate.max() + 1)]
    assert first == sorted(first)


@pytest.mark.parametrize(
    "groups",
    [
        IDS,
        np.array([4, 4, -1, -1, -1, 0]),
        pd.Series(IDS),
        pd.Series(IDS[::-1], index=NAMES[::-1]),
        pd.Series(IDS[::-1], index=range(5, -1, -1)),
        {"age": ["young", "old"], "town": ["berlin", "paris", "rome"]},
        {"town": [2, 3, 4], "age": [0, 1]},
        {"town": ("berlin", np.int64(3), 4), "age": {"old", "young"}, "money": "euro"},
        {"age": range(2), "town": np.arange(2, 5), "money": 5},
    ],
    ids=[
        *("ids", "numbers", "series", "series by name", "series by position"),
        *("names", "positions", "mixed", "ranges"),
    ],
)
def test_ways_to_name_groups(groups):
    gate = gate_of_features(groups, NAMES, len(NAMES))
    np.testing.assert_array_equal(gate, [0, 0, 1, 1, 1, 2])


def test_columns_of_no_group_stand_alone():
    np.testing.assert_array_equal(gate_of_features(None, None, 3), [0, 1, 2])
    np.testing.assert_array_equal(gate_of_features({}, None, 3), [0, 1, 2])
    np.testing.assert_array_equal(
        gate_of_features({"g": [1, 3]}, None, 4), [0, 1, 2, 1]
    )


def grouped_table():
    """Columns 1 and 4 carry the target; 3 is constant; 0, 1, 3 and 2, 5 are groups."""
    X, y = make_table("regression")
    X = X[:, [2, 0, 3, 4, 1, 5]]
    X[:, 3] = 7.0
    return X, y


GROUPS = ["a", "a", "b", "a", "c", "b"]


def test_columns_of_a_group_share_everything():
    X, y = grouped_table()
    selector = quick_selector(feature_groups=GROUPS).fit(X, y)
    for name in (*LEARNED, "gate_values_", "support_"):
        values = getattr(selector, name)
        assert values.shape == (6,)
        assert values[0] == values[1]
        assert values[2] == values[5]
    assert selector.support_[[0, 1, 4]].all()
    assert sorted(set(selector.ranking_)) == [1, 2, 3]


def test_constant_column_of_a_group_that_varies_follows_it():
    X, y = grouped_table()
    selector = quick_selector(feature_groups=GROUPS).fit(X, y)
    assert selector.get_support()[3]
    selector.n_features_to_select = 1.0
    assert selector.get_support().all()


def test_group_of_constant_columns_is_never_selected():
    X, y = grouped_table()
    X[:, [2, 5]] = [0.0, 1.0]
    selector = quick_selector(feature_groups=GROUPS, n_features_to_select=3).fit(X, y)
    assert not selector.get_support()[[2, 5]].any()
    assert set(selector.ranking_[[2, 5]]) == {3}


@pytest.mark.parametrize(
    ("count", "n_gates"), [(1, 1), (2, 2), (3, 3), (0.4, 1), (0.7, 2), (1.0, 3)]
)
def test_counts_are_those_of_gates(count, n_gates):
    X, y = grouped_table()
    X[:, 3] = np.arange(len(X))
    selector = quick_selector(feature_groups=GROUPS, n_features_to_select=count).fit(
        X, y
    )
    support = selector.get_support()
    assert len(set(np.array(GROUPS)[support])) == n_gates
    np.testing.assert_array_equal(support, selector.ranking_ <= n_gates)


def test_names_of_a_data_frame_and_ids_give_the_same_fit():
    X, y = grouped_table()
    frame = pd.DataFrame(X, columns=NAMES)
    named = {"a": ["young", "old", "paris"], "b": ["berlin", "euro"]}
    by_name = quick_selector(feature_groups=named).fit(frame, y)
    assert_same_fit(by_name, quick_selector(feature_groups=GROUPS).fit(X, y))
    assert by_name.feature_groups is named


def test_groups_of_one_column_are_no_groups():
    X, y = grouped_table()
    assert_same_fit(
        quick_selector(feature_groups=list("fedcba")).fit(X, y),
        quick_selector().fit(X, y),
    )


def test_one_gate_for_indicators_of_one_category():
    """Every indicator alone says little, their gate opens for all of them."""
    rng = np.random.default_rng(0)
    town = rng.integers(0, 8, 400)
    effect = np.array([2.0, -2.0, 1.0, -1.0, 2.0, -1.0, 1.0, -2.0])[town]
    y = effect + 0.3 * rng.standard_normal(400)
    noise = rng.standard_normal((400, 8))
    X = np.column_stack([np.eye(8)[town], noise])
    selector = quick_selector(feature_groups={"town": range(8)}, n_features_to_select=1)
    expected = np.r_[np.ones(8, dtype=bool), np.zeros(8, dtype=bool)]
    np.testing.assert_array_equal(selector.fit(X, y).get_support(), expected)
