"""Terms among which a regression divides what a residual says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select.screening._terms import Term

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

SQUARE_SCALE = 0.5


@dataclass(frozen=True, eq=False)
class Dictionary:
    """Straight and square terms of some columns, and terms that a search has found.

    Parameters
    ----------
    design : ndarray of shape (n, D)
        Values of the terms; those of squares times `SQUARE_SCALE`, which makes them
        dearer under a penalty.
    scale, reliability : ndarray of shape (D,)
        What the values were multiplied by, and the share of a term that counts.
    group : ndarray of int of shape (D,)
        Both terms of a column are one group, every other term is one.
    owners : sequence of tuple of int
        The columns of each group.
    n_columns : int
        Number of columns m of the table.
    """

    design: FloatArray
    scale: FloatArray
    reliability: FloatArray
    group: IntArray
    owners: Sequence[tuple[int, ...]]
    n_columns: int

    def largest(self, values: FloatArray) -> FloatArray:
        """Largest value of the groups of each column.

        Parameters
        ----------
        values : ndarray of shape (n_groups,)

        Returns
        -------
        largest : ndarray of shape (m,)
            0 where a column has none.
        """
        found = np.zeros(self.n_columns)
        for columns, value in zip(self.owners, values.tolist(), strict=True):
            for column in columns:
                found[column] = max(found[column], value)
        return found


def dictionary_of(
    basis: FloatArray, columns: IntArray, terms: Sequence[Term]
) -> Dictionary:
    """Collect the terms of a dictionary.

    Parameters
    ----------
    basis : ndarray of shape (4, m, n)
    columns : ndarray of int
        Columns that enter by themselves.
    terms : sequence of Term
        Straight ones are left out.

    Returns
    -------
    dictionary : Dictionary
    """
    shaped = [term for term in terms if term.kind != "linear"]
    design = np.concatenate(
        [
            basis[0, columns],
            SQUARE_SCALE * basis[1, columns],
            *(term.values[None] for term in shaped),
        ],
        dtype=np.float64,
    ).T
    scale, reliability = np.ones((2, design.shape[1]))
    q = len(columns)
    scale[q : 2 * q] = SQUARE_SCALE
    reliability[2 * q :] = [term.reliability for term in shaped]
    return Dictionary(
        design,
        scale,
        reliability,
        np.concatenate([np.arange(q), np.arange(q + len(shaped))]),
        [*((column,) for column in columns.tolist()), *(t.columns for t in shaped)],
        basis.shape[1],
    )
