"""Data frames as components: numbers, dates, categories, text and what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from numbers import Real
from typing import Any

import narwhals.stable.v1 as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from stg_select.columns._cells import MISSING_TEXT, dates_of, floats_of, numbers_of
from stg_select.columns._features import Column, Features, join_columns
from stg_select.columns._levels import MAX_LEVELS, MIN_LEVEL_ROWS, Levels
from stg_select.columns._times import (
    days_of,
    first_of,
    parts_of,
    starts_of,
    times_of,
)

__all__ = [
    "MISSING_TEXT",
    "as_numbers",
    "dates_of",
    "is_frame",
    "is_numeric",
    "is_text",
    "read_columns",
    "read_frame",
]

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

_NUMBERS = {"boolean", "integer", "floating", "mixed-integer-float", "decimal"}


def is_frame(x: Any) -> bool:
    """Tell whether an object is a data frame of pandas or polars.

    Parameters
    ----------
    x : object

    Returns
    -------
    frame : bool
    """
    known = nw.dependencies
    return known.is_pandas_dataframe(x) or known.is_polars_dataframe(x)


def is_numeric(frame: Any) -> bool:
    """Tell whether all columns of a data frame are plain numbers.

    Parameters
    ----------
    frame : DataFrame of pandas or polars

    Returns
    -------
    numeric : bool
    """
    if not frame.shape[1]:
        return False
    if isinstance(frame, pd.DataFrame):
        return all(
            isinstance(dtype, np.dtype) and dtype.kind in "fiu"
            for dtype in frame.dtypes
        )
    schema = nw.from_native(frame, eager_only=True).schema
    return all(dtype.is_integer() or dtype.is_float() for dtype in schema.values())


def read_frame(
    frame: Any, weight: FloatArray, categories: Collection[int] = ()
) -> Features:
    """Find for every column of a data frame the components that stand for it.

    A number, truth value or duration is one component, and so is a category whose
    levels are ordered; a date has one for its place in time, and others for its month,
    weekday and hour. Any other category, and text that holds neither numbers nor dates,
    has an indicator for each frequent level and one for all the rare ones together.
    Where cells are missing, an indicator tells so.

    Parameters
    ----------
    frame : DataFrame of pandas or polars, of shape (n, n_features)
    weight : ndarray of shape (n,)
        Row weights, which medians and frequencies follow.
    categories : collection of int
        Positions of the columns whose values name levels, whatever they are.

    Returns
    -------
    features : Features

    Raises
    ------
    ValueError
        If a column holds infinite values.
    TypeError
        If a column holds something else than numbers, dates or text.
    """
    return join_columns(read_columns(frame, weight, categories), weight)


def read_columns(
    frame: Any, weight: FloatArray, categories: Collection[int] = ()
) -> list[Column]:
    """Read the columns of a data frame one by one, as `read_frame` does.

    Parameters
    ----------
    frame : DataFrame of pandas or polars, of shape (n, n_features)
    weight : ndarray of shape (n,)
        Row weights, which the notes about columns follow.
    categories : collection of int
        Positions of the columns whose values name levels, whatever they are.

    Returns
    -------
    columns : list of Column

    Raises
    ------
    ValueError, TypeError
        As `read_frame` does.
    """
    return [
        _read(values, weight, named=position in categories)
        for position, values in enumerate(_columns_of(frame))
    ]


def is_text(values: pd.Series) -> bool:
    """Tell whether a column of a frame holds text or categories.

    Parameters
    ----------
    values : Series of shape (n,)

    Returns
    -------
    text : bool
    """
    return isinstance(values.dtype, pd.CategoricalDtype) or types.is_string_dtype(
        values
    )


def as_numbers(values: pd.Series) -> FloatArray | None:
    """Read a column as numbers, dates and durations as days.

    Parameters
    ----------
    values : Series of shape (n,)

    Returns
    -------
    numbers : ndarray of float64 of shape (n,) or None
        NaN where missing; None for text and categories.

    Raises
    ------
    ValueError, TypeError
        As `read_frame` does.
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        return None
    column = _read(values, np.ones(len(values)), named=False)
    return column.numbers[0] if column.numbers else None


def _read(values: pd.Series, weight: FloatArray, *, named: bool) -> Column:
    """Read a column by its type; `named` are the categories that the user names."""
    if named:  # who names it knows how many levels it has
        return Column("category", levels=_levels_of(values))
    if isinstance(values.dtype, pd.CategoricalDtype):
        return _ordered(values) if values.cat.ordered else _category(values, weight)
    kind = types.infer_dtype(values, skipna=True)
    if types.is_string_dtype(values) or types.is_object_dtype(values):
        if kind in _NUMBERS:
            values = floats_of(values)
        elif kind in ("date", "datetime", "datetime64"):
            return _dates("date", times_of(values), values.name)
        elif kind in ("timedelta", "timedelta64"):
            return Column("duration", (days_of(values),))
        elif kind == "time":
            values = pd.to_timedelta(values.map(str, na_action="ignore"))
        elif kind == "empty":
            values = pd.Series(np.nan, index=values.index, name=values.name)
        else:
            return _text(values, weight)
    if isinstance(values.dtype, pd.PeriodDtype):
        return _dates("date", starts_of(values), values.name)
    if types.is_datetime64_any_dtype(values):
        return _dates("date", times_of(values), values.name)
    if types.is_timedelta64_dtype(values):
        return Column("duration", (days_of(values),))
    if types.is_complex_dtype(values):
        raise TypeError(_unreadable(values.name, values.dtype))
    if not types.is_numeric_dtype(values):
        return _category(values, weight)
    numbers = np.asarray(values.to_numpy(dtype=float, na_value=np.nan))
    if np.isinf(numbers).any():
        msg = (
            f"Column {values.name!r} of X holds infinite values, expected finite "
            "numbers or missing ones."
        )
        raise ValueError(msg)
    return Column("boolean" if kind == "boolean" else "number", (numbers,))


def _text(values: pd.Series, weight: FloatArray) -> Column:
    """Read text as numbers or dates where every cell is one, else as levels."""
    codes, cells = _factorized(values)
    known = ~(texts := _as_text(cells, values.name)).isin(MISSING_TEXT)
    places, names = _factorized(pd.Series(texts[known]))
    merged = np.full(len(cells) + 1, -1)
    merged[:-1][known] = places
    codes = merged[codes]
    numbers = numbers_of(names)
    if numbers is not None:
        cells = np.append(numbers, np.nan)[codes]
        if np.isinf(cells).any():
            msg = f"Column {values.name!r} of X holds infinite values."
            raise ValueError(msg)
        return Column("number (text)", (cells,))
    dates = dates_of(names)
    if dates is not None:
        note = None
        if dates.ambiguous:
            note = (
                f"Column {values.name!r} of X holds dates such as {names[0]!r}, which "
                f"are read as {dates.form!r}; convert them if the day and the month "
                "are the other way round."
            )
        times = dates.times.take(codes, fill_value=pd.NaT)
        return _dates(f"date ({dates.form})", times, values.name, note)
    return _named_levels("text", Levels(codes, names.to_numpy()), values, weight)


def _category(values: pd.Series, weight: FloatArray) -> Column:
    return _named_levels("category", _levels_of(values), values, weight)


def _levels_of(values: pd.Series) -> Levels:
    codes, names = _factorized(values)
    return Levels(codes, np.asarray(names))


def _ordered(values: pd.Series) -> Column:
    """Read a category whose levels are ordered as their places in the order."""
    codes = values.cat.codes.to_numpy().astype(float)
    return Column("ordered category", (np.where(codes < 0, np.nan, codes),))


def _named_levels(
    kind: str, levels: Levels, values: pd.Series, weight: FloatArray
) -> Column:
    """Say so where most cells of a category have a level that is rare."""
    counts = levels.counts(weight)
    often = counts[counts >= MIN_LEVEL_ROWS]
    told_apart = np.sort(often)[-MAX_LEVELS:].sum()
    note = None
    many = len(counts) > min(MAX_LEVELS, 0.5 * counts.sum())
    if many and told_apart < 0.5 * counts.sum():
        note = (
            f"Column {values.name!r} of X holds {len(counts)} distinct values in "
            f"{counts.sum():.0f} rows, and only the most frequent ones are told apart "
            f"(at most {MAX_LEVELS}, in at least {MIN_LEVEL_ROWS} rows each); leave it "
            "out if it names rows, or turn it into numbers that say what matters."
        )
    return Column(kind, levels=levels, note=note)


def _factorized(values: pd.Series) -> tuple[IntArray, pd.Index]:
    """Give the distinct values of a column numbers, -1 where missing."""
    try:
        codes, names = pd.factorize(values)
    except TypeError:  # of cells that cannot be told apart, such as lists
        kinds = sorted({type(cell).__name__ for cell in values.dropna()})
        raise TypeError(_unreadable(values.name, ", ".join(kinds))) from None
    return codes, pd.Index(names)


def _as_text(cells: pd.Index, name: object) -> pd.Index:
    """Distinct cells without blanks around them, numbers among text as text."""
    for cell in cells if cells.dtype == object else ():
        if not isinstance(cell, str | Real | Decimal | np.bool_):
            raise TypeError(_unreadable(name, type(cell).__name__))
    return cells.astype(str).str.strip()


def _dates(
    kind: str, times: pd.DatetimeIndex, name: object, note: str | None = None
) -> Column:
    """Read dates as days since the first, and where these are in cycles.

    Of nanoseconds 64 bits hold 292 years; longer spans are read in microseconds.
    """
    try:
        return Column(kind, parts_of(times), note=note, start=first_of(times))
    except (OverflowError, ValueError):
        if times.unit == "ns":
            return _dates(kind, times.as_unit("us"), name, note)
        msg = f"Column {name!r} of X holds dates too far apart to be counted in days."
        raise ValueError(msg) from None


def _columns_of(frame: Any) -> Iterator[pd.Series]:
    """Take the columns of a data frame one by one, as those of pandas."""
    if isinstance(frame, pd.DataFrame):
        for position in range(frame.shape[1]):
            cells = frame.iloc[:, position]
            if isinstance(cells.dtype, pd.ArrowDtype):
                arrow = cells.array.__arrow_array__()
                cells = pd.Series(arrow.to_pandas(), name=cells.name)
            yield cells
        return
    wrapped = nw.from_native(frame, eager_only=True)
    for name in wrapped.columns:
        column, dtype = wrapped[name], wrapped.schema[name]
        if dtype in (nw.List, nw.Array, nw.Struct):
            raise TypeError(_unreadable(name, dtype))
        # of integers there are longer ones than numpy has
        cells = (column.cast(nw.Float64) if dtype.is_integer() else column).to_numpy()
        levels = dtype in (nw.Categorical, nw.Enum)
        yield pd.Series(cells, name=name, dtype="category" if levels else None)


def _unreadable(name: object, kind: object) -> str:
    return (
        f"Column {name!r} of X holds cells of type {kind}; the cells of this argument "
        "must be either strings, dates, durations, truth values or numbers."
    )
