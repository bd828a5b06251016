"""Times and durations of any length, and the numbers that stand for them.

Where pandas counts nanoseconds, as pandas 2 mostly does, it knows the years from 1677
to 2262 alone; times outside of them are counted in microseconds here.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.errors import OutOfBoundsDatetime

FloatArray = NDArray[np.floating]

DAY = np.timedelta64(1, "D")
ISO_FORM = "ISO8601"


def times_of(cells: pd.Series) -> pd.DatetimeIndex:
    """Take dates, and times with and without zones, as times.

    Parameters
    ----------
    cells : Series of n dates, times or missing cells

    Returns
    -------
    times : DatetimeIndex of n times
        Universal time of those that have a zone.
    """
    try:
        times = pd.to_datetime(cells, utc=True)
    except OutOfBoundsDatetime:
        times = _microseconds(cells)
    return pd.DatetimeIndex(times).tz_localize(None)


def starts_of(periods: pd.Series) -> pd.DatetimeIndex:
    """Find when periods start.

    Parameters
    ----------
    periods : Series of n periods

    Returns
    -------
    times : DatetimeIndex of n times
    """
    starts = pd.PeriodIndex(periods).asfreq("us", how="start")
    return pd.DatetimeIndex(starts.asi8.view("datetime64[us]"))


def parsed_times(texts: pd.Index, form: str) -> pd.DatetimeIndex | None:
    """Read texts as times that are all written in one form.

    Parameters
    ----------
    texts : Index of n texts
    form : str
        As `strptime` has it, or `ISO_FORM`.

    Returns
    -------
    times : DatetimeIndex of n times or None
        None if a text is not of this form.
    """
    with_zone = "%z" in form or form == ISO_FORM
    try:
        times = pd.to_datetime(texts, format=form, utc=with_zone)
    except OutOfBoundsDatetime:
        try:
            times = _microseconds(pd.Series([_parsed(text, form) for text in texts]))
        except ValueError:
            return None
    except (ValueError, OverflowError):
        return None
    return pd.DatetimeIndex(times).tz_localize(None)


def days_of(durations: pd.Series) -> FloatArray:
    """Count the days of durations.

    Parameters
    ----------
    durations : Series of n durations or missing cells

    Returns
    -------
    days : ndarray of float64 of shape (n,)
        NaN where missing.
    """
    if durations.dtype == object:
        durations = durations.map(_days, na_action="ignore")
        return durations.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(durations / DAY, dtype=np.float64)


def parts_of(times: pd.DatetimeIndex) -> tuple[FloatArray, ...]:
    """Count the days since the first time, and find where times are in cycles.

    Parameters
    ----------
    times : DatetimeIndex of n times

    Returns
    -------
    parts : tuple of 1 to 4 ndarrays of float64 of shape (n,)
        Days; then month, weekday and hour, each if the times span more than one cycle.

    Raises
    ------
    OverflowError, ValueError
        If the times are too far apart to be counted in their unit.
    """
    days = np.asarray((times - times.min()) / DAY, dtype=float)
    span = np.nanmax(days, initial=0.0)
    hours = (times - times.normalize()) / np.timedelta64(1, "h")
    cycles = {
        366.0: times.month.to_numpy(dtype=float),
        7.0: times.day_of_week.to_numpy(dtype=float),
        1.0: np.asarray(hours, dtype=float),
    }
    return (days, *(part for length, part in cycles.items() if span > length))


def first_of(times: pd.DatetimeIndex) -> np.datetime64 | None:
    """Find the first time.

    Parameters
    ----------
    times : DatetimeIndex of n times

    Returns
    -------
    first : datetime64 or None
        In microseconds, of which 64 bits hold the difference of any two dates; None if
        all times are missing.
    """
    first = times.min()
    return None if pd.isna(first) else first.as_unit("us").to_datetime64()


def _parsed(text: str, form: str) -> datetime:
    if form == ISO_FORM:
        return datetime.fromisoformat(text)
    return datetime.strptime(text, form)


def _microseconds(cells: pd.Series) -> NDArray[np.datetime64]:
    known = cells.notna().to_numpy()
    times = np.full(len(cells), np.datetime64("NaT", "us"))
    times[known] = [_without_zone(cell) for cell in cells[known]]
    return times


def _without_zone(cell: date | np.datetime64) -> np.datetime64:
    if isinstance(cell, np.datetime64):
        return cell.astype("datetime64[us]")
    offset = cell.utcoffset() if isinstance(cell, datetime) else None
    if not isinstance(cell, datetime) or offset is None:
        return np.datetime64(cell, "us")
    return np.datetime64(cell.replace(tzinfo=None), "us") - np.timedelta64(offset)


def _days(duration: timedelta | np.timedelta64) -> float:
    if isinstance(duration, np.timedelta64):
        return float(duration / DAY)
    return duration / timedelta(days=1)
