"""Columns that a user names, or gives by position."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types


def position_of(column: object, names: NDArray | None, n_features: int) -> int | None:
    """Find the position of a column.

    Parameters
    ----------
    column : object
        A name or a position; a truth value is none, since a mask is no list of
        positions.
    names : ndarray of str of shape (n_features,) or None
    n_features : int

    Returns
    -------
    position : int or None
        None where there is no such column.
    """
    if isinstance(column, str):
        known = [] if names is None else list(names)
        return known.index(column) if column in known else None
    if isinstance(column, bool) or not isinstance(column, int | np.integer):
        return None
    return int(column) if 0 <= column < n_features else None


def by_name(values: Any, parameter: str) -> Any:
    """Turn a Series that names columns by its index into a dictionary.

    Read in its order it would say something else. One whose index holds the positions
    in another order, as after sorting, is put in order.

    Parameters
    ----------
    values : object
    parameter : str
        What the user calls it.

    Returns
    -------
    values : object
        A dictionary, if it is a Series whose index is all text; a Series in the order
        of its positions; else the same object.

    Raises
    ------
    ValueError
        If a name comes twice.
    """
    if not isinstance(values, pd.Series) or not len(values):
        return values
    index = values.index
    if not all(isinstance(name, str) for name in index):
        has_positions = index.isin(range(len(index))).all() and index.is_unique
        return values.sort_index() if has_positions else values
    if not index.is_unique:
        name = index[index.duplicated()][0]
        msg = f"{parameter} must name each column once, got {name!r} again."
        raise ValueError(msg)
    return values.to_dict()


def mask_of(
    columns: Any, names: NDArray | None, n_features: int, expected: str
) -> NDArray[np.bool_]:
    """Find the columns that a user gives as a mask, names or positions.

    Parameters
    ----------
    columns : array-like, str or int
        A mask, names and positions, or a single one of them. The mask of a Series is
        read by name where its index is text.
    names : ndarray of str of shape (n_features,) or None
    n_features : int
    expected : str
        Begins the sentence of the error: the parameter and what else it may be.

    Returns
    -------
    mask : ndarray of bool of shape (n_features,)

    Raises
    ------
    ValueError
        If a column is unknown.
    """

    def refused(got: object) -> ValueError:
        return ValueError(
            f"{expected} a mask of {n_features} truth values, names of columns of X or "
            f"positions 0 to {n_features - 1}, got {got!r}."
        )

    mask = np.zeros(n_features, dtype=bool)
    if isinstance(columns, pd.Series) and types.infer_dtype(columns) == "boolean":
        if columns.isna().any():
            raise refused(pd.NA)
        columns = by_name(columns.astype(bool), expected.partition(" ")[0])
        if isinstance(columns, dict):
            for name, is_chosen in columns.items():
                position = position_of(name, names, n_features)
                if position is None:
                    raise refused(name)
                mask[position] = is_chosen
            return mask
    chosen = np.asarray(columns)
    if chosen.ndim == 1 and chosen.dtype == bool and len(chosen) == n_features:
        return chosen
    if not chosen.size:
        return mask
    # a list may hold names and positions, which an array makes all texts
    listed = isinstance(columns, Iterable) and not isinstance(columns, str | bytes)
    for column in columns if listed else [columns]:
        position = position_of(column, names, n_features)
        if position is None:
            raise refused(column)
        mask[position] = True
    return mask
