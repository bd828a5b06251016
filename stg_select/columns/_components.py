"""A table as numbers, read in blocks of rows or of components."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select.columns._blocks import blocks

FloatArray = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Components:
    """The numeric columns that stand for the features of a table.

    Whoever needs numbers asks for blocks of them, so that no more than `BLOCK_CELLS`
    cells are ever copied at once.

    Parameters
    ----------
    values : ndarray of shape (n, c)
        Finite numbers, held as they came, which may be a memory map.
    feature : ndarray of int of shape (c,)
        Position of the feature that each component stands for.
    """

    values: FloatArray
    feature: NDArray[np.integer]

    @classmethod
    def of_array(cls, x: FloatArray) -> Components:
        """Let every column of an array of finite numbers stand for itself.

        Parameters
        ----------
        x : ndarray of shape (n, c)

        Returns
        -------
        components : Components
        """
        return cls(x, np.arange(x.shape[1]))

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return len(self.values)

    @property
    def n_components(self) -> int:
        """Number of components c."""
        return len(self.feature)

    def by_rows(self) -> Iterator[tuple[slice, FloatArray]]:
        """Read all components, some rows at a time.

        Yields
        ------
        rows : slice
        values : ndarray of shape (b, c)
        """
        for rows in blocks(self.n_components, self.n_rows):
            yield rows, self.values[rows]

    def by_components(
        self, rows: NDArray[np.integer], chosen: NDArray[np.integer]
    ) -> Iterator[tuple[slice, FloatArray]]:
        """Read some rows of some components, some components at a time.

        Parameters
        ----------
        rows : ndarray of int of shape (n',)
        chosen : ndarray of int of shape (m,)
            The components to read.

        Yields
        ------
        places : slice
            Which of `chosen` the values are of.
        values : ndarray of shape (n', b)
        """
        for places in blocks(len(rows), len(chosen)):
            yield places, self.values[rows[:, None], chosen[places]]

    def varying(self, used: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell which components take more than one value.

        Parameters
        ----------
        used : ndarray of bool of shape (n,)
            The rows to look at.

        Returns
        -------
        varying : ndarray of bool of shape (c,)
        """
        low = np.full(self.n_components, np.inf)
        high = np.full(self.n_components, -np.inf)
        for rows, values in self.by_rows():
            block = values[used[rows]]
            low = np.minimum(low, block.min(axis=0, initial=np.inf))
            high = np.maximum(high, block.max(axis=0, initial=-np.inf))
        return low < high

    def most_values(self, rows: NDArray[np.integer]) -> int:
        """Count the distinct values of the component that takes most of them.

        Parameters
        ----------
        rows : ndarray of int of shape (n',)
            The rows to look at.

        Returns
        -------
        n_values : int
        """
        every = np.arange(self.n_components)
        return max(
            len(np.unique(column))
            for _, values in self.by_components(rows, every)
            for column in values.T
        )
