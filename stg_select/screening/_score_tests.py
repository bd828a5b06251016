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


def score_tests(
    lower: FloatArray,
    functions: FloatArray,
    residual: FloatArray,
    weight: FloatArray,
    clusters: Clusters | None = None,
) -> FloatArray:
    r"""Deviates of the score tests of some functions beyond lower terms.

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
    deviates : ndarray of shape (O,)

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
    constant = np.square(rest).mean(axis=0) / np.square(weight).mean()
    even, df = _statistics((functions.T * np.square(weight)) @ functions, score)
    constant = np.where(constant > 0.0, constant, 1.0)  # of scores that are 0
    statistic = np.stack([even / constant, np.empty_like(even)])
    n_free = np.full(statistic.shape, df)
    for output, noise in enumerate(np.square(rest).T):
        of_output = _statistics((functions.T * noise) @ functions, score[:, [output]])
        statistic[1, output], n_free[1, output] = of_output[0][0], of_output[1]
    deviates = np.where(n_free > 0, deviate(free * statistic, n_free), 0.0)
    if clusters is not None:
        grouped = _grouped_deviates(functions, rest, clusters)
        deviates = np.concatenate([deviates, grouped[None]])
    return deviates.min(axis=0)


def _grouped_deviates(
    functions: FloatArray, rest: FloatArray, clusters: Clusters
) -> FloatArray:
    """Deviates of functions (n, q) by the sums of groups, one for each output."""
    found = np.zeros(rest.shape[1])
    for output, scoring in enumerate(rest.T):
        values = (functions * scoring[:, None]).T.astype(np.float64)
        size, directions = np.linalg.eigh(values @ values.T)
        kept = size > _RANK * max(size[-1], 1e-12)
        df = int(kept.sum())
        if not df:
            continue
        # of unit variance, were the rows independent
        values = (directions[:, kept] / np.sqrt(size[kept])).T @ values
        effect = float(clusters.variance(values).mean())
        squares = float(np.square(values.sum(axis=1)).mean())
        freedom = clusters.freedom(clusters.excess(scoring))
        ratio = np.array(squares / max(effect, 1e-12))
        found[output] = f_deviate(ratio, df, freedom)
    return found


def _statistics(variance: FloatArray, score: FloatArray) -> tuple[FloatArray, int]:
    """Squares of scores (q, O) over their variance, and how many directions it has."""
    size, directions = np.linalg.eigh(variance)
    kept = size > _RANK * max(size[-1], 1e-12)
    squares = np.square(directions[:, kept].T @ score) / size[kept, None]
    return squares.sum(axis=0), int(kept.sum())
