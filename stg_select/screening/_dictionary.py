"""Terms among which a regression divides what a residual says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stg_select.screening._given import Given
from stg_select.screening._terms import Term
from stg_select.weighted import count_rows, weighted_mean

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# straight signals are the more common ones
SQUARE_SCALE = 0.5
# what a column costs here that costs less: a free one is not let in by chance
LEAST_COST = 0.1
# rows told apart by a column at which half of its coefficient counts
HALF_ROWS = 10.0
# of the ranks of two values that are as frequent
BALANCED_VARIANCE = 0.25


@dataclass(frozen=True, eq=False)
class Dictionary:
    """Straight and square terms of some columns, and terms that a search has found.

    Parameters
    ----------
    design : ndarray of shape (n, D)
        Values of the terms; those of squares times `SQUARE_SCALE`, which makes them
        dearer under a penalty.
    scale : ndarray of shape (D,)
        What the values were multiplied by.
    group : ndarray of int of shape (D,)
        Group of each term, of G: both terms of a column, or one other term.
    owners : sequence of G tuples of int
        The columns of each group.
    reliability : ndarray of shape (G,)
        Share of each group that counts.
    n_columns : int
        Number of columns m of the basis.
    """

    design: FloatArray
    scale: FloatArray
    group: IntArray
    owners: Sequence[tuple[int, ...]]
    reliability: FloatArray
    n_columns: int

    def dearer(self, factor: FloatArray) -> Dictionary:
        """Make terms dearer under a penalty, and their coefficients count for less.

        Those of terms whose noise is larger are larger by chance.

        Parameters
        ----------
        factor : ndarray of shape (D,)
            What the price of each is multiplied by, and its coefficient divided by.

        Returns
        -------
        dictionary : Dictionary
        """
        scale = self.scale / np.square(factor)
        return replace(self, design=self.design / factor, scale=scale)

    def beyond(self, given: Given) -> Dictionary:
        """Let terms count for what they say beyond columns that are given.

        Parameters
        ----------
        given : Given

        Returns
        -------
        dictionary : Dictionary
        """
        return replace(self, design=given.left_of(self.design))

    def priced(self, cost: FloatArray) -> Dictionary:
        """Let a penalty charge terms what their columns cost.

        A cost is in units of log-likelihood, which go with the square of a
        coefficient, so that the penalty goes with the root of the cost.

        Parameters
        ----------
        cost : ndarray of shape (m,)
            Non-negative; 1 is the usual one. A term of several columns costs their
            mean.

        Returns
        -------
        dictionary : Dictionary
        """
        of_group = np.array([cost[list(columns)].mean() for columns in self.owners])
        factor = np.sqrt(np.maximum(of_group, LEAST_COST))[self.group]
        return replace(self, design=self.design / factor, scale=self.scale / factor)

    def largest(self, values: FloatArray) -> FloatArray:
        """Largest value of the groups of each column, by their reliability.

        Parameters
        ----------
        values : ndarray of shape (G,)

        Returns
        -------
        largest : ndarray of shape (m,)
            0 where a column has none.
        """
        found = np.zeros(self.n_columns)
        counted = (self.reliability * values).tolist()
        for columns, value in zip(self.owners, counted, strict=True):
            for column in columns:
                found[column] = max(found[column], value)
        return found


def column_reliability(
    lines: FloatArray, weight: FloatArray, times: FloatArray | None = None
) -> FloatArray:
    r"""Say what share of the coefficients of straight and square terms counts.

    A large coefficient of a rare column is more likely to be chance than that of a
    common one. Effects of a step from one value to the next are expected to have a
    tenth of the residual's variance, so that fitted ones are shrunk [1]_ by
    N / (N + 10).

    Parameters
    ----------
    lines : ndarray of shape (m, n)
        Columns mapped to (-1, 1) by their ranks.
    weight : ndarray of shape (n,)
    times : ndarray of shape (n,) or None, default=None
        How often each row comes; None for once.

    Returns
    -------
    reliability : ndarray of shape (m,)
        1 for a column of two equally frequent values, and less for a rarer one:
        :math:`N / (N + 10)` divided by what it is there, and 1 at most. N is about the
        number of the rarer rows of a rare column. With :math:`d_i` the distances of
        the ranks from their mean, :math:`w_i` the weights and :math:`t_i` the times,
        it is

        .. math:: \Bigl(\sum w_i d_i^2\Bigr)^2 \Big/ \sum w_i^2 d_i^2 / t_i.

    References
    ----------
    .. [1] B. Efron and C. Morris, "Stein's Estimation Rule and Its Competitors: An
       Empirical Bayes Approach", Journal of the American Statistical Association 68,
       1973.
    """
    mean = weighted_mean(lines.T, weight).astype(lines.dtype)
    distance = np.square(lines - mean[:, None])
    times = np.ones_like(weight) if times is None else times
    own = weight / times
    # as `count_rows` does of rows that come so many times as they are distant
    spread, noise = distance @ weight, distance @ (weight * own)
    told_apart = np.square(spread) / np.where(noise > 0.0, noise, 1.0)
    most = BALANCED_VARIANCE * count_rows(own, times)
    share = told_apart / (told_apart + HALF_ROWS)
    return np.minimum(share * (1.0 + HALF_ROWS / most), 1.0)


def dictionary_of(
    basis: FloatArray,
    columns: IntArray,
    terms: Sequence[Term],
    reliability: FloatArray | None = None,
) -> Dictionary:
    """Collect the terms of a dictionary.

    Parameters
    ----------
    basis : ndarray of shape (4, m, n)
    columns : ndarray of int of shape (q,)
        Columns of the basis that enter by themselves.
    terms : sequence of Term
        Straight ones are left out.
    reliability : ndarray of shape (m,) or None, default=None
        Share of the straight and square terms of each column that counts; None for all
        of it.

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
    q = len(columns)
    of_columns = np.ones(q) if reliability is None else reliability[columns]
    scale = np.ones(design.shape[1])
    scale[q : 2 * q] = SQUARE_SCALE
    return Dictionary(
        design,
        scale,
        group=np.concatenate([np.arange(q), np.arange(q + len(shaped))]),
        owners=[
            *((column,) for column in columns.tolist()),
            *(term.columns for term in shaped),
        ],
        reliability=np.array([*of_columns, *(term.reliability for term in shaped)]),
        n_columns=basis.shape[1],
    )
