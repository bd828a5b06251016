"""The only code that inspects y: from a target to an objective and its encoding."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.multiclass import type_of_target

from stg_select.objectives import OBJECTIVES, EncodedTarget

FloatArray = NDArray[np.floating]
_CLASSIFICATION = ("binary", "multiclass")
_REGRESSION = ("continuous", "continuous-multioutput")
MAX_NUMBERED_CLASSES = 50


def encode_target(y: NDArray, objective: str, weight: FloatArray) -> EncodedTarget:
    """Choose the objective of a target and encode it.

    Parameters
    ----------
    y : ndarray of shape (n,) or (n, n_outputs)
    objective : {"auto", "squared_error", "log_loss"}
        "auto" takes text, booleans and whole numbers of at most
        `MAX_NUMBERED_CLASSES` values as classes and other numbers as a response.
    weight : ndarray of shape (n,)
        Row weights; classes and spreads are those of rows with positive weight.

    Returns
    -------
    encoded : EncodedTarget

    Raises
    ------
    ValueError
        If y is of no supported kind, has one class only or does not vary.
    """
    if y.dtype.kind == "O":
        y = _of_one_type(y)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y.ravel()
    if objective == "auto":
        objective = _objective_of(y, weight)
    return OBJECTIVES[objective](y, weight)


def _of_one_type(y: NDArray) -> NDArray:
    """Labels or numbers held as objects as an array of their own type."""
    values = np.array(y.tolist())
    n_kinds = len({isinstance(value, str) for value in y.flat})
    if n_kinds > 1 or values.dtype.kind == "O" or values.shape != y.shape:
        types = sorted({type(value).__name__ for value in y.flat})
        msg = f"y must hold labels or numbers of one type, got {', '.join(types)}."
        raise ValueError(msg)
    return values


def _objective_of(y: NDArray, weight: FloatArray) -> str:
    if y.dtype.kind in "mM":
        msg = f"y must hold labels or numbers, got dates of dtype {y.dtype!s}."
        raise ValueError(msg)
    kind = _kind_of(y)
    if kind in _CLASSIFICATION:
        many = len(np.unique(y[weight > 0])) > MAX_NUMBERED_CLASSES
        return "squared_error" if many and y.dtype.kind in "iuf" else "log_loss"
    if kind in _REGRESSION or (y.ndim == 2 and y.dtype.kind in "iufb"):
        return "squared_error"
    msg = f"Unknown label type: y must hold classes or numbers, got {kind!r}."
    raise ValueError(msg)


def _kind_of(y: NDArray) -> str:
    """scikit-learn's word for the kind of target, without its warnings."""
    with np.errstate(invalid="ignore"), warnings.catch_warnings():
        # a float beyond the integers' range is not a whole number, and many classes
        # are what the caller has: neither is a cause to warn
        warnings.simplefilter("ignore", UserWarning)
        return type_of_target(y, input_name="y")
