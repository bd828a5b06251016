r"""Scores of every column, pair and triple against a residual, on one scale.

A score is a normal deviate divided by the largest that as many independent terms
reach by chance, :math:`\sqrt{2 \log N}`: 1 is the level of chance.

Letters: n rows, m columns, O outputs; a basis has shape (4, m, n), see `_basis`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtri_exp
from scipy.stats import chi2

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

BLOCK = 128
WIDE_BLOCK = 512
_FAR = 1000.0


@dataclass(frozen=True, eq=False)
class Scan:
    """Terms of one kind: score (q,) and columns (q, order) of each."""

    kind: str
    score: FloatArray
    columns: IntArray


def chance(n_terms: float) -> float:
    """About the largest of as many independent |N(0, 1)|."""
    return float(np.sqrt(2.0 * np.log(max(n_terms, 2.0))))


def deviate(statistic: FloatArray, df: IntArray | int) -> FloatArray:
    """Absolute normal deviate as rare as a chi-squared statistic."""
    shape, half = np.maximum(df, 1) / 2.0, np.maximum(statistic, 1.0) / 2.0
    # scipy's logarithm of the tail is -inf from about 1400 on
    far = (shape - 1.0) * np.log(half) - half - gammaln(shape)
    near = chi2.logsf(np.minimum(statistic, _FAR), 2.0 * shape)
    log_tail = np.minimum(np.where(statistic > _FAR, far, near), -1e-12)
    return -ndtri_exp(log_tail - np.log(2.0))


def inflation(
    basis: FloatArray, residual: FloatArray, weight: FloatArray
) -> FloatArray:
    r"""Estimate the spread of every score where that of the residual varies.

    .. math:: v_{kd}^2 = \max(1, \sum_i w_i^2 r_i^2 \phi_k(x_{id})^2 / n)

    Parameters
    ----------
    basis : ndarray of shape (4, m, n)
    residual : ndarray of shape (n,)
    weight : ndarray of shape (n,)

    Returns
    -------
    spread : ndarray of shape (4, m)
        At least 1; without it, a column that moves the variance would seem to
        interact with every other one.
    """
    square = np.square(residual * weight).astype(basis.dtype) / len(residual)
    variance = np.stack([np.square(values) @ square for values in basis])
    return np.sqrt(np.maximum(variance, 1.0))


def column_scores(
    basis: FloatArray, residual: FloatArray, weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    r"""Score every column: straight and square terms, and all four together.

    .. math:: c_{kd} = \sum_i w_i r_i \phi_k(x_{id}) / (v_{kd} \sqrt n)

    Parameters
    ----------
    basis : ndarray of shape (4, m, n)
    residual : ndarray of shape (n, O)
        Of weighted variance 1.
    weight : ndarray of shape (n,)
        Of mean 1.

    Returns
    -------
    single : ndarray of shape (2, m)
        Largest :math:`|c_{kd}|` of the outputs for degrees 1 and 2.
    smooth : ndarray of shape (m,)
        Normal deviate of the largest :math:`\sum_k c_{kd}^2`.
    """
    single = np.zeros((2, basis.shape[1]))
    joint = np.zeros(basis.shape[1])
    for output in residual.T:
        weighted = (output * weight).astype(basis.dtype) / np.sqrt(len(output))
        score = basis @ weighted
        score /= inflation(basis, output, weight)
        single = np.maximum(single, np.abs(score[:2]))
        joint = np.maximum(joint, np.square(score).sum(axis=0))
    df = basis.any(axis=2).sum(axis=0)
    return single, deviate(joint, df)


def scan_products(basis: FloatArray, residual: FloatArray, weight: FloatArray) -> Scan:
    r"""Best product of every column with another one.

    .. math:: s_d = \max_{e \ne d} \max_o
        |\sum_i w_i r_{io} \phi_1(x_{id}) \phi_1(x_{ie})| / (v_{1d} v_{1e} \sqrt n)

    Parameters
    ----------
    basis : ndarray of shape (4, m, n)
    residual : ndarray of shape (n, O)
    weight : ndarray of shape (n,)

    Returns
    -------
    products : Scan
        One pair for every column; unscaled deviates.
    """
    best = _Best(basis.shape[1])
    for left, right, rows, columns in _blocks(basis[:1], residual, weight):
        best.update(np.abs(left[0] @ right[0].T), rows, columns)
    return Scan("product", best.value, best.pairs())


def scan_interactions(
    basis: FloatArray, residual: FloatArray, weight: FloatArray
) -> Scan:
    r"""Best partner of every column for an interaction of any shape.

    .. math:: s_{de} = \sum_{ab} g_{ab}^2, \quad g_{ab} = \sum_i w_i r_i
        \phi_a(x_{id}) \phi_b(x_{ie}) / (v_{ad} v_{be} \sqrt n)

    is a chi-squared variable by chance; few rows allow fewer degrees.

    Parameters
    ----------
    basis : ndarray of shape (4, m, n)
    residual : ndarray of shape (n, O)
    weight : ndarray of shape (n,)

    Returns
    -------
    interactions : Scan
        One pair for every column; unscaled deviates.
    """
    basis = basis[: max(1, np.count_nonzero(basis.any(axis=(1, 2))))]
    df = basis.any(axis=2).sum(axis=0)
    best = _Best(basis.shape[1])
    for left, right, rows, columns in _blocks(basis, residual, weight):
        total = np.zeros((left.shape[1], right.shape[1]), dtype=left.dtype)
        for first in left:
            for second in right:
                score = first @ second.T
                total += np.square(score, out=score)
        pair_df = np.maximum(df[rows, None] * df[None, columns], 1)
        best.update(_cube_root(total, pair_df), rows, columns)
    pair_df = np.maximum(df * df[best.partner], 1)
    score = deviate(_statistic(best.value, pair_df), pair_df)
    return Scan("interaction", score, best.pairs())


def scan_triples(x: FloatArray, residual: FloatArray, weight: FloatArray) -> Scan:
    r"""Best product of three columns for every first one.

    .. math:: s_d = \max_{d < e, f} \max_o
        |\sum_i w_i r_{io} x_{di} x_{ei} x_{fi}| / \sqrt{n}, \quad e \ne f

    Parameters
    ----------
    x : ndarray of shape (m, n)
    residual : ndarray of shape (n, O)
    weight : ndarray of shape (n,)

    Returns
    -------
    triples : Scan
        max(m - 2, 0) terms; unscaled deviates.
    """
    n_first = max(len(x) - 2, 0)
    scores = np.zeros(n_first)
    triples = np.zeros((n_first, 3), dtype=np.int64)
    weighted = (residual * weight[:, None] / np.sqrt(x.shape[1])).astype(x.dtype)
    for first in range(n_first):
        rest = x[first + 1 :]
        for output in weighted.T:
            product = np.abs((rest * (x[first] * output)) @ rest.T)
            np.fill_diagonal(product, 0.0)
            second, third = np.unravel_index(product.argmax(), product.shape)
            if product[second, third] > scores[first]:
                scores[first] = product[second, third]
                triples[first] = [first, first + 1 + second, first + 1 + third]
    return Scan("triple", scores, np.sort(triples, axis=1))


class _Best:
    """Largest value of every column over the blocks seen, and its partner."""

    def __init__(self, m: int) -> None:
        self.value = np.full(m, -np.inf)
        self.partner = np.zeros(m, dtype=np.int64)

    def update(self, values: FloatArray, rows: slice, columns: slice) -> None:
        """Take in the block of pairs `rows` x `columns`, both ways."""
        first = np.arange(rows.start, rows.stop)
        second = np.arange(columns.start, columns.stop)
        values = np.where(first[:, None] == second[None, :], -np.inf, values)
        self._improve(first, values.max(axis=1), second[values.argmax(axis=1)])
        self._improve(second, values.max(axis=0), first[values.argmax(axis=0)])

    def pairs(self) -> IntArray:
        """Every column and its partner, in ascending order, of shape (m, 2)."""
        columns = np.arange(len(self.partner))
        return np.sort(np.stack([columns, self.partner], axis=1), axis=1)

    def _improve(self, at: IntArray, value: FloatArray, partner: IntArray) -> None:
        better = value > self.value[at]
        self.partner[at[better]] = partner[better]
        self.value[at[better]] = value[better]


def _blocks(
    basis: FloatArray, residual: FloatArray, weight: FloatArray
) -> Iterator[tuple[FloatArray, FloatArray, slice, slice]]:
    """Cut the pairs of columns into blocks, each pair once, for every output.

    Yields the basis of the block's rows times the residual, the basis of its columns
    (both over `inflation`), and which they are.
    """
    m = basis.shape[1]
    for output in residual.T:
        scaled = basis / inflation(basis, output, weight)[:, :, None]
        weighted = (output * weight / np.sqrt(len(output))).astype(basis.dtype)
        for start in range(0, m, BLOCK):
            rows = slice(start, min(start + BLOCK, m))
            left = scaled[:, rows] * weighted
            for begin in range(start, m, WIDE_BLOCK):
                columns = slice(begin, min(begin + WIDE_BLOCK, m))
                yield left, scaled[:, columns], rows, columns


def _cube_root(statistic: FloatArray, df: IntArray) -> FloatArray:
    """Deviate of a chi-squared variable by Wilson and Hilferty's cube root."""
    share = (2.0 / 9.0) / df
    return (np.cbrt(statistic / df) - (1.0 - share)) / np.sqrt(share)


def _statistic(root: FloatArray, df: IntArray) -> FloatArray:
    """Invert `_cube_root`."""
    share = (2.0 / 9.0) / df
    return df * np.maximum(root * np.sqrt(share) + (1.0 - share), 0.0) ** 3
