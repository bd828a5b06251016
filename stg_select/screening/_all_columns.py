"""Scores of all columns of a table, in blocks whose functions are not kept.

Letters: n rows, m columns, O outputs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import Ranks, SparseRanks, blocks
from stg_select.screening._basis import orthonormal_basis
from stg_select.screening._clusters import Clusters
from stg_select.screening._scans import column_scores
from stg_select.screening._sparse_scores import sparse_column_scores

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# share of the rows in which a column is above its lowest rank, up to which it is scored
# as a sparse one
MOST_HIGHER = 0.125


def all_column_scores(
    u: Ranks,
    rows: IntArray,
    residual: FloatArray,
    weight: FloatArray,
    clusters: Clusters | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Score every column, as `column_scores` does, the sparse ones by few cells.

    Each column is scored as it is, whatever the others are.

    Parameters
    ----------
    u : ndarray or SparseRanks of shape (n', m)
    rows : ndarray of int of shape (n,)
        The rows to look at.
    residual : ndarray of shape (n, O)
        Of weighted variance 1.
    weight : ndarray of shape (n,)
        Of mean 1.
    clusters : Clusters or None, default=None
        Groups of the rows, which need all cells of a column.

    Returns
    -------
    single : ndarray of shape (2, m)
    smooth : ndarray of shape (m,)
    """
    data = residual, weight
    if isinstance(u, SparseRanks) and clusters is None:
        return sparse_column_scores(u[rows], *data)
    single, smooth = np.empty((2, u.shape[1])), np.empty(u.shape[1])
    for block in blocks(len(rows), u.shape[1]):
        columns, cells = np.arange(u.shape[1])[block], u[rows, block]
        thin = np.mean(cells > cells.min(axis=0), axis=0) <= MOST_HIGHER
        thin &= clusters is None
        if thin.any():
            low = SparseRanks.of_low(cells[:, thin])
            at = columns[thin]
            single[:, at], smooth[at] = sparse_column_scores(low, *data)
        if not thin.all():
            basis, at = orthonormal_basis(cells[:, ~thin].T, weight), columns[~thin]
            single[:, at], smooth[at], _ = column_scores(basis, *data, clusters)
    return single, smooth
