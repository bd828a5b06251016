"""Data frames as components: numbers, dates, categories, text and what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from numbers import Real
from os import PathLike
from types import MappingProxyType
from typing import Any

import narwhals.stable.v1 as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from stg_select.columns._categories import (
    category_column,
    factorized,
    levels_of,
    ordered_column,
    unreadable,
)
from stg_select.columns._cells import (
    MARKS,
    MISSING_TEXT,
    dates_of,
    floats_of,
    numbers_of,
)
from stg_select.columns._features import Column, Features, Form, join_columns
from stg_select.columns._levels import Levels
from stg_select.columns._times import (
    days_of,
    first_of,
    parts_of,
    starts_of,
    times_of,
)

__all__ = [
    "LONGEST_WHOLE",
    "MISSING_TEXT",
    "as_numbers",
    "check_is_table",
    "dates_of",
    "is_frame",
    "is_numeric",
    "is_text",
    "long_whole_numbers",
    "numbers_of",
    "read_columns",
    "read_frame",
]

FloatArray = NDArray[np.floating]

NO_FORMS: Mapping[int, Form] = MappingProxyType({})

# beyond, not every whole number is a float
LONGEST_WHOLE = 2**53
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


def check_is_table(x: Any) -> None:
    """Say of what is not yet a table how it becomes one.

    Parameters
    ----------
    x : object

    Raises
    ------
    TypeError
        If it is a lazy frame, a dictionary, records or the name of a file.
    """
    if nw.dependencies.is_polars_lazyframe(x):
        how = "X.collect() makes one of it"
    elif isinstance(x, Mapping) or getattr(getattr(x, "dtype", None), "names", None):
        how = "pandas.DataFrame(X) makes one of it"
    elif isinstance(x, str | PathLike):
        how = "read the file first, as by pandas.read_csv(X)"
    else:
        return
    msg = f"X must be a table of rows and columns, got {type(x).__name__}; {how}."
    raise TypeError(msg)


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


def long_whole_numbers(x: Any) -> str | int | None:
    """Find a column of whole numbers that floats do not tell apart.

    Parameters
    ----------
    x : object
        A table as a user gave it.

    Returns
    -------
    column : str, int or None
        Name or position of the first one that holds whole numbers beyond 2**53.
    """
    ends: Iterable[tuple[Any, Any, Any]] = ()
    if isinstance(x, np.ndarray) and x.dtype.kind in "iu" and x.size:
        ends = zip(range(x.shape[1]), x.min(axis=0), x.max(axis=0), strict=True)
    elif is_frame(x):
        frame = nw.from_native(x, eager_only=True)
        whole = (c for c in frame.iter_columns() if c.dtype.is_integer())
        ends = ((column.name, column.min(), column.max()) for column in whole)
    for name, low, high in ends:
        known = (e for e in (low, high) if e is not np.ma.masked and not pd.isna(e))
        if any(abs(int(end)) > LONGEST_WHOLE for end in known):
            return name.item() if isinstance(name, np.integer) else name
    return None


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
    frame: Any,
    weight: FloatArray,
    categories: Collection[int] = (),
    forms: Mapping[int, Form] = NO_FORMS,
) -> list[Column]:
    """Read the columns of a data frame one by one, as `read_frame` does.

    Parameters
    ----------
    frame : DataFrame of pandas or polars, of shape (n, n_features)
    weight : ndarray of shape (n,)
        Row weights, which the notes about columns follow.
    categories : collection of int
        Positions of the columns whose values name levels, whatever they are.
    forms : mapping of int to (str or tuple of str), default={}
        How the cells of columns are written, by position, where it is known.

    Returns
    -------
    columns : list of Column

    Raises
    ------
    ValueError, TypeError
        As `read_frame` does.
    """
    return [
        _read(values, weight, named=position in categories, form=forms.get(position))
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


def _read(
    values: pd.Series, weight: FloatArray, *, named: bool, form: Form | None = None
) -> Column:
    """Read a column by its type; `named` are the categories that the user names."""
    if named:  # who names it knows how many levels it has
        return Column("category", levels=levels_of(values))
    if isinstance(values.dtype, pd.CategoricalDtype):
        if values.cat.ordered or isinstance(form, tuple):
            return ordered_column(values, form)
        return category_column(values, levels_of(values), weight)
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
            return _text(values, weight, form)
    if isinstance(values.dtype, pd.PeriodDtype):
        return _dates("date", starts_of(values), values.name)
    if types.is_datetime64_any_dtype(values):
        return _dates("date", times_of(values), values.name)
    if types.is_timedelta64_dtype(values):
        return Column("duration", (days_of(values),))
    if types.is_complex_dtype(values):
        raise TypeError(unreadable(values.name, values.dtype))
    if not types.is_numeric_dtype(values):
        return category_column(values, levels_of(values), weight)
    numbers = np.asarray(values.to_numpy(dtype=float, na_value=np.nan))
    if np.isinf(numbers).any():
        msg = (
            f"Column {values.name!r} of X holds infinite values, expected finite "
            "numbers or missing ones."
        )
        raise ValueError(msg)
    return Column("boolean" if kind == "boolean" else "number", (numbers,))


def _text(values: pd.Series, weight: FloatArray, form: Form | None) -> Column:
    """Read text as numbers or dates where every cell is one, else as levels."""
    codes, cells = factorized(values)
    known = ~(texts := _as_text(cells, values.name)).isin(MISSING_TEXT)
    places, names = factorized(pd.Series(texts[known]))
    merged = np.full(len(cells) + 1, -1)
    merged[:-1][known] = places
    codes = merged[codes]
    written = form if isinstance(form, str) else None
    is_mark = written in MARKS
    numbers = numbers_of(names, written if is_mark else None)
    if numbers is not None:
        cells = np.append(numbers.values, np.nan)[codes]
        if np.isinf(cells).any():
            msg = f"Column {values.name!r} of X holds infinite values."
            raise ValueError(msg)
        return Column("number (text)", (cells,), form=numbers.mark)
    dates = dates_of(names, None if is_mark else written)
    if dates is not None:
        note = None
        if dates.ambiguous:
            note = (
                f"Column {values.name!r} of X holds dates such as {names[0]!r}, which "
                f"are read as {dates.form!r}; convert them if the day and the month "
                "are the other way round."
            )
        times = dates.times.take(codes, fill_value=pd.NaT)
        column = _dates(f"date ({dates.form})", times, values.name, note)
        return replace(column, form=dates.form)
    levels = Levels(codes, names.to_numpy())
    return category_column(values, levels, weight, "text")


def _as_text(cells: pd.Index, name: object) -> pd.Index:
    """Distinct cells without blanks around them, numbers among text as text."""
    for cell in cells if cells.dtype == object else ():
        if not isinstance(cell, str | Real | Decimal | np.bool_):
            raise TypeError(unreadable(name, type(cell).__name__))
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
            raise TypeError(unreadable(name, dtype))
        # of integers there are longer ones than numpy has
        cells = (column.cast(nw.Float64) if dtype.is_integer() else column).to_numpy()
        levels = dtype in (nw.Categorical, nw.Enum)
        yield pd.Series(cells, name=name, dtype="category" if levels else None)
