"""Scores of columns that are mostly zeros: of their other cells, and of all zeros.

Letters: n rows, m columns, O outputs, k cells other than zeros.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import BLOCK_CELLS, SparseRanks
from stg_select.screening._basis import DEGREE, orthonormalize
from stg_select.screening._scans import single_and_smooth, weighted_residuals

FloatArray = NDArray[np.floating]


def sparse_column_scores(
    u: SparseRanks, residual: FloatArray, weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Score every column, as `column_scores` does, without reading the zeros.

    The zeros of a column have one rank, so their sums are those of all rows less those
    of the other cells. Columns of about as many other cells are worked on together.

    Parameters
    ----------
    u : SparseRanks of shape (n, m)
    residual : ndarray of shape (n, O)
        Of weighted variance 1.
    weight : ndarray of shape (n,)
        Of mean 1.

    Returns
    -------
    single : ndarray of shape (2, m)
    smooth : ndarray of shape (m,)
    """
    others = u.others.tocsc()
    n, m = u.shape
    counts = np.diff(others.indptr)
    order = np.argsort(counts, kind="stable")
    cells = np.concatenate(
        [weight[:, None], *weighted_residuals(residual, weight, np.dtype(np.float64))],
        axis=1,
    )
    total = cells.sum(axis=0)
    single, smooth = np.empty((2, m)), np.empty(m)
    start = 0
    while start < m:
        # the columns of a block have at most twice as many cells as its first one
        most = 2 * counts[order[start]] + 1
        size = max(1, BLOCK_CELLS // (int(most + 1) * cells.shape[1]))
        block = order[start : start + size]
        block = block[counts[block] <= most]
        ranks, sums = _compact(others, u.zero, block, cells, total)
        basis = np.zeros((DEGREE, *ranks.shape))
        orthonormalize(ranks, sums[..., 0], basis, n)
        n_outputs = residual.shape[1]
        score = np.einsum("dmk,mko->dmo", basis, sums[..., 1 : 1 + n_outputs])
        variance = np.einsum("dmk,mko->dmo", basis**2, sums[..., 1 + n_outputs :])
        score /= np.sqrt(np.maximum(variance, 1.0))
        df = basis.any(axis=2).sum(axis=0)
        single[:, block], smooth[block] = single_and_smooth(score, df)
        start += len(block)
    return single, smooth


def _compact(
    others: Any,
    zero: FloatArray,
    block: NDArray[np.integer],
    cells: FloatArray,
    total: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Ranks (b, k + 1) and sums (b, k + 1, c) of the cells of some columns.

    The last place of a line is that of all zeros; lines of fewer cells are filled up
    with cells that weigh nothing.
    """
    counts = np.diff(others.indptr)[block]
    width = int(counts.max(initial=0))
    place = np.arange(width)
    known = place < counts[:, None]
    at = np.where(known, others.indptr[block][:, None] + place, 0)
    ranks = np.repeat(zero[block][:, None].astype(np.float64), width + 1, axis=1)
    sums = np.zeros((len(block), width + 1, len(total)))
    if len(others.data):
        ranks[:, :-1][known] = others.data[at[known]]
        sums[:, :-1][known] = cells[others.indices[at[known]]]
    sums[:, -1] = total - sums.sum(axis=1)
    sums[:, -1, 0] = np.maximum(sums[:, -1, 0], 0.0)
    return ranks, sums
