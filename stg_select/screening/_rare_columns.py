"""Scores of columns by which few rows stand apart from all others.

Letters: n rows, m columns, b columns of some of them, O outputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import logsumexp, ndtri_exp

from stg_select.columns import Ranks, SparseRanks, blocks

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# share of the rows up to which they are few
FEW = 0.125
# ranks of few rows: if all others share one value, its rank is near 0
APART = 0.5
# tilts of a residual, in units of its largest value on that side
TILTS = np.geomspace(0.01, 30.0, 60)
# logarithm of a tail whose deviate is 0
HALF = float(np.log(0.5))
TINY = 1e-12


def rare_column_scores(
    u: Ranks, rows: IntArray, residual: FloatArray, weight: FloatArray
) -> FloatArray:
    r"""Score columns by the residual of the few rows that stand apart.

    Other scores of a column stay below the root of the number of its rare cells, even
    where twelve of fifteen rows belong to a class of one row in fifty, which says more.
    Here the residual of the few rows is taken for a sum of as many draws from that of
    all rows, the tails of which Chernoff's bound [1]_ limits: where rows are
    independent no score is larger by chance than it should be, whatever the residual's
    distribution. What draws without replacement do is within the bound [2]_.

    .. math:: \log P(\bar r_d \ge \bar r) \le
        -\frac{\sum w_i}{\max w_i} \sup_t \bigl(t \bar r - \log E e^{t r}\bigr)

    with the sum and the largest of the weights of the few rows, and
    :math:`\bar r` their weighted mean. That holds where weights have to do with
    columns, as those of a survey have; where they have to do with the residual, as
    those of classes, it does for :math:`w r`. The weaker of both counts.

    Parameters
    ----------
    u : ndarray or SparseRanks of shape (n', m)
        Columns mapped to (-1, 1) by their ranks.
    rows : ndarray of int of shape (n,)
        The rows to look at.
    residual : ndarray of shape (n, O)
        Of the null model, of weighted mean 0.
    weight : ndarray of shape (n,)
        Positive.

    Returns
    -------
    score : ndarray of shape (m,)
        Normal deviate of the output that says most, of single precision; 0 of a column
        that has ranks beyond ±1/2 in more than an eighth of the rows, or in none.

    References
    ----------
    .. [1] H. Chernoff, "A Measure of Asymptotic Efficiency for Tests of a Hypothesis
       Based on the Sum of Observations", Annals of Mathematical Statistics 23, 1952.
    .. [2] W. Hoeffding, "Probability Inequalities for Sums of Bounded Random
       Variables", Journal of the American Statistical Association 58, 1963.
    """
    weighted = weight[:, None] * residual
    parts = []
    for columns, is_apart in _rows_apart(u, rows):
        count = np.diff(is_apart.indptr)
        few = np.flatnonzero((count > 0) & (count <= FEW * len(rows)))
        if len(few):
            is_few = is_apart[:, few]
            starts, of_cells = is_few.indptr[:-1], weight[is_few.indices]
            mass = np.add.reduceat(of_cells, starts)
            even = mass / np.maximum.reduceat(of_cells, starts)
            total = is_few.T @ weighted
            parts.append((columns[few], count[few], mass, even, total))
    score = np.zeros(u.shape[1])
    if not parts:
        return score
    columns, count, mass, even, total = map(np.concatenate, zip(*parts, strict=True))
    bound = even[:, None] * _rates(residual, weight, total / mass[:, None])
    if np.ptp(weight) > 0.0:
        once = np.ones_like(weight)
        of_products = _rates(weighted, once, total / count[:, None])
        bound = np.minimum(bound, count[:, None] * of_products)
    log_tail = np.minimum(-bound.max(axis=1), HALF)
    # rounded, as other scores are: sums of uneven weights depend on the order of rows
    score[columns] = np.abs(ndtri_exp(log_tail)).astype(np.float32)
    return score


def _rows_apart(u: Ranks, rows: IntArray) -> Iterator[tuple[IntArray, Any]]:
    """Mark rows of far ranks: columns (b,) and a sparse array (CSC) of shape (n, b).

    Where zeros are far, as those of a column that has few, all cells have to be read.
    """
    far = np.arange(u.shape[1])
    if isinstance(u, SparseRanks):
        is_far = np.abs(u.zero) > APART
        near, far = np.flatnonzero(~is_far), np.flatnonzero(is_far)
        others = u[rows].others.tocsc()[:, near]
        marks = np.abs(others.data) > APART, others.indices, others.indptr
        is_apart = sparse.csc_array(marks, shape=others.shape, dtype=float)
        is_apart.eliminate_zeros()
        yield near, is_apart
    for block in blocks(len(rows), len(far)):
        columns = far[block]
        marks = np.abs(u[np.ix_(rows, columns)]) > APART
        few = np.count_nonzero(marks, axis=0) <= FEW * len(rows)
        yield columns[few], sparse.csc_array(marks[:, few], dtype=float)


def _rates(values: FloatArray, weight: FloatArray, mean: FloatArray) -> FloatArray:
    """Rates at which means (b, O) of draws from values (n, O) become unlikely."""
    rates = np.zeros_like(mean)
    share = weight / weight.sum()
    for drawn, reached, rate in zip(values.T, mean.T, rates.T, strict=True):
        kinds, kind = np.unique(drawn, return_inverse=True)
        low, high = min(kinds[0], -TINY), max(kinds[-1], TINY)
        tilts = np.concatenate([TILTS / low, TILTS / high])
        of_kinds = np.log(np.bincount(kind, share))
        log_moments = logsumexp(tilts[:, None] * kinds + of_kinds, axis=1)
        for tilt, log_moment in zip(tilts, log_moments, strict=True):
            np.maximum(rate, tilt * reached - log_moment, out=rate)
    return rates
