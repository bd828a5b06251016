"""A table as numbers, read in blocks of rows or of components."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stg_select.columns._blocks import blocks

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]
Numbers = Any  # an array of floats, or a sparse one (CSC)

#: What a component says of its source, where it does not say whether a row has a level:
NUMBER = -1
#: the numbers themselves, or where they are missing.
MISSING = -2


@dataclass(frozen=True, eq=False)
class Components:
    """The numeric columns that stand for the features of a table.

    Whoever needs numbers asks for blocks of them, so that no more than `BLOCK_CELLS`
    cells are ever copied at once.

    Parameters
    ----------
    numbers : ndarray or sparse array (CSC) of shape (n, q)
        Numbers as they came, NaN where they are missing; may be a memory map.
    codes : ndarray of int of shape (n, k)
        Levels of categories, 0, 1, ...; missing cells have a level of their own.
    feature : ndarray of int of shape (c,)
        Position of the feature that each component stands for.
    source : ndarray of int of shape (c,)
        Column of `numbers` or of `codes` that each component is made of.
    level : ndarray of int of shape (c,)
        The level that it indicates, `NUMBER` or `MISSING`.
    fill : ndarray of shape (q,)
        What stands in place of missing numbers.
    """

    numbers: Numbers
    codes: IntArray
    feature: IntArray
    source: IntArray
    level: IntArray
    fill: FloatArray

    @classmethod
    def of_array(cls, x: Numbers, weight: FloatArray | None = None) -> Components:
        """Let every column of an array stand for itself.

        A column with missing values has a second component, which is 1 where they
        are.

        Parameters
        ----------
        x : ndarray or sparse array (CSC) of shape (n, q)
            Finite numbers, or NaN where they are missing.
        weight : ndarray of shape (n,) or None
            Row weights, which the medians follow; None is 1 for each.

        Returns
        -------
        components : Components
        """
        n, q = x.shape
        fill = _medians(x, np.ones(n) if weight is None else weight)
        gaps = np.flatnonzero(~np.isnan(fill))
        feature = np.concatenate([np.arange(q), gaps])
        order = np.argsort(feature, kind="stable")
        return cls(
            numbers=x,
            codes=np.empty((n, 0), dtype=np.int32),
            feature=feature[order],
            source=feature[order],
            level=np.repeat([NUMBER, MISSING], [q, len(gaps)])[order],
            fill=fill,
        )

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return self.numbers.shape[0]

    @property
    def n_components(self) -> int:
        """Number of components c."""
        return len(self.feature)

    def by_components(
        self, rows: IntArray, chosen: IntArray
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
        for places in blocks(max(1, len(rows)), len(chosen)):
            yield places, self.take(rows, chosen[places])

    def by_sources(self, rows: IntArray) -> Iterator[NDArray]:
        """Read some rows of what components are made of, one column at a time.

        Parameters
        ----------
        rows : ndarray of int of shape (n',)

        Yields
        ------
        column : ndarray of shape (n',)
            Numbers, with gaps filled, or the levels of a category.
        """
        numbers = np.flatnonzero(self.level == NUMBER)
        for _, values in self.by_components(rows, numbers):
            yield from values.T
        yield from self.codes[rows].T

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
        rows = np.flatnonzero(used)
        varying = np.zeros(self.n_components, dtype=bool)
        for places, values in self.by_components(rows, np.arange(self.n_components)):
            varying[places] = (values != values[0]).any(axis=0)
        return varying

    def most_values(self, rows: IntArray) -> int:
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

    def sparse_table(self, rows: IntArray, chosen: IntArray) -> sparse.csc_array:
        """Read some rows of some components of a sparse table, without its zeros.

        Parameters
        ----------
        rows : ndarray of int of shape (n',)
        chosen : ndarray of int of shape (m,)

        Returns
        -------
        values : sparse array (CSC) of shape (n', m)
        """
        source, level = self.source[chosen], self.level[chosen]
        places = [np.flatnonzero(level == NUMBER), np.flatnonzero(level == MISSING)]
        places.append(np.flatnonzero(level >= 0))
        numbers, gaps = (self.numbers[:, source[at]].tocsr()[rows] for at in places[:2])
        levels = self.codes[rows[:, None], source[places[2]]] == level[places[2]]
        numbers, gaps = numbers.tocsc(), gaps.tocsc()
        owner = np.repeat(source[places[0]], np.diff(numbers.indptr))
        missing = np.isnan(numbers.data)
        numbers.data[missing] = self.fill[owner[missing]]
        gaps.data = np.isnan(gaps.data).astype(numbers.dtype)
        parts = [numbers, gaps, sparse.csc_array(levels, dtype=numbers.dtype)]
        order = np.argsort(np.concatenate(places), kind="stable")
        table = sparse.hstack(parts, format="csc")[:, order]
        table.eliminate_zeros()
        return table

    def take(self, rows: IntArray, chosen: IntArray) -> FloatArray:
        """Read some rows of few components at once.

        Parameters
        ----------
        rows : ndarray of int of shape (n',)
        chosen : ndarray of int of shape (m,)

        Returns
        -------
        values : ndarray of shape (n', m)
        """
        source, level = self.source[chosen], self.level[chosen]
        if (level == NUMBER).all():
            return self._filled(rows, source)
        values = np.empty((len(rows), len(chosen)), dtype=self.numbers.dtype)
        numbers, gaps, levels = level == NUMBER, level == MISSING, level >= 0
        values[:, numbers] = self._filled(rows, source[numbers])
        values[:, gaps] = np.isnan(_dense(self.numbers, rows, source[gaps]))
        values[:, levels] = self.codes[rows[:, None], source[levels]] == level[levels]
        return values

    def _filled(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """Read columns of numbers, their gaps filled."""
        values = _dense(self.numbers, rows, columns)
        fill = self.fill[columns]
        if np.isnan(fill).all():  # no column has gaps
            return values
        return np.where(np.isnan(values), fill.astype(values.dtype), values)


def _dense(x: Numbers, rows: IntArray, columns: IntArray) -> FloatArray:
    """Read some rows of some columns."""
    if sparse.issparse(x):
        return x[:, columns][rows].toarray()
    return x[rows[:, None], columns]


def _medians(x: Numbers, weight: FloatArray) -> FloatArray:
    """Medians of the columns that have gaps, NaN for the others."""
    n, q = x.shape
    used = np.flatnonzero(weight > 0)
    fill = np.full(q, np.nan)
    if sparse.issparse(x):
        owner = np.repeat(np.arange(q), np.diff(x.indptr))
        for column in np.unique(owner[np.isnan(x.data)]):
            fill[column] = _medians(x[:, [column]].toarray(), weight)[0]
        return fill
    for part in blocks(max(1, n), q):
        values = x[:, part]
        for column in np.flatnonzero(np.isnan(values).any(axis=0)):
            known = used[~np.isnan(values[used, column])]
            fill[part.start + column] = lower_median(
                values[known, column], weight[known]
            )
    return fill


def lower_median(values: FloatArray, weight: FloatArray) -> float:
    """Find the smallest value that half of the weight does not exceed.

    Parameters
    ----------
    values : ndarray of shape (n,)
    weight : ndarray of shape (n,)
        Positive.

    Returns
    -------
    median : float
        One of the values; 0 without any.
    """
    if not len(values):
        return 0.0
    order = np.argsort(values, kind="stable")
    mass = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(mass, 0.5 * mass[-1])])
