"""Ranks of a table that is mostly zeros, of which the others alone are stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stg_select.columns._blocks import blocks
from stg_select.columns._ranks import ranks_beside

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class SparseRanks:
    """Columns mapped to (-1, 1) by their ranks, where most cells are zeros.

    Read with an index, as an array would be: one of rows and one of columns gives
    these cells, and a slice of rows alone the ranks of these rows.

    Parameters
    ----------
    zero : ndarray of float32 of shape (m,)
        Rank of the zeros of each column.
    others : sparse array (CSC) of float32 of shape (n, m)
        Ranks of the other cells, which are stored even if a rank is 0.
    """

    zero: NDArray[np.float32]
    others: Any

    @classmethod
    def of_table(cls, x: Any, weight: FloatArray) -> SparseRanks:
        """Rank the columns of a sparse table.

        Parameters
        ----------
        x : sparse array (CSC) of shape (n, m)
            Without zeros among its stored values.
        weight : ndarray of shape (n,)
            Row weights.

        Returns
        -------
        ranks : SparseRanks
            As `rank_uniform` of the dense table, to rounding.
        """
        total = weight.sum()
        zero = np.empty(x.shape[1], dtype=np.float32)
        data = np.empty(len(x.data), dtype=np.float32)
        for columns in blocks(*x.shape):
            ends = x.indptr[columns.start : columns.stop + 1]
            cells = slice(ends[0], ends[-1])
            line = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
            known = weight[x.indices[cells]]
            mass = total - np.bincount(line, known, len(ends) - 1)
            data[cells], zero[columns] = ranks_beside(
                x.data[cells],
                line,
                known,
                np.zeros(len(mass)),
                np.maximum(mass, 0.0),
            )
        others = sparse.csc_array((data, x.indices, x.indptr), shape=x.shape)
        return cls(zero, others)

    @classmethod
    def of_low(cls, u: NDArray[np.float32]) -> SparseRanks:
        """Turn columns that are mostly at their lowest rank into sparse ones.

        Parameters
        ----------
        u : ndarray of float32 of shape (n, m)
            Ranks.

        Returns
        -------
        ranks : SparseRanks
            The same.
        """
        low = u.min(axis=0)
        is_higher = u > low
        cells = u[is_higher], np.nonzero(is_higher)
        return cls(low, sparse.csc_array(cells, shape=u.shape))

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows n and of columns m."""
        return self.others.shape

    def __len__(self) -> int:
        return self.others.shape[0]

    def __getitem__(self, index: Any) -> Any:
        if not isinstance(index, tuple):
            return SparseRanks(self.zero, self.others[index])
        rows, columns = (np.ravel(i) if isinstance(i, np.ndarray) else i for i in index)
        part = self.others[:, columns].tocsr()[rows].tocoo()
        cells = np.empty(part.shape, dtype=np.float32)
        cells[:] = self.zero[columns]
        cells[part.row, part.col] = part.data
        return cells

    def count_others(self, rows: IntArray) -> IntArray:
        """Count the cells of each column in some rows that are no zeros.

        Parameters
        ----------
        rows : ndarray of int

        Returns
        -------
        counts : ndarray of int of shape (m,)
        """
        lines = self.others.tocsr()[rows]
        return np.bincount(lines.indices, minlength=self.shape[1])

    def rearranged(self, rows: IntArray, columns: IntArray) -> SparseRanks:
        """Bring rows and columns into another order.

        Parameters
        ----------
        rows : ndarray of int of shape (n,)
        columns : ndarray of int of shape (m,)

        Returns
        -------
        ranks : SparseRanks
        """
        others = self.others[:, columns].tocsr()[rows].tocsc()
        return SparseRanks(self.zero[columns], others)
