"""The rows of a long table that are enough for a search."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# rows beyond which more of them hardly change what is found, but take their time
MAX_ROWS = 16384


def first_rows(weight: NDArray[np.floating]) -> NDArray[np.integer]:
    """Find the rows that have a weight; of a long table the first ones are enough.

    Parameters
    ----------
    weight : ndarray of shape (n,)

    Returns
    -------
    rows : ndarray of int
        At most `MAX_ROWS`, ascending.
    """
    return np.flatnonzero(weight)[:MAX_ROWS]
