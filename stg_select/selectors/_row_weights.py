"""How much rows count: by weights of their own and by those of their classes."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import _check_sample_weight

from stg_select.objectives import EncodedTarget
from stg_select.weighted import in_sound_units

FloatArray = NDArray[np.floating]


def read_weights(sample_weight: ArrayLike | None, rows: NDArray) -> FloatArray:
    """Read the weights of the rows of a table.

    Parameters
    ----------
    sample_weight : array-like of shape (n,) or None
    rows : ndarray of shape (n, ...)
        As many rows as there must be weights.

    Returns
    -------
    weight : ndarray of shape (n,)
        Whole numbers as they are, others of at most 1.

    Raises
    ------
    ValueError
        If they are negative, missing, all zero or not as many as rows.
    """
    weight = _check_sample_weight(
        sample_weight, rows, dtype=np.float64, ensure_non_negative=True
    )
    if not weight.any():  # scikit-learn says so itself from 1.9 on
        msg = "sample_weight must be positive for at least one row, got zeros only."
        raise ValueError(msg)
    return in_sound_units(weight)


def class_factors(
    class_weight: Mapping | str | None, encoded: EncodedTarget, weight: FloatArray
) -> FloatArray | None:
    """Tell by what the weight of every row is multiplied.

    Parameters
    ----------
    class_weight : mapping of label to float, "balanced" or None
        Labels that are left out count 1. "balanced" lets all classes weigh the same.
    encoded : EncodedTarget
    weight : ndarray of shape (n,)
        Row weights; they count when classes are balanced, as repeated rows would.

    Returns
    -------
    factor : ndarray of shape (n,) or None
        None without class weights.

    Raises
    ------
    ValueError
        If `y` does not hold classes, or a label is unknown, or a weight is no positive
        number.
    """
    if class_weight is None:
        return None
    if encoded.classes is None:
        msg = (
            f"class_weight={class_weight!r} expects one class label a row in y, which "
            f"is taken for objective={encoded.objective.name!r}; leave it at None."
        )
        raise ValueError(msg)
    index, classes = encoded.values, encoded.classes.tolist()
    if isinstance(class_weight, str):
        total = np.bincount(index, weights=weight, minlength=len(classes))
        return (weight.sum() / (len(classes) * total))[index]
    for label, value in class_weight.items():
        if label not in classes:
            shown = ", ".join(map(repr, classes[:5]))
            more = ", ..." if len(classes) > 5 else ""
            msg = f"class_weight must name classes of y, {shown}{more}, got {label!r}."
            raise ValueError(msg)
        if not (isinstance(value, Real) and 0.0 < float(value) < np.inf):
            msg = (
                "class_weight must give positive numbers, "
                f"got {value!r} for class {label!r}."
            )
            raise ValueError(msg)
    return np.array([float(class_weight.get(label, 1.0)) for label in classes])[index]
