r"""Scores of curves of several waves: polynomials of degree 5 to 8 of one column.

Letters: n rows, m columns, O outputs.
"""

from __future__ import annotations

from itertools import islice

import numpy as np
from numpy.typing import NDArray

from stg_select.screening._basis import (
    CACHE_CELLS,
    DEGREE,
    WAVE_DEGREE,
    legendre,
)
from stg_select.screening._clusters import Clusters
from stg_select.screening._scans import column_scores

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# rows from which waves are looked for
FEWEST_ROWS = 300
# share of the rows that a value may take
MOST_TIED = 1 / 16


def columns_of_waves(u: FloatArray) -> IntArray:
    """Choose the columns that have enough rows and values for several waves.

    Parameters
    ----------
    u : ndarray of shape (m, n)
        Columns mapped to (-1, 1) by their ranks, one in each line.

    Returns
    -------
    columns : ndarray of int
        Ascending. Those of which no value takes more than a sixteenth of the rows.
    """
    n = u.shape[1]
    if n < FEWEST_ROWS:
        return np.empty(0, dtype=np.int64)
    most = int(MOST_TIED * n)
    # counts and the like are mostly at their lowest value: these need no sorting
    n_lowest = np.count_nonzero(u == u.min(axis=1, keepdims=True), axis=1)
    columns = np.flatnonzero(n_lowest <= most)
    ordered = np.sort(u[columns], axis=1)
    return columns[(ordered[:, most:] > ordered[:, :-most]).all(axis=1)]


def scan_waves(
    u: FloatArray,
    residual: FloatArray,
    weight: FloatArray,
    clusters: Clusters | None = None,
) -> FloatArray:
    """Score the polynomials of degree 5 to 8 of every column together.

    As `column_scores` does those of degree 1 to 4, but for Legendre polynomials as they
    are. These are nearly orthonormal on ranks without ties: a scan for candidates,
    which are then tested beyond lower degrees.

    Parameters
    ----------
    u : ndarray of shape (m, n)
        Columns mapped to (-1, 1) by their ranks, one in each line, without many ties.
    residual : ndarray of shape (n, O)
        Of weighted variance 1.
    weight : ndarray of shape (n,)
        Of mean 1.
    clusters : Clusters or None, default=None
        Groups of rows.

    Returns
    -------
    score : ndarray of shape (m,)
        Unscaled deviates.
    """
    score = np.zeros(len(u))
    # few lines at a time stay in the processor's cache
    size = max(1, CACHE_CELLS // u.shape[1])
    for start in range(0, len(u), size):
        lines = slice(start, start + size)
        waves = np.stack([*islice(legendre(u[lines]), DEGREE, WAVE_DEGREE)])
        score[lines] = column_scores(waves, residual, weight, clusters)[1]
    return score
