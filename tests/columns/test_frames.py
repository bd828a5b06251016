"""Data frames turned into components, each of which stands for a column."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder

from stg_select.columns.frames import MAX_LEVELS, MIN_LEVEL_ROWS, read_frame


def components(values) -> np.ndarray:
    """The components that a single column becomes."""
    return read_frame(pd.DataFrame({"column": values})).components.values


def test_numbers_stay_as_they_are():
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, -1.0, 4.0]})
    features = read_frame(frame)
    np.testing.assert_array_equal(features.components.values, frame.to_numpy())
    assert features.names == ["a", "b"]
    assert features.components.feature.tolist() == [0, 1]


def test_features_tell_which_column_each_component_stands_for():
    frame = pd.DataFrame(
        {
            "constant": 7,
            "text": ["u", "v", "w"] * 5,
            "gaps": [1.0, np.nan, 3.0] * 5,
            "id": [f"row {i}" for i in range(15)],
            "number": range(15),
        }
    )
    features = read_frame(frame)
    assert features.names == ["text", "gaps", "number"]
    assert features.components.feature.tolist() == [0, 0, 0, 1, 1, 2]
    assert features.constant == ["constant"]
    assert features.rare == ["id"]


@pytest.mark.parametrize("missing", [np.nan, np.inf, -np.inf])
def test_missing_and_infinite_numbers_become_the_median_and_an_indicator(missing):
    expected = [[1.0, 0.0], [3.0, 1.0], [3.0, 0.0], [8.0, 0.0]]
    np.testing.assert_array_equal(components([1.0, missing, 3.0, 8.0]), expected)


def test_a_constant_number_with_gaps_leaves_its_indicator():
    assert components([5.0, None, 5.0]).tolist() == [[0.0], [1.0], [0.0]]


def test_levels_equal_the_one_hot_encoder_of_scikit_learn():
    levels = np.repeat(["a", "b", "c", "d"], [9, 7, 2, 1])[:, None]
    reference = OneHotEncoder(min_frequency=MIN_LEVEL_ROWS, sparse_output=False)
    np.testing.assert_array_equal(
        components(levels[:, 0]), reference.fit_transform(levels)
    )


def test_two_levels_are_one_component():
    assert components(["yes", "no"] * 5).shape == (10, 1)
    assert components(["yes", None] * 5).shape == (10, 1)
    assert components(["yes", "no", None] * 5).shape == (15, 3)


def test_many_levels_do_not_explode():
    values = [f"level {i}" for i in range(100)] * MIN_LEVEL_ROWS
    assert components(values).shape == (100 * MIN_LEVEL_ROWS, MAX_LEVELS + 1)


@given(st.lists(st.sampled_from("abcd"), min_size=12, max_size=40), st.randoms())
def test_components_follow_their_rows(values, random):
    values = ["a"] * 6 + ["b"] * 5 + values
    order = list(range(len(values)))
    random.shuffle(order)
    np.testing.assert_array_equal(
        components([values[i] for i in order]), components(values)[order]
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pd.to_datetime(["2020-01-01", "2020-01-03"]), [0, 2]),
        (
            pd.to_datetime(["2020-01-01", "2020-01-03"]).tz_localize("Asia/Tokyo"),
            [0, 2],
        ),
        (["2020-01-01", "2020-01-02T12:00"], [0, 1.5]),
        ([datetime.date(2020, 1, 1), datetime.date(2020, 1, 3)], [0, 2]),
        (pd.to_timedelta(["6h", "12h"]), [0.25, 0.5]),
        ([Decimal("1.5"), Decimal("2.5")], [1.5, 2.5]),
        ([True, False], [1, 0]),
        (pd.array([True, False], dtype="boolean"), [1, 0]),
        (pd.array([3, 4], dtype="Int64"), [3, 4]),
        (np.array([True, False], dtype=object), [1, 0]),
    ],
)
def test_whatever_counts_becomes_a_number(values, expected):
    np.testing.assert_array_equal(components(values)[:, 0], expected)


@pytest.mark.parametrize(
    "values",
    [
        pd.to_datetime(["2020-01-01", None, "2020-01-03"]),
        ["2020-01-01", None, "2020-01-03"],
        np.array([True, None, False], dtype=object),
        pd.array([1, None, 2], dtype="Int64"),
        pd.to_timedelta(["1h", None, "2h"]),
    ],
)
def test_gaps_of_every_type_are_indicated(values):
    assert components(values)[:, 1].tolist() == [0, 1, 0]


def test_text_that_only_begins_like_a_date_is_text():
    values = ["2020-01-01 a", "2020-01-01 b"] * 5
    assert set(components(values).ravel()) == {0.0, 1.0}


def test_numeric_categories_are_levels():
    assert components(pd.Categorical([1, 2, 30] * 5)).shape == (15, 3)


@pytest.mark.parametrize("value", [5, "text", None, np.inf, pd.NaT])
def test_nothing_but_constant_columns_leaves_no_feature(value):
    features = read_frame(pd.DataFrame({"a": [value] * 3}))
    assert features.names == []
    assert features.constant == ["a"]
    assert features.components.values.shape == (3, 0)


def test_lists_in_cells_are_an_error():
    frame = pd.DataFrame({"a": [[1], [2]]})
    with pytest.raises(ValueError, match="'a' holds neither numbers, dates nor text"):
        read_frame(frame)
