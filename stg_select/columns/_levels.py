"""Levels of categories: which are told apart, and how they are known again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stg_select.weighted import are_whole

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

#: A category gets an indicator for at most so many of its most frequent levels,
MAX_LEVELS = 32
#: and only for those that occur in at least so many rows; the others share one.
MIN_LEVEL_ROWS = 5


class KnownLevels(NamedTuple):
    """The levels of a column that are told apart.

    Their codes are 0, 1, ..., then come one for all other levels and one for missing
    cells, where there are such.

    Parameters
    ----------
    names : ndarray of str
        The most frequent first.
    has_others : bool
        Whether there are others.
    """

    names: NDArray[np.str_]
    has_others: bool

    @property
    def missing(self) -> int:
        """The code of missing cells."""
        return len(self.names) + int(self.has_others)

    def codes(self, levels: Levels) -> IntArray:
        """Give the rows of a column the codes that they have here.

        Parameters
        ----------
        levels : Levels
            Of n rows.

        Returns
        -------
        codes : ndarray of int32 of shape (n,)
            -1 for levels that are not known, where there are no others.
        """
        known = {name: code for code, name in enumerate(self.names.tolist())}
        other = len(self.names) if self.has_others else -1
        names = levels.names.astype(str).tolist()
        places = [*(known.get(name, other) for name in names), self.missing]
        return np.array(places, dtype=np.int32)[levels.codes]


class Merged(NamedTuple):
    """The levels of a column, the rare ones merged.

    Parameters
    ----------
    codes : ndarray of int32 of shape (n,)
        As `KnownLevels` tells of them.
    indicated : range
        The codes that have an indicator: all, but of two only the first, since
        two indicators that add up to one say the same thing twice.
    known : KnownLevels
    """

    codes: IntArray
    indicated: range
    known: KnownLevels


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

    def merged(self, weight: FloatArray) -> Merged:
        """Keep the frequent levels, and let the others share one.

        Equally frequent levels are taken by name, whatever the order of the rows.

        Parameters
        ----------
        weight : ndarray of shape (n,)
            As of `counts`.

        Returns
        -------
        merged : Merged
        """
        counts = self.counts(weight)
        names = self.names.astype(str)
        kept = np.lexsort((names, -counts))[:MAX_LEVELS]
        kept = kept[counts[kept] >= MIN_LEVEL_ROWS]
        places = np.full(len(self.names) + 1, len(kept), dtype=np.int32)
        places[kept] = np.arange(len(kept))
        has_others = len(kept) < np.count_nonzero(counts)
        known = KnownLevels(names[kept], bool(has_others))
        n_levels = known.missing
        places[-1] = n_levels
        n_levels += int((self.codes[weight > 0] < 0).any())
        indicated = range(n_levels if n_levels > 2 else 1)
        return Merged(places[self.codes], indicated, known)


def levels_of_numbers(column: FloatArray) -> Levels:
    """Take the numbers of a column for names of levels.

    Parameters
    ----------
    column : ndarray of shape (n,)
        NaN where they are missing.

    Returns
    -------
    levels : Levels
    """
    known = ~np.isnan(column)
    codes = np.full(len(column), -1)
    names, codes[known] = np.unique(column[known], return_inverse=True)
    return Levels(codes, names)
