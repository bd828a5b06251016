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
from stg_select.screening._levels import deviate
from stg_select.screening._scans import weighted_residuals

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
    ordered = np.sort(u, axis=1)
    most = int(MOST_TIED * n)
    return np.flatnonzero((ordered[:, most:] > ordered[:, :-most]).all(axis=1))


def scan_waves(
    u: FloatArray,
    residual: FloatArray,
    weight: FloatArray,
    clusters: Clusters | None = None,
) -> FloatArray:
    r"""Score the polynomials of degree 5 to 8 of every column together.

    .. math:: s_d = \max_o \sum_{k=5}^8 c_{kdo}^2, \quad
        c_{kdo} = \sum_i w_i r_{io} \phi_k(u_{id}) / (v_{kdo} \sqrt n), \quad
        v_{kdo}^2 = \max(1, \sum_i w_i^2 r_{io}^2 \phi_k(u_{id})^2 / n)

    with the Legendre polynomials :math:`\phi_k`, which are nearly orthonormal on ranks
    without ties: a scan for candidates, which are then tested beyond lower degrees.

    Parameters
    ----------
    u : ndarray of shape (m, n)
        Columns mapped to (-1, 1) by their ranks, one in each line, without many ties.
    residual : ndarray of shape (n, O)
        Of weighted variance 1.
    weight : ndarray of shape (n,)
        Of mean 1.
    clusters : Clusters or None, default=None
        Groups of rows. No polynomial then says more than the sums of the groups do.

    Returns
    -------
    score : ndarray of shape (m,)
        Unscaled deviates.
    """
    scoring, noise = weighted_residuals(residual, weight, u.dtype)
    joint = np.zeros((len(u), residual.shape[1]))
    # few lines at a time stay in the processor's cache
    size = max(1, CACHE_CELLS // u.shape[1])
    for start in range(0, len(u), size):
        lines = slice(start, start + size)
        for values in islice(legendre(u[lines]), DEGREE, WAVE_DEGREE):
            variance = np.maximum(np.square(values) @ noise, 1.0)
            square = np.square(values @ scoring) / variance
            if clusters is not None:
                most = [clusters.deviates(values, output) for output in scoring.T]
                square = np.minimum(square, np.square(most).T)
            joint[lines] += square
    return deviate(joint.max(axis=1, initial=0.0), WAVE_DEGREE - DEGREE)
