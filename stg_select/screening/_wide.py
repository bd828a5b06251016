"""Pairs among many columns of few values, before most columns are let go.

Letters: n rows, m columns, O outputs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import Ranks, SparseRanks, blocks
from stg_select.screening._basis import orthonormal_basis
from stg_select.screening._levels import deviate
from stg_select.screening._scans import PRODUCT_ROWS, Scan, scan_pairs

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# values of a column that two functions tell apart
FEW_VALUES = 3


def columns_of_few_values(u: Ranks, rows: IntArray) -> IntArray:
    """Find the columns of two or three values, none of them in nearly all rows.

    Parameters
    ----------
    u : ndarray or SparseRanks of shape (n', m)
    rows : ndarray of int of shape (n,)

    Returns
    -------
    columns : ndarray of int
        Those that are not at their most common value in enough rows for products of
        two of them to be nearly normal.
    """
    n = len(rows)
    fewest = np.sqrt(PRODUCT_ROWS * n)
    candidates = np.arange(u.shape[1])
    if isinstance(u, SparseRanks):
        candidates = np.flatnonzero(u.count_others(rows) >= fewest)
    found = [candidates[:0]]
    for part in blocks(n, len(candidates)):
        block, columns = u[np.ix_(rows, candidates[part])], candidates[part]
        low = block.min(axis=0)
        enough = (block > low).sum(axis=0) >= fewest
        if not enough.all():
            block, columns, low = block[:, enough], columns[enough], low[enough]
        high = block.max(axis=0)
        ends = (block == low).sum(axis=0), (block == high).sum(axis=0)
        inner = (block > low) & (block < high)
        middle = np.where(inner, block, high).min(axis=0)
        largest = np.where(inner, block, low).max(axis=0)
        few = (middle >= largest) | ~inner.any(axis=0)
        most = np.maximum(np.maximum(*ends), inner.sum(axis=0))
        few &= n - most >= fewest
        found.append(columns[few])
    return np.concatenate(found)


def scan_few_values(
    u: Ranks,
    rows: IntArray,
    columns: IntArray,
    residual: FloatArray,
    weight: FloatArray,
    least: float = 0.0,
) -> Scan | None:
    """Best partner of every one of some columns of few values.

    Parameters
    ----------
    u : ndarray or SparseRanks of shape (n', m)
    rows : ndarray of int of shape (n,)
    columns : ndarray of int of shape (q,)
    residual : ndarray of shape (n, O)
    weight : ndarray of shape (n,)
    least : float, default=0.0
        Deviate below which a pair is of no use.

    Returns
    -------
    pairs : Scan or None
        Unscaled deviates; the products of all their functions tell the cells of a
        pair apart. None where rows are too few for any pair to be of use, even if it
        explained all of the residual.
    """
    shapes = FEW_VALUES - 1
    basis = np.empty((shapes, len(columns), len(rows)), dtype=np.float32)
    for part in blocks(len(rows), len(columns)):
        lines = orthonormal_basis(u[np.ix_(rows, columns[part])].T, weight)
        basis[:, part] = lines[:shapes]
    n_functions = np.sort(basis.any(axis=2).sum(axis=0))
    most = deviate(np.array(len(rows), dtype=np.float64), n_functions[:2].prod())
    if most < least:
        return None
    found = scan_pairs(basis, residual, weight)
    return Scan(found.kind, found.score, columns[found.columns])
