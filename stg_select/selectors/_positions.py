"""Columns that a user names, or gives by position."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


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
