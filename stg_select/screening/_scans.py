r"""Scores of every column and pair against a residual, on one scale.

A score is a normal deviate divided by the largest that as many independent terms
reach by chance, :math:`\sqrt{2 \log N}`: 1 is the level of chance.

Letters: n rows, m columns, O outputs; a basis has shape (4, m, n), see `_basis`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from stg_select.screening._best import Best
from stg_select.screening._clusters import Clusters, Likeness
from stg_select.screening._levels import cube_root, deviate, from_cube_root

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

BLOCK = 128
WIDE_BLOCK = 512
BLOCK_CELLS = 2**18
# rows in which a product of two columns has to be large, for a sum over it to be
# nearly normal
PRODUCT_ROWS = 10.0


@dataclass(frozen=True, eq=False)
class Scan:
    """Terms of one kind: score (q,) and columns (q, order) of each."""

    kind: str
    score: FloatArray
    columns: IntArray


def best_positions(score: FloatArray, count: int) -> IntArray:
    """Positions of the largest scores, best first, at most `count`."""
    return np.argsort(-score, kind="stable")[:count]


def weighted_residuals(
    residual: FloatArray, weight: FloatArray, dtype: np.dtype
) -> tuple[FloatArray, FloatArray]:
    r"""Weigh residuals, for scores and for the spreads of scores.

    Parameters
    ----------
    residual : ndarray of shape (n, O)
    weight : ndarray of shape (n,)
    dtype : dtype

    Returns
    -------
    scoring, noise : ndarray of shape (n, O)
        :math:`w r / \sqrt n` and its square.
    """
    scoring = residual * weight[:, None] / np.sqrt(len(residual))
    return scoring.astype(dtype), np.square(scoring).astype(dtype)


def column_scores(
    basis: FloatArray,
    residual: FloatArray,
    weight: FloatArray,
    clusters: Clusters | None = None,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Score every column: straight and square terms, and all four together.

    .. math:: c_{kd} = \sum_i w_i r_i \phi_k(x_{id}) / (v_{kd} \sqrt n), \quad
        v_{kd}^2 = \max(1, \sum_i w_i^2 r_i^2 \phi_k(x_{id})^2 / n)

    The spread v follows the residual where that varies, and keeps the score of a
    column of few values other than 0 below the root of their number.

    Parameters
    ----------
    basis : ndarray of shape (4, m, n)
    residual : ndarray of shape (n, O)
        Of weighted variance 1.
    weight : ndarray of shape (n,)
        Of mean 1.
    clusters : Clusters or None, default=None
        Groups of rows. Spreads are then so large that no score says more than the
        sums of the groups do.

    Returns
    -------
    single : ndarray of shape (2, m)
        Largest :math:`|c_{kd}|` of the outputs for degrees 1 and 2.
    smooth : ndarray of shape (m,)
        Normal deviate of the largest :math:`\sum_k c_{kd}^2`.
    spread : ndarray of shape (4, m, O)
        :math:`v_{kd}`.
    """
    _, m, n = basis.shape
    scoring, noise = weighted_residuals(residual, weight, basis.dtype)
    score = np.zeros((len(basis), m, residual.shape[1]), dtype=basis.dtype)
    spread = np.ones_like(score)
    size = max(1, BLOCK_CELLS // n)
    has_degree = np.any(basis, axis=2)
    n_degrees = max(1, int(np.count_nonzero(np.any(has_degree, axis=1))))
    for degree in range(n_degrees):
        for start in range(0, m, size):
            part = basis[degree, start : start + size]
            at = degree, slice(start, start + size)
            variance = np.square(part) @ noise
            spread[at] = np.sqrt(np.maximum(variance, 1.0))
            score[at] = part @ scoring
            if clusters is not None:
                for output, values in enumerate(scoring.T):
                    ours = (*at, output)
                    most = clusters.deviates(part, values)
                    least = np.abs(score[ours]) / np.maximum(most, 1e-12)
                    spread[ours] = np.maximum(spread[ours], least)
    return *single_and_smooth(score / spread, has_degree.sum(axis=0)), spread


def single_and_smooth(score: FloatArray, df: IntArray) -> tuple[FloatArray, FloatArray]:
    """Turn the scores of the degrees of columns into deviates.

    Parameters
    ----------
    score : ndarray of shape (4, m, O)
        Normal deviates by chance.
    df : ndarray of int of shape (m,)
        Degrees that each column has.

    Returns
    -------
    single : ndarray of shape (2, m)
        Of the straight and the square term, the largest of the outputs.
    smooth : ndarray of shape (m,)
        Of all degrees together, likewise.
    """
    joint = np.square(score).sum(axis=0).max(axis=1)
    return np.abs(score[:2]).max(axis=2), deviate(joint, df)


def scan_products(
    basis: FloatArray,
    residual: FloatArray,
    weight: FloatArray,
    likeness: Likeness | None = None,
) -> Scan:
    r"""Best product of every column with another one.

    .. math:: s_d = \max_{e \ne d} \max_o
        |\sum_i w_i r_{io} \phi_1(x_{id}) \phi_1(x_{ie})| / (v_{de} \sqrt n), \quad
        v_{de}^2 = \max(1, \sum_i w_i^2 r_{io}^2 \phi_1(x_{id})^2 \phi_1(x_{ie})^2 / n)

    Parameters
    ----------
    basis : ndarray of shape (k, m, n)
        Only the first function of each column is read.
    residual : ndarray of shape (n, O)
    weight : ndarray of shape (n,)
    likeness : Likeness or None, default=None
        How alike columns are within groups of rows.

    Returns
    -------
    products : Scan
        One pair for every column; unscaled deviates.
    """
    x = basis[0]
    square = np.square(x)
    best = Best(len(x), 2)
    scoring, noise = weighted_residuals(residual, weight, x.dtype)
    for output in range(residual.shape[1]):
        for rows in _blocks(0, len(x), BLOCK):
            left = x[rows] * scoring[:, output]
            left_square = square[rows] * noise[:, output]
            for columns in _blocks(rows.start, len(x), WIDE_BLOCK):
                score = left @ x[columns].T
                variance = left_square @ square[columns].T
                np.maximum(variance, 1.0, out=variance)
                if likeness is not None:
                    variance *= _inflation(likeness, rows, columns)
                score /= np.sqrt(variance)
                best.update_pairs(np.abs(score, out=score), rows, columns)
    return Scan("product", best.value, best.sets)


def scan_interactions(
    basis: FloatArray,
    residual: FloatArray,
    weight: FloatArray,
    likeness: Likeness | None = None,
) -> Scan:
    r"""Best partner of every column for an interaction of any shape.

    .. math:: s_{de} = \sum_{ab} g_{ab}^2, \quad g_{ab} = \sum_i w_i r_i
        \phi_a(x_{id}) \phi_b(x_{ie}) / (v_{ad} v_{be} \sqrt n)

    is a chi-squared variable by chance. Products that are large in so few rows that
    their sums are not normal are left out, see `_rows_of_functions`.

    Parameters
    ----------
    basis : ndarray of shape (4, m, n)
    residual : ndarray of shape (n, O)
    weight : ndarray of shape (n,)
    likeness : Likeness or None, default=None
        How alike columns are within groups of rows.

    Returns
    -------
    interactions : Scan
        One pair for every column that has a function; unscaled deviates.
    """
    empty = Scan("interaction", np.zeros(0), np.zeros((0, 2), dtype=np.int64))
    # pairs of binary columns are products
    if not basis[1].any():
        return empty
    return scan_pairs(basis, residual, weight, likeness)


def scan_pairs(
    basis: FloatArray,
    residual: FloatArray,
    weight: FloatArray,
    likeness: Likeness | None = None,
) -> Scan:
    """Best partner of every column, as `scan_interactions`, for binary ones too."""
    large = _rows_of_functions(basis)
    n_functions = np.count_nonzero(large, axis=0)
    # from many functions to few: those of a degree are those of the first columns; then
    # from many rows to few, in whole ones, so that columns of as many keep their order:
    # mostly all products of a block count, or none
    by_rows = np.lexsort([*-np.round(large), -n_functions])
    order = by_rows[: np.count_nonzero(n_functions)]
    if len(order) < 2:
        return Scan("interaction", np.zeros(0), np.zeros((0, 2), dtype=np.int64))
    n_functions, large = n_functions[order], large[:, order]
    likeness = None if likeness is None else likeness.among(order)
    best = Best(len(order), 2)
    parts = [basis[k, order[n_functions > k]] for k in range(n_functions.max())]
    fewest = PRODUCT_ROWS * basis.shape[2]
    # of as many products each, the sums themselves say which pair is best
    most = n_functions[0]
    is_even = bool(most == n_functions[-1] and large[:most].min() ** 2 > fewest)
    scoring, noise = weighted_residuals(residual, weight, basis.dtype)
    for output in range(residual.shape[1]):
        scaled = [
            part / np.sqrt(np.maximum(np.square(part) @ noise[:, output], 1.0))[:, None]
            for part in parts
        ]
        for rows in _blocks(0, len(order), BLOCK):
            left = [part[rows] * scoring[:, output] for part in scaled]
            for columns in _blocks(rows.start, len(order), WIDE_BLOCK):
                total, df = _sum_of_squares(
                    left,
                    [part[columns] for part in scaled],
                    large[:, rows],
                    large[:, columns],
                    fewest,
                )
                if likeness is not None:
                    total /= _inflation(likeness, rows, columns)
                scale = None
                df = np.maximum(df, 1)
                if df.size == 1 and not is_even:
                    scale = partial(cube_root, df=df.ravel())
                elif not is_even:
                    total = cube_root(total, df)
                best.update_pairs(total, rows, columns, scale)
    first, second = large[:, best.sets.T].transpose(1, 0, 2)
    pair_df = np.maximum((first[:, None] * second > fewest).sum(axis=(0, 1)), 1)
    statistic = best.value if is_even else from_cube_root(best.value, pair_df)
    score = deviate(statistic, pair_df)
    pairs = np.sort(order[best.sets], axis=1)
    place = np.argsort(order)
    return Scan("interaction", score[place], pairs[place])


def _inflation(likeness: Likeness, rows: slice, columns: slice) -> FloatArray:
    """By how much groups raise the variances of a block of pairs."""
    alike = likeness.of_columns
    inflation = likeness.inflation(alike[rows], alike[columns])
    return inflation.astype(np.float32)


def _rows_of_functions(basis: FloatArray) -> FloatArray:
    """Count the rows (4, m) in which functions are large, 0 from the first useless one.

    A function counts by its rows n / E phi^4, and the product of two by about as many
    as both have, over n. One is useless whose product with no other function has
    `PRODUCT_ROWS` rows.
    """
    n = basis.shape[2]
    fourth = np.stack([np.einsum("mn,mn->m", b, b) for b in np.square(basis)])
    large = np.divide(n**2, fourth, out=np.zeros(fourth.shape), where=fourth > 0.0)
    useful = (large > 0.0) & (large * large.max(initial=0.0) > PRODUCT_ROWS * n)
    return large * np.cumprod(useful, axis=0)


def _sum_of_squares(
    left: list[FloatArray],
    right: list[FloatArray],
    large_left: FloatArray,
    large_right: FloatArray,
    fewest: float,
) -> tuple[FloatArray, IntArray]:
    """Sum the squares of products of lines of degrees that are large in enough rows.

    Later degrees have fewer lines. The second array counts the products: of each pair,
    or, as a single number, of all of them.
    """
    shape = len(left[0]), len(right[0])
    total = np.zeros(shape, dtype=left[0].dtype)
    df = np.zeros((1, 1), dtype=np.int64)
    for second, theirs in zip(right, large_right, strict=False):
        theirs = theirs[: len(second)]
        most = theirs.max(initial=0.0)
        used = [
            (first, ours[: len(first)])
            for first, ours in zip(left, large_left, strict=False)
            if ours[: len(first)].max(initial=0.0) * most > fewest
        ]
        if not used:
            continue
        # one large product is faster than several small ones
        scores = np.concatenate([first for first, _ in used]) @ second.T
        np.square(scores, out=scores)
        ends = np.cumsum([len(first) for first, _ in used])
        for score, (_, ours) in zip(np.split(scores, ends[:-1]), used, strict=True):
            block = slice(len(score)), slice(len(second))
            usable = np.array(True)
            if ours.min() * theirs.min() <= fewest:
                usable = np.multiply.outer(ours, theirs) > fewest
                score *= usable
            total[block] += score
            if df.shape != shape and (usable.ndim or score.shape != shape):
                df = np.array(np.broadcast_to(df, shape))
            df[block if df.shape == shape else ...] += usable
    return total, df


def _blocks(start: int, stop: int, size: int) -> list[slice]:
    """Cut positions into blocks."""
    return [slice(at, min(at + size, stop)) for at in range(start, stop, size)]
