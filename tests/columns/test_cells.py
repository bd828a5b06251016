"""Cells of text that hold numbers or dates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stg_select.columns._cells import dates_of, numbers_of


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "-2.5", "1e3"], [1.0, -2.5, 1000.0]),
        (["1,234", "1,234,567.5", "12"], [1234.0, 1234567.5, 12.0]),
        (["1.234,5", "0,25", "3"], [1234.5, 0.25, 3.0]),
        (["1,5", "2,25"], [1.5, 2.25]),
        (["$3.50", "$ 1,000", "-$2"], [3.5, 1000.0, -2.0]),
        (["12%", "3.5 %"], [12.0, 3.5]),
        (["007", "012"], [7.0, 12.0]),
    ],
)
def test_numbers_in_common_forms(cells, expected):
    np.testing.assert_allclose(numbers_of(pd.Index(cells)).values, expected)


@pytest.mark.parametrize(
    "cells",
    [["1", "x"], ["1,23,4"], ["1.2.3"], ["--1"], ["$"], ["%"], ["1 2"], ["e5"]],
)
def test_other_text_is_no_number(cells):
    assert numbers_of(pd.Index(cells)) is None


def test_a_word_after_many_numbers_is_found():
    cells = pd.Index([*map("{:,}".format, range(1000, 2000)), "many"])
    assert numbers_of(cells) is None


@pytest.mark.parametrize(
    ("cells", "days", "form"),
    [
        (["2020-01-02", "2020-02-01"], 30, "%Y-%m-%d"),
        (["2020/01/02", "2020/02/01"], 30, "%Y/%m/%d"),
        (["01/13/2020", "02/01/2020"], 19, "%m/%d/%Y"),
        (["13/01/2020", "02/01/2020"], -11, "%d/%m/%Y"),
        (["13.01.2020", "02.01.2020"], -11, "%d.%m.%Y"),
        (["1 Feb 2020", "3 Mar 2020"], 31, "%d %b %Y"),
        (["February 1, 2020", "March 3, 2020"], 31, "%B %d, %Y"),
        (["2020-01-02T12:00:00", "2020-01-03"], 0.5, "ISO8601"),
        (["2020-01-02T12:00+02:00", "2020-01-03T10:00+00:00"], 1, None),
    ],
)
def test_dates_in_common_forms(cells, days, form):
    dates = dates_of(pd.Index(cells))
    first, second = dates.times
    assert (second - first) / pd.Timedelta(days=1) == days
    assert form in (None, dates.form)
    assert not dates.ambiguous


def test_dates_that_can_be_read_in_two_ways_say_so():
    dates = dates_of(pd.Index(["03/04/2020", "05/06/2021"]))
    assert (dates.form, dates.ambiguous) == ("%m/%d/%Y", True)
    assert dates_of(pd.Index(["03.04.2020", "05.06.2021"])).form == "%d.%m.%Y"


@pytest.mark.parametrize(
    "cells",
    [
        [],
        ["a", "b"],
        ["2020-01-01", "soon"],
        ["2020-01-01", "01/02/2020"],
        ["2020-13-45", "2020-01-01"],
        ["0001-01-01x", "2"],
    ],
)
def test_other_text_is_no_date(cells):
    assert dates_of(pd.Index(cells, dtype=object)) is None
