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


def units_of_response(values: NDArray, target: NDArray) -> NDArray[np.float64]:
    """Find the line from a scaled response back to the response.

    Rows that were brought back lie off the line, at the least or the largest number;
    so it goes through two other rows, where there are such.

    Parameters
    ----------
    values : ndarray of shape (n,) or (n, O)
    target : ndarray of shape (n,) or (n, O)
        Scaled, and perhaps brought back to a smallest and a largest number.

    Returns
    -------
    units : ndarray of shape (2, O)
        Offsets and slopes.
    """
    lines = []
    with np.errstate(over="ignore", invalid="ignore"):
        for y, z in zip(
            values.reshape(len(values), -1).T.astype(np.float64),
            target.reshape(len(target), -1).T.astype(np.float64),
            strict=True,
        ):
            inside = np.flatnonzero((z > z.min()) & (z < z.max()))
            if not len(inside) or z[inside].min() == z[inside].max():
                inside = np.arange(len(z))
            low, high = inside[np.argmin(z[inside])], inside[np.argmax(z[inside])]
            slope = (y[high] - y[low]) / (z[high] - z[low])
            lines.append((y[low] - slope * z[low], slope))
    return np.array(lines).T


def _as_floats(y: NDArray) -> NDArray[np.float64]:
    """Convert numbers; whole ones that no float holds by what they exceed the least.

    A shift does not matter to a squared error.
    """
    if y.dtype.kind not in "iu" or max(int(y.max()), -int(y.min())) <= 2**53:
        return y.astype(np.float64)
    # modulo 2**64, in which the difference of two integers cannot overflow
    least = y.min(axis=0).astype(np.uint64)
    return (y.astype(np.uint64) - least).astype(np.float64)
