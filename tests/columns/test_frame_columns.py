"""Columns of data frames, taken and put back as they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stg_select.columns.frame_columns import converted, spread_columns, take_columns

FRAME = pd.DataFrame(
    {"a": [1, 2], "b": pd.Categorical(["x", "y"]), "c": [0.5, None]}, index=[7, 3]
)


def test_taken_columns_keep_types_and_index():
    taken = take_columns(FRAME, np.array([1, 2]))
    pd.testing.assert_frame_equal(taken, FRAME[["b", "c"]])
    frame = pl.from_pandas(FRAME)
    assert take_columns(frame, np.array([0, 2])).equals(frame[["a", "c"]])


def test_columns_that_share_a_name_are_taken_by_position():
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"])
    assert take_columns(frame, np.array([1])).to_numpy().ravel().tolist() == [2, 4]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_columns_come_back_among_zeros_and_missing_cells(library):
    frame = converted(FRAME, library)
    kept = np.array([False, True, False])
    taken = take_columns(frame, np.flatnonzero(kept))
    numeric = np.array([True, False, False])
    spread = spread_columns(taken, np.array(["a", "b", "c"]), kept, numeric)
    assert isinstance(spread, type(frame))
    assert list(spread.columns) == ["a", "b", "c"]
    spread = converted(spread, "pandas")
    assert spread["a"].tolist() == [0.0, 0.0]
    assert spread["b"].tolist() == ["x", "y"]
    assert spread["c"].isna().all()


def test_the_index_comes_back():
    spread = spread_columns(
        FRAME[["a"]], np.array(["a", "b"]), np.array([True, False]), np.zeros(2, bool)
    )
    assert spread.index.tolist() == [7, 3]
    assert spread["a"].dtype == FRAME["a"].dtype


def test_frames_of_the_asked_library_are_the_same_object():
    assert converted(FRAME, "pandas") is FRAME
    assert isinstance(converted(FRAME, "polars"), pl.DataFrame)
