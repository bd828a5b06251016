"""Exact tests of functions of columns beyond lower terms.

Letters: n rows, O outputs, T terms, s lower terms and q functions of each.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stg_select.screening._clusters import Clusters, f_deviate
from stg_select.screening._levels import deviate
from stg_select.screening._ridge import SMALLEST_RIDGE, ridge_coefficients

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# share of the largest, below which a direction is rounding
_RANK = 1e-4


def best_score_tests(
    lower: FloatArray,
    functions: FloatArray,
    residual: FloatArray,
    weight: FloatArray,
    clusters: Clusters | None = None,
) -> tuple[IntArray, FloatArray]:
    r"""Test the functions of several terms, and take the output that says most of each.

    .. math:: c' G^{-1} c, \quad c = F_\perp' W r, \quad
        G = F_\perp' \operatorname{diag}(w^2 e^2) F_\perp

    with e what the lower terms leave of r. The variance as it is estimated under
    heteroscedasticity [1]_ is that of the null model, since a function of few rows
    that is fitted leaves no residual there; the smaller of the statistic and that
    of a constant variance counts. Where rows come in groups, the latter is also taken
    over the mean effect of the groups on its directions [2]_, and the smaller counts.
    Terms are tested independently of each other.

    Parameters
    ----------
    lower : ndarray of shape (T, s, n)
        Lower terms of each term, which it is tested beyond.
    functions : ndarray of shape (T, q, n)
    residual : ndarray of shape (n, O)
    weight : ndarray of shape (n,)
    clusters : Clusters or None, default=None

    Returns
    -------
    output : ndarray of int of shape (T,)
        The one whose score test is the most significant.
    deviate : ndarray of shape (T,)
        That of its test.

    References
    ----------
    .. [1] H. White, "A Heteroskedasticity-Consistent Covariance Matrix Estimator and
       a Direct Test for Heteroskedasticity", Econometrica 48, 1980.
    .. [2] J. N. K. Rao and A. J. Scott, "The Analysis of Categorical Data from Complex
       Sample Surveys", Journal of the American Statistical Association 76, 1981.
    """
    n_terms, q, n = functions.shape
    values = np.empty((n_terms, q + residual.shape[1], n))
    values[:, :q], values[:, q:] = functions, residual.T
    coefficients = ridge_coefficients(
        _turned(lower), _turned(values), weight, SMALLEST_RIDGE
    )
    values -= _turned(coefficients) @ lower
    functions, rest = values[:, :q], values[:, q:]
    rest *= weight
    score = functions @ _turned(rest)
    # as many rows are left to those that the lower terms have not been fitted to
    n_lower = np.count_nonzero(lower.any(axis=2), axis=1)
    free = np.maximum(n - n_lower, 1) / n
    constant = np.einsum("ton,ton->to", rest, rest) / np.square(weight).sum()
    constant = np.where(constant > 0.0, constant, 1.0)  # of scores that are 0
    even, df = _statistics((functions * np.square(weight)) @ _turned(functions), score)
    most = _deviates(free[:, None] * even / constant, df[:, None])
    order = np.argsort(-most, axis=1, kind="stable")
    best, largest = np.zeros(n_terms, dtype=np.int64), np.zeros(n_terms)
    tested = np.arange(n_terms)
    for output in order.T:
        # of a term whose other outputs cannot say more, the search is over
        tested = tested[most[tested, output[tested]] > largest[tested]]
        if not len(tested):
            break
        ours, theirs = tested, output[tested]
        noise = np.square(rest[ours, theirs])
        variance = (functions[ours] * noise[:, None]) @ _turned(functions[ours])
        robust, df = _statistics(variance, score[ours, :, theirs][:, :, None])
        found = _deviates(free[ours] * robust[:, 0], df)
        found = np.minimum(most[ours, theirs], found)
        if clusters is not None:
            for at in np.flatnonzero(found > largest[ours]):
                scoring = rest[ours[at], theirs[at]]
                grouped = _grouped_deviate(functions[ours[at]], scoring, clusters)
                found[at] = min(found[at], grouped)
        better = found > largest[ours]
        best[ours[better]], largest[ours[better]] = theirs[better], found[better]
    return best, largest


def _turned(lines: FloatArray) -> FloatArray:
    """Transpose every one of some matrices (T, a, b)."""
    return np.swapaxes(lines, -1, -2)


def _deviates(statistic: FloatArray, df: IntArray) -> FloatArray:
    """Deviates of chi-squared variables, 0 where they have no direction."""
    return np.where(df > 0, deviate(statistic, df), 0.0)


def _grouped_deviate(
    functions: FloatArray, scoring: FloatArray, clusters: Clusters
) -> float:
    """Deviate of functions (q, n) by the sums of groups of an output's (n,)."""
    values = functions * scoring
    size, directions = np.linalg.eigh(values @ values.T)
    kept = size > _RANK * max(size[-1], 1e-12)
    df = int(kept.sum())
    if not df:
        return 0.0
    # of unit variance, were the rows independent
    values = (directions[:, kept] / np.sqrt(size[kept])).T @ values
    effect = float(clusters.variance(values).mean())
    squares = float(np.square(values.sum(axis=1)).mean())
    freedom = clusters.freedom(clusters.excess(scoring))
    ratio = np.array(squares / max(effect, 1e-12))
    return float(f_deviate(ratio, df, freedom))


def _statistics(variance: FloatArray, score: FloatArray) -> tuple[FloatArray, IntArray]:
    """Squares of scores over their variances, and how many directions these have.

    Of scores (T, q, O) and variances (T, q, q): shapes (T, O) and (T,).
    """
    size, directions = np.linalg.eigh(variance)
    kept = size > _RANK * np.maximum(size[:, -1:], 1e-12)
    squares = np.square(_turned(directions) @ score)
    squares /= np.where(kept, size, np.inf)[:, :, None]
    return squares.sum(axis=1), kept.sum(axis=1)
