"""Features as columns of numbers and of levels, put together to components."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stg_select.columns._components import (
    MISSING,
    NUMBER,
    Components,
    Numbers,
    lower_median,
)
from stg_select.weighted import are_whole

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

#: A category gets an indicator for at most so many of its most frequent levels,
MAX_LEVELS = 32
#: and only for those that occur in at least so many rows; the others share one.
MIN_LEVEL_ROWS = 5


@dataclass(frozen=True, eq=False)
class Levels:
    """The distinct values of a column, and which of them each row has.

    Parameters
    ----------
    codes : ndarray of int of shape (n,)
        Position of each value among the distinct ones, -1 if it is missing.
    names : ndarray of shape (n_levels,)
        The distinct values.
    """

    codes: IntArray
    names: NDArray

    def counts(self, weight: FloatArray) -> FloatArray:
        """Count the rows of each level.

        Parameters
        ----------
        weight : ndarray of shape (n,)
            Whole weights stand for equal rows; rows of weight 0 are none.

        Returns
        -------
        counts : ndarray of shape (n_levels,)
        """
        known = self.codes >= 0
        rows = weight if are_whole(weight) else (weight > 0).astype(float)
        counts = np.bincount(self.codes[known], rows[known], len(self.names))
        return counts.astype(np.float64)

    def merged(self, weight: FloatArray) -> tuple[IntArray, range]:
        """Keep the frequent levels, and let the others share one.

        Equally frequent levels are taken by name, whatever the order of the rows.

        Parameters
        ----------
        weight : ndarray of shape (n,)
            As of `counts`.

        Returns
        -------
        codes : ndarray of int32 of shape (n,)
            0, 1, ... for the levels that are kept, the most frequent first, then one
            for all others and one for missing cells, where there are such.
        indicated : range
            The codes that have an indicator: all, but of two only the first, since
            two indicators that add up to one say the same thing twice.
        """
        counts = self.counts(weight)
        kept = np.lexsort((self.names.astype(str), -counts))[:MAX_LEVELS]
        kept = kept[counts[kept] >= MIN_LEVEL_ROWS]
        places = np.full(len(self.names) + 1, len(kept), dtype=np.int32)
        places[kept] = np.arange(len(kept))
        n_levels = len(kept) + int(len(kept) < np.count_nonzero(counts))
        places[-1] = n_levels
        n_levels += int((self.codes[weight > 0] < 0).any())
        return places[self.codes], range(n_levels if n_levels > 2 else 1)


@dataclass(frozen=True, eq=False)
class Column:
    """What stands for a feature.

    Parameters
    ----------
    kind : str
        What the feature was read as.
    numbers : tuple of ndarray of shape (n,)
        Columns of numbers, NaN where they are missing.
    levels : Levels or None
    note : str or None
        What a user should be told of it, a sentence.
    """

    kind: str
    numbers: tuple[FloatArray, ...] = ()
    levels: Levels | None = None
    note: str | None = None


@dataclass(frozen=True, eq=False)
class Features:
    """The features of a table as components.

    Parameters
    ----------
    components : Components
    kinds : list of str
        What each feature was read as.
    notes : list of str
        Sentences about single features that a user should be told.
    """

    components: Components
    kinds: list[str]
    notes: list[str] = field(default_factory=list)


def join_columns(columns: Sequence[Column], weight: FloatArray) -> Features:
    """Put columns together to components, those of a feature next to each other.

    Missing numbers become the median of the others and have an indicator of their
    own; so have the levels of a category, but for one of two.

    Parameters
    ----------
    columns : sequence of Column
    weight : ndarray of shape (n,)
        Row weights, which medians and frequencies follow.

    Returns
    -------
    features : Features
    """
    used = weight > 0
    numbers: list[FloatArray] = []
    codes: list[IntArray] = []
    fill: list[float] = []
    parts: list[tuple[int, int, int]] = []  # feature, source, level
    for feature, column in enumerate(columns):
        has_gaps = False
        for values in column.numbers:
            missing = np.isnan(values)
            parts.append((feature, len(numbers), NUMBER))
            numbers.append(values)
            fill.append(np.nan)
            if missing.any():
                known = used & ~missing
                fill[-1] = lower_median(values[known], weight[known])
                has_gaps = True
        if has_gaps:  # all columns of numbers of a feature have the same gaps
            parts.append((feature, len(numbers) - 1, MISSING))
        if column.levels is not None:
            merged, indicated = column.levels.merged(weight)
            parts += [(feature, len(codes), level) for level in indicated]
            codes.append(merged)
    table = np.array(parts, dtype=np.int64).reshape(-1, 3)
    return Features(
        Components(
            numbers=_stacked(numbers, len(weight), np.float64),
            codes=_stacked(codes, len(weight), np.int32),
            feature=table[:, 0],
            source=table[:, 1],
            level=table[:, 2],
            fill=np.array(fill),
        ),
        [column.kind for column in columns],
        [column.note for column in columns if column.note],
    )


def read_array(
    x: Numbers, weight: FloatArray, categories: Collection[int] = ()
) -> Features:
    """Find for every column of an array the components that stand for it.

    Parameters
    ----------
    x : ndarray or sparse array (CSC) of shape (n, n_features)
        Finite numbers, or NaN where they are missing.
    weight : ndarray of shape (n,)
        Row weights, which medians and frequencies follow.
    categories : collection of int
        Positions of the columns whose numbers name levels.

    Returns
    -------
    features : Features
    """
    kinds = ["number"] * x.shape[1]
    found = Components.of_array(x, weight)
    if not categories:
        return Features(found, kinds)
    table = np.stack([found.feature, found.source, found.level], axis=1)
    parts = table[~np.isin(found.feature, list(categories))].tolist()
    codes: list[IntArray] = []
    for place in sorted(categories):
        kinds[place] = "category"
        merged, indicated = _levels_of_column(x, place).merged(weight)
        parts += [(place, len(codes), level) for level in indicated]
        codes.append(merged)
    table = np.array(sorted(parts, key=lambda part: part[0]), dtype=np.int64)
    components = replace(
        found,
        codes=np.stack(codes, axis=1),
        feature=table[:, 0],
        source=table[:, 1],
        level=table[:, 2],
    )
    return Features(components, kinds)


def _levels_of_column(x: Numbers, place: int) -> Levels:
    """Take the numbers of a column for names of levels."""
    column = x[:, [place]].toarray().ravel() if sparse.issparse(x) else x[:, place]
    known = ~np.isnan(column)
    codes = np.full(len(column), -1)
    names, codes[known] = np.unique(column[known], return_inverse=True)
    return Levels(codes, names)


def _stacked(columns: Sequence[NDArray], n: int, dtype: type) -> NDArray:
    """Put columns side by side, in single precision where all of them are."""
    if not columns:
        return np.empty((n, 0), dtype=dtype)
    return np.stack(columns, axis=1)
