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
        values = _as_floats(y.reshape(len(y), -1))
    except (TypeError, ValueError):
        msg = f"objective={name!r} expects numbers in y, got dtype {y.dtype!r}."
        raise ValueError(msg) from None
    used = values[weight > 0]
    if not (used.min(axis=0) < used.max(axis=0)).all():
        constant = np.flatnonzero(used.min(axis=0) == used.max(axis=0)).tolist()
        msg = f"y must vary in every output, got a constant in output {constant!r}."
        raise ValueError(msg)
    return values


def _as_floats(y: NDArray) -> NDArray[np.float64]:
    """Convert numbers; whole ones that no float holds by what they exceed the least.

    A shift does not matter to a squared error.
    """
    if y.dtype.kind not in "iu" or max(int(y.max()), -int(y.min())) <= 2**53:
        return y.astype(np.float64)
    # modulo 2**64, in which the difference of two integers cannot overflow
    least = y.min(axis=0).astype(np.uint64)
    return (y.astype(np.uint64) - least).astype(np.float64)
