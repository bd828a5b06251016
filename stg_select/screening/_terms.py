"""Terms that explain a residual, found greedily and tested one by one.

Letters: n rows, m columns, O outputs, q basis functions of a term.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from stg_select.screening._scans import Scan, chance, deviate
from stg_select.weighted import standardized, weighted_mean

FloatArray = NDArray[np.floating]

TERMS_A_ROUND = 4
TESTS_A_ROUND = 12
_RIDGE = 1e-2
_RANK = 1e-4


@dataclass(frozen=True, eq=False)
class Term:
    """A function of a few columns that explains part of a residual.

    Parameters
    ----------
    kind : {"linear", "smooth", "product", "interaction", "triple"}
    columns : tuple of int
        The columns, ascending.
    values : ndarray of shape (n,)
        Its values, of weighted variance 1.
    reliability : float
        Share of its explained variance that is left after taking off what as many
        parameters explain by chance.
    score : float
        Deviate of its test over the level of chance.
    """

    kind: str
    columns: tuple[int, ...]
    values: FloatArray
    reliability: float
    score: float


def best_terms(
    scans: Sequence[Scan],
    n_terms: dict[str, float],
    basis: FloatArray,
    residual: FloatArray,
    weight: FloatArray,
) -> list[Term]:
    """Test the best candidates and keep those that beat chance.

    Parameters
    ----------
    scans : sequence of Scan
        Candidates of every kind, scores over the level of chance.
    n_terms : dict of str to float
        Number of terms of each kind that were looked through.
    basis : ndarray of shape (4, m, n)
    residual : ndarray of shape (n, O)
    weight : ndarray of shape (n,)

    Returns
    -------
    terms : list of Term
        At most `TERMS_A_ROUND`, best first, of different columns.
    """
    tested = [
        _tested(kind, columns, n_terms[kind], basis, residual, weight)
        for kind, columns in _candidates(scans)
    ]
    terms: dict[tuple[int, ...], Term] = {}
    for term in sorted(tested, key=lambda term: (-term.score, term.columns)):
        if term.score >= 1.0:
            terms.setdefault(term.columns, term)
    return list(terms.values())[:TERMS_A_ROUND]


def left_over(
    terms: Sequence[Term], target: FloatArray, weight: FloatArray
) -> FloatArray:
    """Residual of a ridge regression on terms.

    Parameters
    ----------
    terms : sequence of Term
    target : ndarray of shape (n, O)
    weight : ndarray of shape (n,)

    Returns
    -------
    residual : ndarray of shape (n, O)
    """
    design = np.stack([np.ones(len(target)), *(term.values for term in terms)], axis=1)
    return target - design @ _ridge(design, target, weight)


def _candidates(scans: Sequence[Scan]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Pick the candidates above chance, the best of every kind, each once."""
    for scan in scans:
        seen: set[tuple[int, ...]] = set()
        for at in np.argsort(-scan.score, kind="stable"):
            columns = tuple(scan.columns[at].tolist())
            if scan.score[at] < 1.0 or len(seen) == TESTS_A_ROUND:
                break
            if columns not in seen:
                seen.add(columns)
                yield scan.kind, columns


def _tested(
    kind: str,
    columns: tuple[int, ...],
    n_terms: float,
    basis: FloatArray,
    residual: FloatArray,
    weight: FloatArray,
) -> Term:
    """Score a term beyond its lower terms, and fit it."""
    lower, functions = _designs(kind, basis[:, list(columns)])
    deviates = [_score_test(lower, functions, r, weight) for r in residual.T]
    best = int(np.argmax(deviates))
    if functions.shape[1] == 1:
        values, reliability = functions[:, 0], 1.0
    else:
        design = np.concatenate([lower, functions], axis=1)
        output = residual[:, best]
        values = design @ _ridge(design, output, weight)
        explained = 1.0 - float(weighted_mean(np.square(output - values), weight))
        chance_share = np.count_nonzero(design.any(axis=0)) / len(design)
        reliability = max(0.0, 1.0 - chance_share / max(explained, 1e-12))
    values = standardized(values.astype(np.float64), weight)
    return Term(kind, columns, values, reliability, deviates[best] / chance(n_terms))


def _designs(kind: str, basis: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lower terms and functions of a term: shapes (n, s) and (n, q)."""
    main = [basis[:, i].T for i in range(basis.shape[1])]
    constant = np.ones((basis.shape[2], 1), dtype=basis.dtype)
    if kind == "linear":
        return constant, main[0][:, :1]
    if kind == "smooth":
        return constant, main[0]
    if kind == "triple":
        straight = [values[:, :1] for values in main]
        pairs = [a * b for a, b in combinations(straight, 2)]
        parts = [constant, *(values[:, :2] for values in main), *pairs]
        product = straight[0] * straight[1] * straight[2]
        return np.concatenate(parts, axis=1), product
    first, second = main
    lower = np.concatenate([constant, first, second], axis=1)
    if kind == "product":
        return lower, first[:, :1] * second[:, :1]
    products = first[:, :, None] * second[:, None, :]
    return lower, products.reshape(len(products), -1)


def _score_test(
    lower: FloatArray, functions: FloatArray, residual: FloatArray, weight: FloatArray
) -> float:
    r"""Deviate of the score test of some functions beyond lower terms.

    .. math:: c' G^{-1} c, \quad c = F_\perp' W r, \quad
        G = F_\perp' \operatorname{diag}(w^2 r^2) F_\perp

    with the variance as it is estimated under heteroscedasticity [1]_.

    References
    ----------
    .. [1] H. White, "A Heteroskedasticity-Consistent Covariance Matrix Estimator and
       a Direct Test for Heteroskedasticity", Econometrica 48, 1980.
    """
    functions = functions - lower @ _ridge(lower, functions, weight, ridge=1e-6)
    score = functions.T @ (residual * weight)
    rest = residual
    if functions.shape[1] == 1:
        design = np.concatenate([lower, functions], axis=1)
        rest = residual - design @ _ridge(design, residual, weight, ridge=1e-6)
    noise = functions * (rest * weight)[:, None]
    size, directions = np.linalg.eigh((noise.T @ noise).astype(np.float64))
    kept = size > _RANK * max(size[-1], 1e-12)
    if not kept.any():
        return 0.0
    statistic = np.square(directions[:, kept].T @ score) / size[kept]
    return float(deviate(statistic.sum(), int(kept.sum())))


def _ridge(
    design: FloatArray, target: FloatArray, weight: FloatArray, ridge: float = _RIDGE
) -> FloatArray:
    """Coefficients of a ridge regression."""
    weighted = design.T.astype(np.float64) * weight
    gram = weighted @ design
    gram[np.diag_indices_from(gram)] += ridge * len(design)
    return np.linalg.solve(gram, weighted @ target)
