"""Columns of categories and of text as levels, and cells that are neither."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from stg_select.columns._features import Column, Form
from stg_select.columns._levels import MAX_LEVELS, MIN_LEVEL_ROWS, Levels

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]


def levels_of(values: pd.Series) -> Levels:
    """Take the values of a column for names of levels.

    Parameters
    ----------
    values : Series of shape (n,)

    Returns
    -------
    levels : Levels
        Whole numbers have the same names whether cells are missing or not, beside
        which they are floats.

    Raises
    ------
    TypeError
        As `factorized` does.
    """
    codes, names = factorized(values)
    if types.is_float_dtype(names.dtype) and (names == np.floor(names)).all():
        names = names.astype(np.int64)
    return Levels(codes, np.asarray(names))


def ordered_column(values: pd.Series, form: Form | None = None) -> Column:
    """Read a category whose levels are ordered as their places in the order.

    Parameters
    ----------
    values : Series of categories of shape (n,)
    form : tuple of str or other, default=None
        The order, where it is known; levels that it does not hold are missing.

    Returns
    -------
    column : Column
        Its form is the order that all its levels have.
    """
    own = tuple(values.cat.categories.astype(str))
    order = form if isinstance(form, tuple) else own
    place = {name: float(i) for i, name in enumerate(order)}
    places = np.array([*(place.get(name, np.nan) for name in own), np.nan])
    numbers = places[values.cat.codes.to_numpy()]
    has_others = bool(np.isnan(numbers[values.notna()]).any())
    return Column("ordered category", (numbers,), form=own if has_others else order)


def category_column(
    values: pd.Series, levels: Levels, weight: FloatArray, kind: str = "category"
) -> Column:
    """Put levels in a column, and say so where most cells have one that is rare.

    Parameters
    ----------
    values : Series of shape (n,)
        The cells, whose name is that of the column.
    levels : Levels
    weight : ndarray of shape (n,)
        Row weights, which frequencies follow.
    kind : str, default="category"
        What the column was read as.

    Returns
    -------
    column : Column
    """
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


def factorized(values: pd.Series) -> tuple[IntArray, pd.Index]:
    """Give the distinct values of a column numbers.

    Parameters
    ----------
    values : Series of shape (n,)

    Returns
    -------
    codes : ndarray of int of shape (n,)
        Position of each cell among the distinct values, -1 if it is missing.
    names : Index of n_levels values

    Raises
    ------
    TypeError
        If cells cannot be told apart, such as lists.
    """
    try:
        codes, names = pd.factorize(values)
    except TypeError:
        kinds = sorted({type(cell).__name__ for cell in values.dropna()})
        raise TypeError(unreadable(values.name, ", ".join(kinds))) from None
    return codes, pd.Index(names)


def unreadable(name: object, kind: object) -> str:
    """Say that the cells of a column are of a type that is not read.

    Parameters
    ----------
    name, kind : object
        Of the column, and of the cells.

    Returns
    -------
    message : str
    """
    return (
        f"Column {name!r} of X holds cells of type {kind}; the cells of this argument "
        "must be either strings, dates, durations, truth values or numbers."
    )
