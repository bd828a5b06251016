"""Rows in an order of their own, and the folds they fall into."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select.weighted import are_whole

FloatArray = NDArray[np.floating]
MANY_VALUES = 32
_BLOCK_CELLS = 2**20


@dataclass(frozen=True, eq=False)
class CanonicalRows:
    """The distinct rows of a table in an order that depends on their content alone.

    Parameters
    ----------
    index : ndarray of int of shape (m,)
        Position of one row of each kind in the caller's table.
    weight : ndarray of shape (m,)
        Sum of the weights of the rows of each kind.
    """

    index: NDArray[np.integer]
    weight: FloatArray


def canonical_rows(
    x: FloatArray, target: NDArray, weight: FloatArray, seed: int
) -> CanonicalRows:
    """Merge equal rows and sort them by a hash of their content.

    A fit on the result cannot depend on the order of the rows, nor on whether a row
    comes twice or with weight two; and equal rows cannot fall into different folds,
    where one would give the other away.

    Parameters
    ----------
    x : ndarray of shape (n, p)
    target : ndarray of shape (n,) or (n, O)
    weight : ndarray of shape (n,)
        Non-negative; rows of weight 0 are left out.
    seed : int
        Seed of the hash, hence of the order.

    Returns
    -------
    rows : CanonicalRows
    """
    rng = np.random.default_rng([seed, 0])
    keys = _row_hash(target.reshape(len(target), -1), rng)
    keys = keys * np.uint64(0x9E3779B97F4A7C15) + _row_hash(x, rng)
    used = np.flatnonzero(weight > 0)
    _, first, kind = np.unique(keys[used], return_index=True, return_inverse=True)
    total = np.bincount(kind, weights=weight[used]).astype(np.float64)
    return CanonicalRows(used[first], total)


def rotated_folds(
    n_rows: int, n_folds: int, strata: NDArray | None, seed: int
) -> NDArray[np.int64]:
    """Deal rows to folds at random, evenly within each stratum.

    Parameters
    ----------
    n_rows : int
    n_folds : int
    strata : ndarray of shape (n_rows,) or None
        Class of each row.
    seed : int

    Returns
    -------
    fold : ndarray of int of shape (n_rows,)
        0..n_folds-1.
    """
    rng = np.random.default_rng([seed, 1])
    order = rng.permutation(n_rows)
    if strata is not None:
        order = order[np.argsort(strata[order], kind="stable")]
    fold = np.empty(n_rows, dtype=np.int64)
    fold[order] = np.arange(n_rows) % n_folds
    return fold


def fold_weights(
    fold: NDArray[np.integer], weight: FloatArray, *, share_repeats: bool
) -> FloatArray:
    """Weigh every row in each fold.

    Parameters
    ----------
    fold : ndarray of int of shape (n_rows,)
        0..n_folds-1.
    weight : ndarray of shape (n_rows,)
    share_repeats : bool
        Whether rows that come at least once a fold are shared out evenly, as the
        rows that they stand for would have been. Otherwise a row stays in its fold,
        however often it comes.

    Returns
    -------
    weights : ndarray of shape (n_folds, n_rows)
        Small whole numbers in a byte each: there are many folds, and rows can be as
        many as the cells of a table.
    """
    n_folds = int(fold.max()) + 1
    weights = np.where(fold == np.arange(n_folds)[:, None], weight, 0.0)
    if share_repeats:
        often = np.flatnonzero(weight >= n_folds)
        share = np.floor(weight[often] / n_folds)
        weights[:, often] = share
        weights[fold[often], often] += weight[often] - n_folds * share
    small = weight.max() <= np.iinfo(np.uint8).max
    return weights.astype(np.uint8) if small and are_whole(weight) else weights


def has_few_kinds(
    x: FloatArray, rows: NDArray[np.integer], weight: FloatArray, n_folds: int
) -> bool:
    """Tell whether distinct rows are few kinds of rows that come again and again.

    Parameters
    ----------
    x : ndarray of shape (n_samples, n_features)
    rows : ndarray of int of shape (n_rows,)
        The distinct rows.
    weight : ndarray of shape (n_rows,)
        How often they come.
    n_folds : int

    Returns
    -------
    few : bool
        True if rows that come at least once a fold carry most of the weight, and no
        column takes many values: a continuous row with a large weight is one row.
    """
    often = weight[weight >= n_folds].sum() > 0.5 * weight.sum()
    return bool(often) and all(
        len(np.unique(column[rows])) <= MANY_VALUES for column in x.T
    )


def _row_hash(values: NDArray, rng: np.random.Generator) -> NDArray[np.uint64]:
    """64-bit hash of each row, exact, so that equal rows have equal hashes."""
    factors = rng.integers(2**63, size=values.shape[1], dtype=np.uint64) * np.uint64(2)
    factors += np.uint64(1)
    hashes = np.empty(len(values), dtype=np.uint64)
    size = max(1, _BLOCK_CELLS // values.shape[1])
    for start in range(0, len(values), size):
        block = values[start : start + size].astype(np.float64) + 0.0
        bits = np.ascontiguousarray(block).view(np.uint64)
        bits = (bits ^ (bits >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        bits ^= bits >> np.uint64(32)
        hashes[start : start + size] = (bits * factors).sum(axis=1)
    return hashes
