r"""Which columns are worth a gate: terms that explain a residual, then their Lasso.

Letters: n rows, D components, O outputs, p gates, m leading components.

The dictionary holds the components themselves and products of two or three *leading*
components (the linear one of each column). Terms enter greedily, as in orthogonal
matching pursuit [1]_: each round scores every term against what the terms before it
have not explained. A Lasso over the best components and the products that entered
then weighs them against each other, which parts a true column from its correlated
neighbours.

References
----------
.. [1] Y. C. Pati, R. Rezaiifar and P. S. Krishnaprasad, "Orthogonal matching pursuit",
   Asilomar Conference on Signals, Systems and Computers, 1993.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Lasso

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

N_ROUNDS = 4
TERMS_A_ROUND = 4
PAIR_COLUMNS = 4096
TRIPLE_COLUMNS = 64
LASSO_COMPONENTS = 400
MAX_OUTPUTS = 3
BLOCK = 1024
_RIDGE = 1e-2
_PENALTY = 0.25
_TINY = 1e-6


@dataclass(frozen=True, eq=False)
class GateScores:
    """How much every gate can say about a residual.

    Parameters
    ----------
    coefficient : ndarray of shape (p,)
        Largest Lasso coefficient, in absolute value, of a term of the gate; in units
        of the residual's standard deviation.
    marginal : ndarray of shape (p,)
        Largest score of a term of the gate in any round; about 1 is what the best of
        as many independent terms reaches by chance.
    """

    coefficient: FloatArray
    marginal: FloatArray


@dataclass(frozen=True, eq=False)
class _Candidates:
    """Terms of one order: score (q,) and factors (q, order), components of x."""

    score: FloatArray
    factors: IntArray


def gate_scores(
    x: FloatArray,
    component_gate: IntArray,
    leading: IntArray,
    residual: FloatArray,
    weight: FloatArray,
) -> GateScores:
    """Score every gate against a residual.

    Parameters
    ----------
    x : ndarray of shape (n, D)
        Components; taken to weighted mean 0 and variance 1 here.
    component_gate : ndarray of int of shape (D,)
        Gate of each component, ascending, every gate at least once.
    leading : ndarray of int of shape (m,)
        The components that enter products.
    residual : ndarray of shape (n, O)
        Negative gradient of the loss.
    weight : ndarray of shape (n,)
        Row weights; rows of weight 0 are not looked at.

    Returns
    -------
    scores : GateScores
    """
    rows = np.flatnonzero(weight)
    weight = weight[rows] / weight[rows].mean()
    x = _standardized(x[rows], weight.astype(x.dtype))
    target = _standardized(residual[rows], weight)
    left = target
    terms: list[tuple[int, ...]] = []
    columns = [np.ones((len(x), 1), dtype=x.dtype)]
    marginal = np.zeros(x.shape[1])
    for _ in range(N_ROUNDS):
        found = _candidates(x, leading, _standardized(left, weight), weight, marginal)
        for candidates in found:
            for factor in candidates.factors.T:
                np.maximum.at(marginal, factor, candidates.score)
        new = _best_terms(found, terms)
        if not new:
            break
        terms += new
        columns += [x[:, term].prod(axis=1, keepdims=True) for term in new]
        left = _left_over(np.hstack(columns), target, weight)
    coefficient = _lasso(x, terms, marginal, target, left, weight)
    starts = np.flatnonzero(np.diff(component_gate, prepend=-1))
    return GateScores(
        np.maximum.reduceat(coefficient, starts), np.maximum.reduceat(marginal, starts)
    )


def first_order_scores(
    x: FloatArray, residual: FloatArray, weight: FloatArray
) -> FloatArray:
    r"""Score of every component on its own.

    .. math:: s_d = \max_o |\sum_i w_i x_{id} r_{io}| / \sqrt{n}

    Parameters
    ----------
    x : ndarray of shape (n, D)
    residual : ndarray of shape (n, O)
        Of weighted variance 1.
    weight : ndarray of shape (n,)
        Of mean 1.

    Returns
    -------
    scores : ndarray of shape (D,)
        About the largest of O values \|N(0, 1)\| for an independent component.
    """
    weighted = (residual * weight[:, None]).astype(x.dtype)
    return np.abs(x.T @ weighted).max(axis=1) / np.sqrt(len(x))


def pair_scores(
    left: FloatArray, right: FloatArray, residual: FloatArray, weight: FloatArray
) -> tuple[FloatArray, IntArray]:
    r"""Best product of every left column with a right one of another position.

    .. math:: s_d = \max_{e \ne d} \max_o |\sum_i w_i r_{io} l_{id} x_{ie}| / \sqrt{n}

    Taken in blocks, so that memory does not grow with the square of m.

    Parameters
    ----------
    left, right : ndarray of shape (n, m)
    residual : ndarray of shape (n, O)
    weight : ndarray of shape (n,)

    Returns
    -------
    scores : ndarray of shape (m,)
    partner : ndarray of int of shape (m,)
        The right column of the best product.
    """
    m = left.shape[1]
    best, partner = np.zeros(m, dtype=left.dtype), np.zeros(m, dtype=np.int64)
    weighted = (residual * weight[:, None]).astype(left.dtype)
    for output in weighted.T:
        for start in range(0, m, BLOCK):
            block = slice(start, start + BLOCK)
            products = np.abs((left[:, block] * output[:, None]).T @ right)
            size = np.arange(len(products))
            products[size, start + size] = 0.0
            at = products.argmax(axis=1)
            value = products[size, at]
            better = value > best[block]
            partner[block] = np.where(better, at, partner[block])
            best[block] = np.maximum(value, best[block])
    return best / np.sqrt(len(left)), partner


def triple_scores(
    x: FloatArray, residual: FloatArray, weight: FloatArray
) -> tuple[FloatArray, IntArray]:
    r"""Best product of three columns for every first one.

    .. math:: s_d = \max_{d < e, f} \max_o
        |\sum_i w_i r_{io} x_{id} x_{ie} x_{if}| / \sqrt{n}, \quad e \ne f

    Parameters
    ----------
    x : ndarray of shape (n, m)
    residual : ndarray of shape (n, O)
    weight : ndarray of shape (n,)

    Returns
    -------
    scores : ndarray of shape (max(m - 2, 0),)
    triples : ndarray of int of shape (max(m - 2, 0), 3)
    """
    n_first = max(x.shape[1] - 2, 0)
    scores = np.zeros(n_first)
    triples = np.zeros((n_first, 3), dtype=np.int64)
    for first in range(n_first):
        rest = x[:, first + 1 :]
        score, partner = pair_scores(rest * x[:, [first]], rest, residual, weight)
        second = int(score.argmax())
        scores[first] = score[second]
        triples[first] = [first, first + 1 + second, first + 1 + partner[second]]
    return scores, triples


def _candidates(
    x: FloatArray,
    leading: IntArray,
    residual: FloatArray,
    weight: FloatArray,
    marginal: FloatArray,
) -> list[_Candidates]:
    """Score the terms of each order, on one scale: 1 is the best expected by chance."""
    single = first_order_scores(x, residual, weight) / _chance(x.shape[1])
    found = [_Candidates(single, np.arange(x.shape[1])[:, None])]
    residual = _principal(residual, weight)
    m = len(leading)
    columns = _best(np.maximum(single, marginal), leading, PAIR_COLUMNS)
    if len(columns) > 1:
        picked = np.ascontiguousarray(x[:, columns])
        score, partner = pair_scores(picked, picked, residual, weight)
        pairs = np.stack([columns, columns[partner]], axis=1)
        pairs.sort(axis=1)
        found.append(_Candidates(score / _chance(m * (m - 1) / 2), pairs))
        marginal = marginal.copy()
        np.maximum.at(marginal, pairs.ravel(), np.repeat(found[-1].score, 2))
    columns = np.sort(_best(np.maximum(single, marginal), leading, TRIPLE_COLUMNS))
    if len(columns) > 2:
        picked = np.ascontiguousarray(x[:, columns])
        score, triples = triple_scores(picked, residual, weight)
        triples.sort(axis=1)
        chance = _chance(m * (m - 1) * (m - 2) / 6)
        found.append(_Candidates(score / chance, columns[triples]))
    return found


def _best_terms(
    found: list[_Candidates], known: list[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    """Pick the best terms that beat chance."""
    pool: dict[tuple[int, ...], float] = {}
    for candidates in found:
        for at in np.argsort(-candidates.score)[: 3 * TERMS_A_ROUND]:
            term = tuple(candidates.factors[at].tolist())
            pool.setdefault(term, float(candidates.score[at]))
    fresh = sorted(pool.keys() - set(known), key=lambda term: (-pool[term], term))
    return [term for term in fresh[:TERMS_A_ROUND] if pool[term] >= 1.0]


def _left_over(
    columns: FloatArray, target: FloatArray, weight: FloatArray
) -> FloatArray:
    """Residual of a ridge regression on the terms so far."""
    design = columns.astype(np.float64)
    weighted = design.T * weight
    ridge = _RIDGE * len(design) * np.eye(design.shape[1])
    solution = np.linalg.solve(weighted @ design + ridge, weighted @ target)
    return target - design @ solution


def _lasso(
    x: FloatArray,
    terms: list[tuple[int, ...]],
    marginal: FloatArray,
    target: FloatArray,
    left: FloatArray,
    weight: FloatArray,
) -> FloatArray:
    r"""Largest coefficient of each component in a Lasso over the dictionary.

    The penalty is a quarter of :math:`\hat\sigma \sqrt{2 \log D / n}`, the level at
    which nothing enters by chance, with sigma the spread of what the greedy terms
    leave over: low enough for weak columns to be ranked.
    """
    every = np.arange(x.shape[1])
    components = np.sort(_best(marginal, every, LASSO_COMPONENTS))
    products = [term for term in terms if len(term) > 1]
    factors = [(component,) for component in components.tolist()] + products
    columns = [x[:, list(term)].prod(axis=1) for term in products]
    design = np.column_stack([x[:, components], *columns])
    design = _standardized(design.astype(np.float64), weight)
    spread = np.sqrt(np.average(np.square(left), axis=0, weights=weight))
    universal = np.sqrt(2.0 * np.log(max(x.shape[1], 2)) / len(x))
    coefficient = np.zeros(x.shape[1])
    for output, sigma in zip(target.T, spread, strict=True):
        alpha = _PENALTY * sigma * universal + 1e-6
        # without a seed it draws from numpy's global generator, though to no use
        model = Lasso(alpha=alpha, tol=1e-3, max_iter=300, random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(design, output, sample_weight=weight)
        for term, value in zip(factors, np.abs(model.coef_), strict=True):
            for component in term:
                coefficient[component] = max(coefficient[component], value)
    return coefficient


def _best(score: FloatArray, among: IntArray, count: int) -> IntArray:
    """Positions `among` with the largest scores, at most `count`."""
    return among[np.argsort(-score[among], kind="stable")[:count]]


def _chance(n_terms: float) -> float:
    """About the largest of as many independent |N(0, 1)|."""
    return float(np.sqrt(2.0 * np.log(max(n_terms, 2.0))))


def _standardized(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Columns of weighted mean 0 and variance 1; constant ones become 0."""
    # in units of the largest value, so that squares neither overflow nor vanish
    largest = np.abs(values).max(axis=0)
    scaled = values / np.where(largest > 0.0, largest, 1.0).astype(values.dtype)
    share = weight / weight.sum()
    centred = scaled - share @ scaled
    spread = np.sqrt(share @ np.square(centred))
    return centred / np.where(spread > _TINY, spread, np.inf).astype(values.dtype)


def _principal(residual: FloatArray, weight: FloatArray) -> FloatArray:
    """At most `MAX_OUTPUTS` directions of the outputs, of variance 1."""
    if residual.shape[1] <= MAX_OUTPUTS:
        return residual
    weighted = residual * np.sqrt(weight)[:, None]
    _, size, directions = np.linalg.svd(weighted, full_matrices=False)
    n_kept = np.count_nonzero(size[:MAX_OUTPUTS] > _TINY * size[0])
    return _standardized(residual @ directions[:n_kept].T, weight)
