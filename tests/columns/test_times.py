"""Times of any year, also where pandas refuses those that nanoseconds cannot count."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from pandas.errors import OutOfBoundsDatetime

from stg_select.columns import _times
from stg_select.columns._times import ISO_FORM, parsed_times, times_of

ZONE = timezone(timedelta(hours=-2))


@pytest.fixture(params=[False, True], ids=["pandas", "refused"])
def refused(request, monkeypatch):
    """Let pandas refuse all times, as it does those that it cannot count."""

    def refuse(*_, **__):
        raise OutOfBoundsDatetime

    if request.param:
        monkeypatch.setattr(_times.pd, "to_datetime", refuse)


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([date(2024, 3, 1), None], "2024-03-01"),
        ([datetime(2024, 3, 1, 5), pd.NaT], "2024-03-01T05"),
        ([datetime(2024, 3, 1, 23, tzinfo=ZONE), None], "2024-03-02T01"),
        ([pd.Timestamp("2024-03-01 05:00", tz="UTC"), None], "2024-03-01T05"),
        ([np.datetime64("2024-03-01T05", "h"), None], "2024-03-01T05"),
    ],
)
def test_times_are_taken_without_their_zones(cells, expected):
    times = times_of(pd.Series(cells, dtype=object))
    assert times.tz is None
    assert times[0] == pd.Timestamp(expected)
    assert times[1] is pd.NaT


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("13/01/2024", "%d/%m/%Y", "2024-01-13"),
        ("2024-03-01 05:30", "%Y-%m-%d %H:%M", "2024-03-01T05:30"),
        ("2024-03-01T05:30-02:00", "%Y-%m-%dT%H:%M%z", "2024-03-01T07:30"),
        ("2024-03-01T05:30:00+00:00", ISO_FORM, "2024-03-01T05:30"),
    ],
)
def test_texts_are_read_in_one_form(text, form, expected):
    times = parsed_times(pd.Index([text, text]), form)
    assert times.tz is None
    assert (times == pd.Timestamp(expected)).all()
    assert parsed_times(pd.Index([text, "soon"]), form) is None
