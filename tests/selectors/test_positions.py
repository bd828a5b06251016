"""Columns by name or by position."""

from __future__ import annotations

import numpy as np
import pytest

from stg_select.selectors._positions import position_of

NAMES = np.array(["a", "b", "c"], dtype=object)


@pytest.mark.parametrize(
    ("column", "expected"),
    [("a", 0), ("c", 2), (1, 1), (np.int64(2), 2), (0, 0)],
)
def test_a_column_that_there_is(column, expected):
    assert position_of(column, NAMES, 3) == expected


@pytest.mark.parametrize("column", ["d", 3, -1, 1.0, True, None, ["a"]])
def test_a_column_that_there_is_not(column):
    assert position_of(column, NAMES, 3) is None


def test_without_names_there_are_positions_alone():
    assert position_of("a", None, 3) is None
    assert position_of(2, None, 3) == 2
