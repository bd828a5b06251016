"""The best set of columns that every column is in, block by block."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]


class Best:
    """Largest value of every column over the sets of columns seen, and its set.

    Parameters
    ----------
    m : int
        Number of columns.
    order : int
        Columns of a set.

    Attributes
    ----------
    value : ndarray of shape (m,)
    sets : ndarray of int of shape (m, order)
        Ascending columns.
    """

    def __init__(self, m: int, order: int) -> None:
        self.value = np.full(m, -np.inf)
        self.sets = np.zeros((m, order), dtype=np.int64)

    def update(self, column: IntArray, value: FloatArray, sets: IntArray) -> None:
        """Take in some columns, each with a value and the set that has it."""
        # of a column that comes several times, the last one counts
        order = np.argsort(value, kind="stable")
        column, value, sets = column[order], value[order], sets[order]
        better = value > self.value[column]
        self.value[column[better]] = value[better]
        self.sets[column[better]] = sets[better]

    def update_pairs(
        self,
        values: FloatArray,
        rows: slice,
        columns: slice,
        scale: Callable[[FloatArray], FloatArray] | None = None,
    ) -> None:
        """Take in a block of pairs, both ways.

        Parameters
        ----------
        values : ndarray of shape (r, c)
            Of the pairs of r columns and c columns.
        rows, columns : slice
            Where these columns are; pairs below the diagonal are left out.
        scale : callable or None, default=None
            What values mean beside those of other blocks, the larger, the more.
        """
        first = np.arange(rows.start, rows.stop)
        second = np.arange(columns.start, columns.stop)
        if rows.stop > columns.start:
            values = np.where(first[:, None] >= second[None, :], -np.inf, values)
        for line, (ours, theirs) in enumerate(((first, second), (second, first))):
            axis = 1 - line
            at = values.argmax(axis=axis)
            value = np.take_along_axis(values, np.expand_dims(at, axis), axis)
            value = value.ravel().astype(np.float64)
            if scale is not None:
                value = scale(value)
            pairs = np.sort(np.stack([ours, theirs[at]], axis=1), axis=1)
            self.update(ours, value, pairs)
