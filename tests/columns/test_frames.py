"""Data frames turned into components, each of which stands for a column."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder

from stg_select.columns import MAX_LEVELS, MIN_LEVEL_ROWS, Features
from stg_select.columns.frames import is_frame, is_numeric, read_frame


def read(frame, **settings) -> Features:
    """Read a frame whose rows weigh the same."""
    return read_frame(frame, np.ones(len(frame)), **settings)


def values_of(features: Features) -> np.ndarray:
    """All components that stand for a table."""
    found = features.components
    every = np.arange(found.n_components)
    parts = found.by_components(np.arange(found.n_rows), every)
    return np.hstack([values for _, values in parts])


def components(values) -> np.ndarray:
    """The components that a single column becomes."""
    return values_of(read(pd.DataFrame({"column": values})))


def kind(values) -> str:
    """What a single column is read as."""
    return read(pd.DataFrame({"column": values})).kinds[0]


def test_numbers_stay_as_they_are():
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, -1.0, 4.0]})
    features = read(frame)
    np.testing.assert_array_equal(values_of(features), frame.to_numpy())
    assert features.kinds == ["number", "number"]
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
    features = read(frame)
    assert features.kinds == ["number", "text", "number", "text", "number"]
    assert features.components.feature.tolist() == [0, 1, 1, 1, 2, 2, 3, 4]
    varying = features.components.varying(np.ones(15, dtype=bool))
    assert varying.tolist() == [False, *[True] * 5, False, True]


def test_missing_numbers_become_the_median_and_an_indicator():
    expected = [[1.0, 0.0], [3.0, 1.0], [3.0, 0.0], [8.0, 0.0]]
    np.testing.assert_array_equal(components([1.0, np.nan, 3.0, 8.0]), expected)


@pytest.mark.parametrize("value", [np.inf, -np.inf, "inf"])
def test_infinite_values_are_an_error_that_names_the_column(value):
    frame = pd.DataFrame({"a": [1, 2], "b": [1, value]}, dtype=object)
    with pytest.raises(ValueError, match="Column 'b' of X holds infinite values"):
        read(frame)


def test_levels_equal_the_one_hot_encoder_of_scikit_learn():
    levels = np.repeat(["a", "b", "c", "d"], [9, 7, 2, 1])[:, None]
    reference = OneHotEncoder(min_frequency=MIN_LEVEL_ROWS, sparse_output=False)
    np.testing.assert_array_equal(
        components(levels[:, 0]), reference.fit_transform(levels)
    )


def test_levels_of_whole_weights_are_those_of_repeated_rows():
    levels = np.array(["a", "b", "c", "d"])
    weight = np.array([6, 5, 4, 0])
    once = read_frame(pd.DataFrame({"a": levels}), weight.astype(float))
    often = components(np.repeat(levels, weight))
    np.testing.assert_array_equal(np.repeat(values_of(once), weight, axis=0), often)


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
        (  # summer and winter of one place
            [
                datetime.datetime.fromisoformat("2020-01-01T01:00+01:00"),
                datetime.datetime.fromisoformat("2020-07-01T02:00+02:00"),
            ],
            [0, 182],
        ),
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
    assert components(values)[:, -1].tolist() == [0, 1, 0]


def test_text_that_only_begins_like_a_date_is_text():
    values = ["2020-01-01 a", "2020-01-01 b"] * 5
    assert set(components(values).ravel()) == {0.0, 1.0}


def test_numeric_categories_are_levels():
    assert components(pd.Categorical([1, 2, 30] * 5)).shape == (15, 3)


@pytest.mark.parametrize("value", [5, "text", None, pd.NaT])
def test_constant_columns_have_components_that_do_not_vary(value):
    features = read(pd.DataFrame({"a": [value] * 3}))
    assert set(features.components.feature) == {0}
    assert not features.components.varying(np.ones(3, dtype=bool)).any()


@pytest.mark.parametrize("cell", [[1], {"a": 1}, object(), 1j])
def test_cells_of_other_types_are_an_error_that_names_the_column(cell):
    kinds = "list|dict|object|complex"
    with pytest.raises(TypeError, match=f"Column 'a' of X holds cells of .*({kinds})"):
        read(pd.DataFrame({"a": [cell, cell]}))


def test_numbers_written_as_text_are_numbers():
    assert kind(["1,234.50", "$3", "n/a"]) == "number (text)"
    assert components(["1,234.50", "$3", "n/a"])[:, 0].tolist() == [1234.5, 3.0, 3.0]
    assert components([1, "2", "?"])[:, 1].tolist() == [0.0, 0.0, 1.0]


def test_what_python_alone_takes_for_a_number_is_text():
    assert kind(["1_1", "1_2", "2_1"]) == "text"
    assert kind(["1_1", "12", "2.5"]) == "text"


def test_numbers_that_floats_cannot_hold_are_an_error_that_names_the_column():
    with pytest.raises(ValueError, match="Column 'id' of X holds whole numbers that"):
        read(pd.DataFrame({"id": pd.Series([10**400, 1, None], dtype=object)}))


def test_words_for_missing_cells_are_missing():
    found = components(["a", "a", "n/a", " ", "b"] * 5)
    assert found.shape == (25, 3)
    assert found[:5, 2].tolist() == [0.0, 0.0, 1.0, 1.0, 0.0]


def test_blanks_around_text_do_not_matter():
    np.testing.assert_array_equal(
        components(["a ", " b", "a", "b"] * 5), components(["a", "b"] * 10)
    )


def test_dates_are_a_place_in_time_and_cycles():
    times = pd.date_range("2020-01-01", periods=500, freq="37h")
    found = components(times)
    days = np.arange(500) * 37 / 24
    np.testing.assert_allclose(found[:, 0], days)
    np.testing.assert_array_equal(found[:, 1], times.month)
    np.testing.assert_array_equal(found[:, 2], times.day_of_week)
    np.testing.assert_array_equal(found[:, 3], times.hour)
    assert kind(times) == "date"


@pytest.mark.parametrize(
    ("days", "n_components"), [(0.5, 1), (5, 2), (300, 3), (400, 4)]
)
def test_cycles_longer_than_the_table_say_nothing(days, n_components):
    times = pd.to_datetime("2020-01-01") + pd.to_timedelta([0, days / 3, days], "D")
    assert components(times).shape == (3, n_components)


@pytest.mark.parametrize("unit", ["ns", "us", "s"])
@pytest.mark.parametrize("first", [pd.Timestamp(1905, 1, 1), pd.Timestamp.min])
def test_dates_may_be_centuries_apart(unit, first):
    times = pd.DatetimeIndex([first, pd.Timestamp(2198, 1, 1)]).as_unit(unit)
    features = read(pd.DataFrame({"day": times}))
    days = times.as_unit("us").asi8 / 86_400e6
    np.testing.assert_allclose(values_of(features)[:, 0], days - days[0])
    gap = features.starts[0] - times[0].to_datetime64()
    assert abs(gap) < np.timedelta64(1, "us")


TIMES = [datetime.datetime(9999, 12, 31, 18), datetime.datetime(2001, 2, 3), None]


@pytest.mark.parametrize(
    "cells",
    [
        TIMES,
        pd.Series(TIMES, dtype=object),
        [TIMES[0].replace(tzinfo=datetime.UTC), *TIMES[1:]],
        pd.Series([np.datetime64(time, "h") for time in TIMES[:2]], dtype=object),
        pd.Series([pd.Period("9999-12-31 18:00", "h"), pd.Period("2001-02-03", "h")]),
        ["9999-12-31 18:00", "2001-02-03 00:00", ""],
        ["9999-12-31 18:00", "2001-02-03", None],
    ],
)
def test_dates_may_be_of_any_year(cells):
    """Also where pandas counts nanoseconds, which reach from 1677 to 2262."""
    features = read(pd.DataFrame({"day": cells}))
    days = (TIMES[0] - TIMES[1]) / datetime.timedelta(days=1)
    assert values_of(features)[:2, 0].tolist() == [days, 0]
    assert values_of(features)[:2, 1].tolist() == [12, 2]
    assert features.starts[0] == np.datetime64(TIMES[1])


@pytest.mark.parametrize(
    "cells",
    [
        [datetime.timedelta.max, datetime.timedelta(hours=6), None],
        pd.Series([datetime.timedelta.max, np.timedelta64(6, "h"), pd.NaT]),
        pd.Series([datetime.timedelta.max, pd.Timedelta(6, "h"), None], dtype=object),
    ],
)
def test_durations_may_be_of_any_length(cells):
    features = read(pd.DataFrame({"wait": cells}))
    assert features.kinds == ["duration"]
    assert values_of(features)[:2, 0].tolist() == [1e9, 0.25]


def test_dates_that_cannot_be_counted_are_refused():
    times = np.array(["-20000-01-01", "292277026596-01-01"], dtype="datetime64[s]")
    with pytest.raises(ValueError, match="Column 'day' of X holds dates too far apart"):
        read(pd.DataFrame({"day": times}))


def test_dates_written_as_text_say_how_they_were_read():
    assert kind(["2020-01-13", "2020-02-01"]) == "date (%Y-%m-%d)"
    features = read(pd.DataFrame({"day": ["03/04/2020", "05/06/2021"]}))
    assert features.kinds == ["date (%m/%d/%Y)"]
    (note,) = features.notes
    assert note.startswith("Column 'day' of X holds dates such as '03/04/2020'")


def test_periods_and_times_of_day_are_numbers():
    assert kind(pd.period_range("2020-01", periods=3, freq="M")) == "date"
    times = [datetime.time(6), datetime.time(12), None]
    assert components(times)[:2, 0].tolist() == [0.25, 0.5]


def test_ordered_categories_are_places_in_the_order():
    sizes = pd.Categorical(
        ["S", "L", None, "M"], categories=["S", "M", "L"], ordered=True
    )
    assert components(sizes).tolist() == [[0, 0], [2, 0], [1, 1], [1, 0]]
    assert kind(sizes) == "ordered category"


def test_named_columns_are_categories_whatever_they_hold():
    frame = pd.DataFrame({"code": [1.0, 2.0, 30.0] * 5, "size": range(15)})
    features = read(frame, categories={0})
    assert features.kinds == ["category", "number"]
    assert features.components.feature.tolist() == [0, 0, 0, 1]


def test_columns_that_name_rows_are_told():
    frame = pd.DataFrame({"id": [f"row {i}" for i in range(40)], "a": ["x", "y"] * 20})
    (note,) = read(frame).notes
    assert note.startswith("Column 'id' of X holds 40 distinct values in 40 rows")


MIXED = pd.DataFrame(
    {
        "number": [1.5, np.nan, 3.0, 4.0] * 6,
        "count": [1, 2, 3, 4] * 6,
        "truth": [True, False, False, True] * 6,
        "text": ["a", "b", None, "c"] * 6,
        "level": pd.Categorical(["u", "v", "u", None] * 6),
        "day": pd.date_range("2020-01-01", periods=24, freq="31D"),
        "wait": pd.to_timedelta(np.arange(24), "h"),
    }
)


def converters() -> dict:
    """What turns a frame of numpy's types into one of other types."""
    return {
        "nullable": lambda frame: frame.convert_dtypes(),
        "pyarrow": lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
        "objects": lambda frame: frame.astype(object),
        "polars": pl.from_pandas,
    }


@pytest.mark.parametrize("types", converters())
def test_the_types_of_a_library_change_nothing(types):
    converted = converters()[types](MIXED)
    assert is_frame(converted)
    found, expected = read(converted), read(MIXED)
    np.testing.assert_array_equal(values_of(found), values_of(expected))
    np.testing.assert_array_equal(found.components.feature, expected.components.feature)


def test_types_of_polars_that_pandas_does_not_have():
    frame = pl.DataFrame(
        {
            "price": [Decimal("1.5"), None, Decimal("2.5")],
            "nothing": [None] * 3,
            "hour": [datetime.time(6), None, datetime.time(12)],
            "size": pl.Series(["S", "L", None], dtype=pl.Enum(["S", "L"])),
        }
    )
    features = read(frame)
    assert features.kinds == ["number", "number", "duration", "category"]
    for cells in ([[1], [2]], [{"a": 1}, {"a": 2}]):
        with pytest.raises(TypeError, match="Column 'a' of X holds cells of type"):
            read(pl.DataFrame({"a": cells}))


def test_frames_of_plain_numbers_are_told():
    numbers = pd.DataFrame({"a": [1, 2], "b": [0.5, np.nan]})
    assert is_numeric(numbers)
    assert is_numeric(pl.from_pandas(numbers))
    for mixed in (numbers.assign(b=["x", "y"]), numbers.convert_dtypes()):
        assert not is_numeric(mixed)
    assert not is_numeric(pl.DataFrame({"a": ["x"]}))
    assert not is_frame(numbers.to_numpy())
