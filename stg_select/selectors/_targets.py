"""The one door for y: what a target is taken for, and its encoding."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from stg_select.columns.frames import LONGEST_WHOLE
from stg_select.objectives import (
    OBJECTIVES,
    EncodedTarget,
    are_indicators,
)
from stg_select.selectors._survival import check_survival
from stg_select.weighted import are_whole

FloatArray = NDArray[np.floating]
# whole numbers are classes if there are at most so many different ones
MAX_CLASSES = 20
# and each comes at least so often: counts thin out towards their ends, classes do not
MIN_CLASS_ROWS = 3
# from so many values on the shape of their frequencies says something
SHAPE_VALUES = 5
# the commonest number of a rating or count comes at least so often as the rarest
SHAPE_RATIO = 5
# more values than this are hardly the numbers of classes
MANY_VALUES = 60
# pandas' words for categories that are classes by their text
WRITTEN_CATEGORIES = ("interval", "date", "period", "time")


@dataclass(frozen=True)
class TargetKind:
    """What a target is taken for, and why.

    Parameters
    ----------
    objective : str
        Public name of the objective.
    reason : str
        What of the target decided, in words.
    is_guess : bool
        Whether many a user would mean something else.
    """

    objective: str
    reason: str
    is_guess: bool = False


def kind_of_target(
    y: NDArray, weight: FloatArray, *, categories: bool = False
) -> TargetKind:
    """Decide what a target is.

    A structured array holds events and times. Text, truth values and categories are
    classes. So are two different whole numbers, and up to `MAX_CLASSES` of which each
    comes at least `MIN_CLASS_ROWS` times. Several columns of zeros and ones are
    labels. All other numbers, and several outputs, are a response.

    Parameters
    ----------
    y : ndarray of shape (n,) or (n, O)
    weight : ndarray of shape (n,)
        Row weights; rows of weight 0 do not count, and where all weights are whole
        numbers each counts as that many rows.
    categories : bool, default=False
        Whether the values come from a column of categories, whatever their type.

    Returns
    -------
    kind : TargetKind

    Raises
    ------
    ValueError
        If y is neither labels nor numbers.
    """
    y = _plain(y)
    if y.dtype.names is not None:
        return TargetKind("cox", "events and times")
    if are_indicators(y):
        return TargetKind("log_loss", f"{y.shape[1]} columns of zeros and ones")
    if y.ndim == 2:
        return TargetKind("squared_error", f"{y.shape[1]} outputs")
    values, index = np.unique(y[weight > 0], return_inverse=True)
    counts = np.bincount(
        index, weights=weight[weight > 0] if are_whole(weight) else None
    )
    if categories or y.dtype.kind == "U":
        return TargetKind("log_loss", f"{len(values)} distinct values, not numbers")
    if y.dtype.kind == "b":
        return TargetKind("log_loss", "truth values")
    if not _whole(values):
        reason = f"fractional numbers, {len(values)} of them distinct"
        return TargetKind("squared_error", reason)
    reason = f"whole numbers, {len(values)} of them distinct"
    if len(values) <= 2:
        return TargetKind("log_loss", reason)
    numbered = _numbered(values)
    often = bool(counts.min() >= MIN_CLASS_ROWS)
    if often and len(values) <= MAX_CLASSES:
        return TargetKind("log_loss", reason, not numbered or _like_a_scale(counts))
    like_classes = often and numbered and len(values) <= MANY_VALUES
    return TargetKind("squared_error", reason, like_classes)


def holds_categories(y: Any) -> bool:
    """Tell whether the values of a target have pandas' type of categories.

    Parameters
    ----------
    y : object

    Returns
    -------
    categories : bool
    """
    if isinstance(y, pd.DataFrame) and y.shape[1] == 1:
        y = y.iloc[:, 0]
    return isinstance(getattr(y, "dtype", None), pd.CategoricalDtype)


def readable_target(y: Any) -> Any:
    """Refuse missing values of a target, and give categories as text or numbers.

    Parameters
    ----------
    y : object
        A target as the user gave it; events and times as a structured array.

    Returns
    -------
    y : object
        Categories of intervals, dates and the like by their text; else `y`.

    Raises
    ------
    ValueError
        If a value is missing, unless all are numbers, whose NaN scikit-learn refuses.
    """
    try:
        values = np.asarray(y)
    except (TypeError, ValueError):  # of no shape, or on a GPU
        return y
    if values.ndim and values.size and values.dtype.kind in "OT":
        missing = np.flatnonzero(pd.isna(values).reshape(len(values), -1).any(axis=1))
        if len(missing):
            msg = f"y must hold a value in each row, got none in row {missing[0]}."
            raise ValueError(msg)
    if not holds_categories(y):
        return y
    column = y.iloc[:, 0] if isinstance(y, pd.DataFrame) else pd.Series(y)
    written = column.cat.categories.inferred_type.startswith(WRITTEN_CATEGORIES)
    return column.astype(str) if written else y


def encode_target(
    y: NDArray, objective: str, weight: FloatArray, *, categories: bool = False
) -> EncodedTarget:
    """Choose the objective of a target and encode it.

    Parameters
    ----------
    y : ndarray of shape (n,) or (n, n_outputs)
    objective : str
        "auto" decides as `kind_of_target`, and warns if that is a guess; other names
        are those of `OBJECTIVES`.
    weight : ndarray of shape (n,)
        Row weights; classes and spreads are those of rows with positive weight.
    categories : bool, default=False
        Whether the values come from a column of categories, whatever their type.

    Returns
    -------
    encoded : EncodedTarget

    Raises
    ------
    ValueError
        If y is of no supported kind, has one class only or does not vary.
    """
    y = _plain(y)
    if objective == "auto":
        kind = kind_of_target(y, weight, categories=categories)
        objective = kind.objective
        if kind.is_guess:
            warnings.warn(
                f"y holds {kind.reason}, and is taken for "
                f"objective={objective!r}; set objective to 'log_loss' if they are "
                "classes, or to 'squared_error' or 'poisson' if they are numbers.",
                UserWarning,
                stacklevel=5,
            )
    return OBJECTIVES[objective](y, weight)


def _plain(y: Any) -> NDArray:
    """Labels, numbers, or events and times; of one dimension if of one output."""
    if sparse.issparse(y):  # as scikit-learn's indicators of labels can be
        y = y.toarray()
    if y.dtype.names is not None:
        return check_survival(y)
    if y.dtype.kind in "OT":
        y = _of_one_type(y)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y.ravel()
    if y.dtype.kind in "mM":
        kind = "dates" if y.dtype.kind == "M" else "durations"
        msg = f"y must hold labels or numbers, got {kind} of dtype {y.dtype!s}."
        raise ValueError(msg)
    if y.dtype.kind not in ("iufb" if y.ndim == 2 else "iufbU"):
        msg = (
            "Unknown label type: y must hold classes or numbers, got "
            f"shape {y.shape!r} of dtype {y.dtype!r}."
        )
        raise ValueError(msg)
    return y


def _of_one_type(y: NDArray) -> NDArray:
    """Labels or numbers held as objects as an array of their own type."""
    values = np.array(y.tolist())
    if all(isinstance(value, Real | Decimal) for value in y.flat):
        try:
            values = values.astype(np.float64) if values.dtype == object else values
        except OverflowError:
            msg = "y must hold numbers that floats can hold, got larger ones."
            raise ValueError(msg) from None
    n_kinds = len({isinstance(value, str) for value in y.flat})
    if n_kinds > 1 or values.dtype.kind == "O" or values.shape != y.shape:
        types = sorted({type(value).__name__ for value in y.flat})
        msg = f"y must hold labels or numbers of one type, got {', '.join(types)}."
        raise ValueError(msg)
    return values


def _whole(values: NDArray) -> bool:
    """Tell whether all numbers are whole, and exact."""
    if values.dtype.kind != "f":
        return True
    return bool(
        (values == np.floor(values)).all() and np.abs(values).max() <= LONGEST_WHOLE
    )


def _numbered(values: NDArray) -> bool:
    """Tell whether sorted whole numbers go up by ones from 0 or from 1."""
    return bool(values[0] in (0, 1) and values[-1] - values[0] == len(values) - 1)


def _like_a_scale(counts: NDArray) -> bool:
    """Tell whether frequencies rise to a peak and fall, as of ratings and counts."""
    if len(counts) < SHAPE_VALUES or counts.max() < SHAPE_RATIO * counts.min():
        return False
    peak = int(counts.argmax())
    rises, falls = np.diff(counts[: peak + 1]), np.diff(counts[peak:])
    return bool((rises >= 0).all() and (falls <= 0).all())
