"""The only code that inspects y: from a target to an objective and its encoding."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.multiclass import type_of_target

from stg_select.objectives import (
    BinaryLogLoss,
    EncodedTarget,
    MulticlassLogLoss,
    SquaredError,
)

FloatArray = NDArray[np.floating]
_CLASSIFICATION = ("binary", "multiclass")
_REGRESSION = ("continuous", "continuous-multioutput")
MAX_NUMBERED_CLASSES = 50
FEW_LABELS = 20


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
    if objective == "log_loss":
        return _encode_classes(y, weight)
    return _encode_response(y, weight)


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


def _encode_classes(y: NDArray, weight: FloatArray) -> EncodedTarget:
    if y.ndim != 1:
        msg = (
            "objective='log_loss' expects y of shape (n_samples,), "
            f"got shape {y.shape!r}."
        )
        raise ValueError(msg)
    if _kind_of(y) not in _CLASSIFICATION:
        msg = (
            "Unknown label type: objective='log_loss' expects class labels in y, got "
            "continuous numbers."
        )
        raise ValueError(msg)
    classes = np.unique(y[weight > 0])
    if len(classes) < 2:
        label = classes.tolist()[0]
        msg = f"y must hold at least two classes, got one class only: {label!r}."
        raise ValueError(msg)
    n_rows = int(np.count_nonzero(weight))
    if y.dtype.kind not in "iufb" and len(classes) > max(FEW_LABELS, n_rows // 2):
        msg = (
            "y must hold labels that come more than once, got "
            f"{len(classes)} different ones in {n_rows} rows."
        )
        raise ValueError(msg)
    # rows of weight 0 may hold other labels; they are left out later
    values = np.minimum(np.searchsorted(classes, y), len(classes) - 1)
    objective = (
        BinaryLogLoss() if len(classes) == 2 else MulticlassLogLoss(len(classes))
    )
    return EncodedTarget(values.astype(np.int64), objective, classes)


def _encode_response(y: NDArray, weight: FloatArray) -> EncodedTarget:
    try:
        values = y.reshape(len(y), -1).astype(np.float64)
    except (TypeError, ValueError):
        msg = f"objective='squared_error' expects numbers in y, got dtype {y.dtype!r}."
        raise ValueError(msg) from None
    used = values[weight > 0]
    if not (used.min(axis=0) < used.max(axis=0)).all():
        constant = np.flatnonzero(used.min(axis=0) == used.max(axis=0)).tolist()
        msg = f"y must vary in every output, got a constant in output {constant!r}."
        raise ValueError(msg)
    return EncodedTarget(values, SquaredError(values.shape[1]), None)
