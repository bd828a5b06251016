"""Columns read once more are the components that they were."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stg_select.columns import Reader, columns_of_array, read_array
from stg_select.columns.frames import read_columns, read_frame

N = 60
RNG = np.random.default_rng(0)
GAPS = np.where(np.arange(N) % 9 == 4, np.nan, RNG.standard_normal(N))
TEXT = np.array(["red", "green", "blue", None], dtype=object)[RNG.integers(0, 4, N)]
FRAME = pd.DataFrame(
    {
        "number": RNG.standard_normal(N),
        "gaps": GAPS,
        "day": pd.date_range("2024-03-01", periods=N, freq="17D"),
        "text": TEXT,
        "flag": RNG.integers(0, 2, N) == 1,
        "wide": [f"{i // 6}" * 2 if i < 54 else f"rare {i}" for i in range(N)],
    }
)
WEIGHT = np.ones(N)


def reader_of(features):
    return Reader.of(features, np.arange(features.components.n_components))


def again(reader, frame):
    columns = read_columns(frame, np.ones(len(frame)), forms=reader.forms)
    return reader.read(dict(enumerate(columns)))


def test_the_same_frame_has_the_same_components():
    features = read_frame(FRAME, WEIGHT)
    every = np.arange(features.components.n_components)
    np.testing.assert_array_equal(
        again(reader_of(features), FRAME),
        features.components.take(np.arange(N), every),
    )


def test_rows_of_a_frame_have_the_components_that_they_had():
    """Other medians, first dates and frequencies of levels do not matter."""
    features = read_frame(FRAME, WEIGHT)
    every = np.arange(features.components.n_components)
    rows = np.arange(7, N)
    np.testing.assert_array_equal(
        again(reader_of(features), FRAME.iloc[rows]),
        features.components.take(rows, every),
    )


def test_levels_and_gaps_that_the_fit_has_not_seen():
    reader = reader_of(read_frame(FRAME[["number", "text"]], WEIGHT))
    other = FRAME[["number", "text"]].assign(text="violet")
    other.loc[3, "number"] = np.nan
    values = again(reader, other)
    middle = np.sort(FRAME["number"])[(N - 1) // 2]  # of the fit
    assert values[3, 0] == middle
    assert again(reader, other.iloc[[3]])[0, 0] == middle
    assert (values[:, 1:] == 0.0).all()


@pytest.mark.parametrize("sparse", [False, True])
def test_arrays(sparse):
    from scipy.sparse import csc_array

    x = np.stack([GAPS, RNG.integers(0, 3, N), RNG.standard_normal(N)], axis=1)
    table = csc_array(x) if sparse else x
    features = read_array(table, WEIGHT, {1})
    reader = reader_of(features)
    columns = columns_of_array(table, [0, 1, 2], {1})
    every = np.arange(features.components.n_components)
    np.testing.assert_array_equal(
        reader.read(columns), features.components.take(np.arange(N), every)
    )
    assert all(reader.knows(place, columns[place]) for place in range(3))


def test_columns_of_other_parts_are_not_known():
    reader = reader_of(read_frame(FRAME, WEIGHT))
    shorter, *_ = read_columns(FRAME[["day"]].iloc[:3], np.ones(3))
    text, *_ = read_columns(FRAME[["text"]], WEIGHT)
    number, *_ = read_columns(FRAME[["number"]], WEIGHT)
    assert not reader.knows(2, shorter)  # of no year, so without months
    assert not reader.knows(0, text)
    assert not reader.knows(3, number)


@pytest.mark.parametrize("unit", ["ns", "us", "s"])
def test_later_dates_may_be_centuries_after_those_of_the_fit(unit):
    """Nanoseconds of 64 bits hold 292 years."""
    years = [pd.Timestamp(year, 1, 1) for year in (1905, 2000, 2198, 2200)]
    frame = pd.DataFrame({"day": pd.DatetimeIndex(years).as_unit(unit)})
    features = read_frame(frame, np.ones(4))
    every = np.arange(features.components.n_components)
    np.testing.assert_array_equal(
        again(reader_of(features), frame.iloc[2:].reset_index(drop=True)),
        features.components.take(np.arange(2, 4), every),
    )


ORDERED = pd.CategoricalDtype(["S", "M", "L"], ordered=True)


@pytest.mark.parametrize(
    ("cells", "later"),
    [
        (["1,234", "2,5", "3,75"], ["1,234", "3,750", "1.000"]),
        (["1,234.5", "2,500"], ["1,234", "3,750"]),
        (["13/01/2024", "02/03/2024", "05/01/2025"], ["02/03/2024", "05/04/2024"]),
        (["2024-03-01", "2024-03-02 10:00"], ["2024-03-02", "2024-03-05"]),
        (pd.Series(["S", "L", "M"], dtype=ORDERED), pd.Categorical(["M", "L"])),
        (pd.Series(["S", "L", "M"], dtype=ORDERED), ["L", "M"]),
    ],
)
def test_cells_are_read_as_they_were_written_at_the_fit(cells, later):
    """What could as well be other numbers, dates or places is not guessed anew."""
    if isinstance(later, list) and isinstance(cells, pd.Series):
        later = pd.Categorical(later, categories=["L", "M"], ordered=True)
    both = pd.concat([pd.Series(cells), pd.Series(later)], ignore_index=True)
    if isinstance(cells, pd.Series):
        both = both.astype(ORDERED)
    features = read_frame(pd.DataFrame({"c": both}), np.ones(len(both)))
    reader = reader_of(features)
    frame = pd.DataFrame({"c": later})
    (column,) = read_columns(frame, np.ones(len(frame)), forms=reader.forms)
    assert reader.knows(0, column)
    every = np.arange(features.components.n_components)
    np.testing.assert_array_equal(
        reader.read({0: column}),
        features.components.take(np.arange(len(cells), len(both)), every),
    )


@pytest.mark.parametrize(
    ("cells", "later"),
    [
        (["1,234", "2,5"], ["1.25", "2.5e3"]),
        (["1.25", "2.5"], ["1,25", "2,5"]),
        (["13/01/2024", "02/03/2024"], ["03/25/2024", "02/03/2024"]),
        (["13/01/2024", "02/03/2024"], ["20240325", "20240303"]),
        (pd.Series(["S", "L"], dtype=ORDERED), pd.Categorical(["S", "XL"])),
    ],
)
def test_cells_that_are_written_otherwise_are_not_known(cells, later):
    reader = reader_of(read_frame(pd.DataFrame({"c": cells}), np.ones(2)))
    frame = pd.DataFrame({"c": later})
    (column,) = read_columns(frame, np.ones(2), forms=reader.forms)
    assert not reader.knows(0, column)


def test_levels_are_named_by_whole_numbers_beside_missing_cells():
    codes = RNG.integers(0, 3, N)
    features = read_frame(pd.DataFrame({"code": codes}), WEIGHT, {0})
    later = pd.DataFrame({"code": np.where(np.arange(N) == 5, np.nan, codes)})
    columns = dict(enumerate(read_columns(later, WEIGHT, {0})))
    values = reader_of(features).read(columns)
    every = np.arange(features.components.n_components)
    expected = features.components.take(np.arange(N), every)
    expected[5] = 0.0
    np.testing.assert_array_equal(values, expected)
