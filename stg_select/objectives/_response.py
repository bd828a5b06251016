"""Targets that are numbers: what the objectives of a response have in common."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]


def read_response(y: NDArray, weight: FloatArray, name: str) -> NDArray[np.float64]:
    """Read the outputs of a response.

    Parameters
    ----------
    y : ndarray of shape (n,) or (n, O)
    weight : ndarray of shape (n,)
        Rows of weight 0 do not count.
    name : str
        The objective that asks.

    Returns
    -------
    values : ndarray of float64 of shape (n, O)

    Raises
    ------
    ValueError
        If y does not hold numbers, or an output does not vary.
    """
    try:
        values = y.reshape(len(y), -1).astype(np.float64)
    except (TypeError, ValueError):
        msg = f"objective={name!r} expects numbers in y, got dtype {y.dtype!r}."
        raise ValueError(msg) from None
    used = values[weight > 0]
    if not (used.min(axis=0) < used.max(axis=0)).all():
        constant = np.flatnonzero(used.min(axis=0) == used.max(axis=0)).tolist()
        msg = f"y must vary in every output, got a constant in output {constant!r}."
        raise ValueError(msg)
    return values
