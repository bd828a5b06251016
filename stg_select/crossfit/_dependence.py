"""How many rows dependent rows stand for, and blocks of rows in time.

Letters: n rows, m columns, O outputs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from stg_select.columns import Ranks, blocks
from stg_select.screening import Clusters
from stg_select.weighted import standardized, winsorized

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# beyond, blocks would be longer than any series
LARGEST_CORRELATION = 0.99
FEWEST_BLOCKS = 3
# by how much groups are alike is underestimated with this probability
DOUBT = 0.1


def design_effects(
    ranks: Ranks, residual: FloatArray, weight: FloatArray, group: IntArray
) -> FloatArray:
    r"""By how much groups of rows raise the variance of what each column says.

    For a column and a residual of the intraclass correlations :math:`\rho`, in groups
    of m rows, that is :math:`1 + (m - 1) \rho_x \rho_r` [1]_. Few groups tell little
    about how alike their rows are, so that what is added to 1 is the upper end of what
    it may be: of G groups times :math:`(G - 1) / q`, with q the tenth part quantile of
    a chi-squared variable of :math:`G - 1` degrees of freedom.

    Parameters
    ----------
    ranks : ndarray or SparseRanks of shape (n, m)
        Columns mapped to (-1, 1) by their ranks.
    residual : ndarray of shape (n, O)
        Of the null model.
    weight : ndarray of shape (n,)
    group : ndarray of int of shape (n,)

    Returns
    -------
    effect : ndarray of shape (m,)
        Of straight or square terms and the output where it is largest, at least 1, and
        at most that of a constant column: as many rows count as one.

    References
    ----------
    .. [1] B. R. Moulton, "Random Group Effects and the Precision of Regression
       Estimates", Journal of Econometrics 32, 1986.
    """
    order = np.argsort(group, kind="stable")
    clusters = Clusters(group[order])
    scoring = _scoring(residual, weight)[order].T
    n_free = max(clusters.n_groups - 1, 1)
    doubt = n_free / chi2.ppf(DOUBT, n_free)
    largest = float(np.bincount(group).max())
    most = [
        min(1.0 + doubt * clusters.excess(values), max(1.0, largest))
        for values in scoring
    ]
    effects = np.ones(ranks.shape[1])
    for block, functions in _functions(ranks, weight):
        for values, bound in zip(scoring, most, strict=True):
            found = clusters.design_effect(functions[:, order], values)
            found = 1.0 + doubt * (found - 1.0)
            effects[block] = np.maximum(effects[block], np.minimum(found, bound))
    return effects


def time_blocks(
    ranks: Ranks, residual: FloatArray, weight: FloatArray, time: IntArray
) -> IntArray:
    r"""Cut rows in time into blocks so long that blocks are nearly independent.

    The length follows from the autocorrelation :math:`\rho` of the terms of scores, as
    the bandwidth of a long-run variance [1]_ does [2]_,

    .. math:: 1.1447 (\alpha n)^{1/3}, \quad \alpha = 4 \rho^2 / (1 - \rho^2)^2

    Parameters
    ----------
    ranks : ndarray or SparseRanks of shape (n, m)
        Columns mapped to (-1, 1) by their ranks.
    residual : ndarray of shape (n, O)
        Of the null model.
    weight : ndarray of shape (n,)
    time : ndarray of shape (n,)
        Place of each row in the order of time, all of them different.

    Returns
    -------
    block : ndarray of int of shape (n,)
        From 0 on, at least three of them.

    References
    ----------
    .. [1] W. K. Newey and K. D. West, "A Simple, Positive Semi-Definite,
       Heteroskedasticity and Autocorrelation Consistent Covariance Matrix",
       Econometrica 55, 1987.
    .. [2] D. W. K. Andrews, "Heteroskedasticity and Autocorrelation Consistent
       Covariance Matrix Estimation", Econometrica 59, 1991.
    """
    order = np.argsort(time, kind="stable")
    n = len(order)
    scoring = _scoring(residual, weight)[order].T
    largest = 0.0
    for _, functions in _functions(ranks, weight):
        for values in scoring:
            terms = functions[:, order] * values
            terms -= terms.mean(axis=1, keepdims=True)
            size = np.maximum(np.square(terms).sum(axis=1), 1e-12)
            lagged = (terms[:, 1:] * terms[:, :-1]).sum(axis=1)
            largest = max(largest, float((lagged / size).max()))
    correlation = min(largest, LARGEST_CORRELATION)
    alpha = 4.0 * correlation**2 / (1.0 - correlation**2) ** 2
    length = max(1.0, 1.1447 * (alpha * n) ** (1.0 / 3.0))
    n_blocks = int(np.clip(n / length, min(FEWEST_BLOCKS, n), n))
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    return place * n_blocks // n


def _scoring(residual: FloatArray, weight: FloatArray) -> FloatArray:
    """Weights times residuals as the screen sees them."""
    return winsorized(residual, weight) * weight[:, None]


def _functions(ranks: Ranks, weight: FloatArray) -> Iterator[tuple[slice, FloatArray]]:
    """Straight and square terms of some columns at a time: shape (q, n)."""
    for block in blocks(*ranks.shape):
        straight = standardized(ranks[:, block].astype(np.float64), weight)
        yield block, straight.T
        yield block, standardized(np.square(straight), weight).T
