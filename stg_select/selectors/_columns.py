"""The door for columns: any table as features, or one sentence that names a column."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from typing import Any

import narwhals.stable.v1 as nw
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from stg_select.columns import Features, blocks, read_array
from stg_select.columns.frames import (
    check_is_table,
    is_frame,
    is_numeric,
    long_whole_numbers,
    read_frame,
)
from stg_select.selectors._positions import mask_of

FloatArray = NDArray[np.floating]

FEWEST_ROWS = 2


def checked_table(estimator: BaseEstimator, X: Any) -> Any:
    """Check the shape of a table and note its width and names on an estimator.

    Parameters
    ----------
    estimator : estimator
        Is given ``n_features_in_`` and, where columns have names,
        ``feature_names_in_``.
    X : object
        Table as the user gave it.

    Returns
    -------
    x : ndarray of float32 or float64, sparse array (CSC) or DataFrame
        Numbers as an array; other things as a frame, whose columns are read later.

    Raises
    ------
    ValueError
        If it is no table of at least two rows and a column.
    TypeError
        If it is a lazy frame, a dictionary, records or the name of a file, which
        have to be made a table first.
    """
    if nw.dependencies.is_pyarrow_table(X):
        X = X.to_pandas(types_mapper=pd.ArrowDtype)
    if is_frame(X):
        if is_numeric(X):
            return _checked_numbers(estimator, X)
        return _checked_frame(estimator, X)
    if sparse.issparse(X):
        return sparse.csc_array(_checked_numbers(estimator, X))
    check_is_table(X)
    X = plain_array(X)
    try:
        return _checked_numbers(estimator, X)
    except (TypeError, ValueError):
        cells = X if isinstance(X, np.ndarray) else _as_objects(X)
        if cells is None or cells.ndim != 2 or cells.dtype.kind not in "OUS":
            raise
        if not cells.size:
            raise
    return _checked_frame(estimator, pd.DataFrame(cells).infer_objects())


def warn_of_long_numbers(X: Any) -> None:
    """Warn of whole numbers beyond 2**53, such as long codes, that floats round.

    Parameters
    ----------
    X : object
        Table as the user gave it, checked.
    """
    column = long_whole_numbers(X)
    if column is not None:
        warnings.warn(
            f"Column {column!r} of X holds whole numbers beyond 2**53, which floats "
            "round; subtract a number from them, or put a letter before codes.",
            UserWarning,
            stacklevel=5,
        )


def plain_array(X: Any) -> Any:
    """Turn masked arrays and tensors of torch, on any device, into plain arrays.

    Parameters
    ----------
    X : object

    Returns
    -------
    x : object
        With NaN where cells are masked; the same object if it is something else.
    """
    if isinstance(X, np.ma.MaskedArray):
        if not np.ma.is_masked(X):
            return X.data
        return np.ma.filled(X.astype(np.float64), np.nan)
    if not callable(getattr(X, "detach", None)):
        return X
    X = X.detach().cpu()
    return (X if X.is_floating_point() and X.element_size() > 2 else X.double()).numpy()


def read_features(
    x: Any,
    categorical_features: ArrayLike | str | None,
    names: NDArray | None,
    weight: FloatArray,
) -> Features:
    """Find the components that stand for the columns of a checked table.

    Warns of columns that a user should look at, such as texts that name rows.

    Parameters
    ----------
    x : ndarray, sparse array (CSC) or DataFrame of shape (n, n_features)
        As of `checked_table`.
    categorical_features : "from_dtype", None, or array-like
    names : ndarray of str of shape (n_features,) or None
    weight : ndarray of shape (n,)
        Row weights.

    Returns
    -------
    features : Features

    Raises
    ------
    ValueError
        If a column holds infinite values, or categories that are not expected.
    TypeError
        If a column holds something else than numbers, dates or text.
    """
    categories = categories_of(categorical_features, names, x.shape[1])
    if not is_frame(x):
        _check_finite(x, names)
        return read_array(x, weight, categories)
    features = read_frame(x, weight, categories)
    if categorical_features is None:
        _refuse_categories(features.kinds, x)
    for note in features.notes:
        warnings.warn(note, UserWarning, stacklevel=4)
    return features


def _checked_numbers(estimator: BaseEstimator, X: Any) -> Any:
    return validate_data(
        estimator,
        X,
        accept_sparse=["csc", "csr"],
        dtype=[np.float64, np.float32],
        ensure_all_finite=False,
        ensure_min_samples=FEWEST_ROWS,
    )


def _checked_frame(estimator: BaseEstimator, frame: Any) -> Any:
    n_rows, n_features = frame.shape
    if n_rows < FEWEST_ROWS or not n_features:
        msg = (
            f"X must have at least {FEWEST_ROWS} rows and a column, got shape "
            f"{(n_rows, n_features)}."
        )
        raise ValueError(msg)
    return validate_data(estimator, frame, skip_check_array=True)


def _as_objects(X: Any) -> NDArray | None:
    try:
        return np.array(X, dtype=object)
    except ValueError:  # rows of different lengths
        return None


def _check_finite(x: Any, names: NDArray | None) -> None:
    """Refuse infinite values in a sentence that names the first column with one."""
    n, q = x.shape
    for part in blocks(max(1, n), q):
        columns = x[:, part]
        if sparse.issparse(x):
            owner = np.repeat(np.arange(columns.shape[1]), np.diff(columns.indptr))
            bad = owner[np.isinf(columns.data)]
        else:
            bad = np.flatnonzero(np.isinf(columns).any(axis=0))
        if len(bad):
            place = part.start + int(bad[0])
            name = place if names is None else names[place]
            msg = (
                f"Column {name!r} of X holds infinite values, expected finite numbers "
                "or missing ones."
            )
            raise ValueError(msg)


def _refuse_categories(kinds: list[str], frame: Any) -> None:
    for name, kind in zip(frame.columns, kinds, strict=True):
        if kind in ("text", "category"):
            msg = (
                "categorical_features=None expects numbers and dates, but column "
                f"{name!r} of X holds {'text' if kind == 'text' else 'categories'}; "
                "'from_dtype' takes it for a category."
            )
            raise ValueError(msg)


def categories_of(
    categorical_features: ArrayLike | str | None, names: NDArray | None, n_features: int
) -> Collection[int]:
    """Find the columns that a user calls categories.

    Parameters
    ----------
    categorical_features : "from_dtype", None, or array-like
    names : ndarray of str of shape (n_features,) or None
    n_features : int

    Returns
    -------
    categories : collection of int
        Their positions.

    Raises
    ------
    ValueError
        If a column is unknown.
    """
    if categorical_features is None or isinstance(categorical_features, str):
        return ()
    expected = "categorical_features must be 'from_dtype', None,"
    mask = mask_of(categorical_features, names, n_features, expected)
    return set(np.flatnonzero(mask).tolist())
