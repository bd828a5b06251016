"""Exact tests of functions of columns beyond lower terms.

Letters: n rows, O outputs, q functions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stg_select.screening._clusters import Clusters, f_deviate
from stg_select.screening._levels import deviate
from stg_select.screening._ridge import ridge_coefficients

FloatArray = NDArray[np.floating]

# share of the largest, below which a direction is rounding
_RANK = 1e-4


def best_score_test(
    lower: FloatArray,
    functions: FloatArray,
    residual: FloatArray,
    weight: FloatArray,
    clusters: Clusters | None = None,
) -> tuple[int, float]:
    r"""Test some functions beyond lower terms, and take the output that says most.

    .. math:: c' G^{-1} c, \quad c = F_\perp' W r, \quad
        G = F_\perp' \operatorname{diag}(w^2 e^2) F_\perp

    with e what the lower terms leave of r. The variance as it is estimated under
    heteroscedasticity [1]_ is that of the null model, since a function of few rows
    that is fitted leaves no residual there; the smaller of the statistic and that
    of a constant variance counts. Where rows come in groups, the latter is also taken
    over the mean effect of the groups on its directions [2]_, and the smaller counts.

    Parameters
    ----------
    lower : ndarray of shape (n, s)
    functions : ndarray of shape (n, q)
    residual : ndarray of shape (n, O)
    weight : ndarray of shape (n,)
    clusters : Clusters or None, default=None

    Returns
    -------
    output : int
        The one whose score test is the most significant.
    deviate : float
        That of its test.

    References
    ----------
    .. [1] H. White, "A Heteroskedasticity-Consistent Covariance Matrix Estimator and
       a Direct Test for Heteroskedasticity", Econometrica 48, 1980.
    .. [2] J. N. K. Rao and A. J. Scott, "The Analysis of Categorical Data from Complex
       Sample Surveys", Journal of the American Statistical Association 76, 1981.
    """
    both = np.concatenate([functions, residual], axis=1)
    both = both - lower @ ridge_coefficients(lower, both, weight, ridge=1e-6)
    q = functions.shape[1]
    functions, rest = both[:, :q], both[:, q:] * weight[:, None]
    score = functions.T @ rest
    # as many rows are left to those that the lower terms have not been fitted to
    n_lower = int(np.count_nonzero(lower.any(axis=0)))
    free = max(len(lower) - n_lower, 1) / len(lower)
    noise = np.square(rest)
    constant = noise.mean(axis=0) / np.square(weight).mean()
    even, df = _statistics((functions.T * np.square(weight)) @ functions, score)
    if not df:
        return 0, 0.0
    constant = np.where(constant > 0.0, constant, 1.0)  # of scores that are 0
    most = deviate(free * even / constant, df)
    best, largest = 0, -np.inf
    for output in np.argsort(-most, kind="stable").tolist():
        if most[output] <= largest:
            break
        variance = (functions.T * noise[:, output]) @ functions
        [robust], df = _statistics(variance, score[:, [output]])
        found = min(most[output], deviate(free * robust, df) if df else 0.0)
        if clusters is not None and found > largest:
            found = min(found, _grouped_deviate(functions, rest[:, output], clusters))
        if found > largest:
            best, largest = output, found
    return best, float(largest)


def _grouped_deviate(
    functions: FloatArray, scoring: FloatArray, clusters: Clusters
) -> float:
    """Deviate of functions (n, q) by the sums of groups of an output's (n,)."""
    values = (functions * scoring[:, None]).T.astype(np.float64)
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


def _statistics(variance: FloatArray, score: FloatArray) -> tuple[FloatArray, int]:
    """Squares of scores (q, O) over their variance, and how many directions it has."""
    size, directions = np.linalg.eigh(variance)
    kept = size > _RANK * max(size[-1], 1e-12)
    squares = np.square(directions[:, kept].T @ score) / size[kept, None]
    return squares.sum(axis=0), int(kept.sum())
