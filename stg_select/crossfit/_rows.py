"""The distinct rows of a table, in an order that depends on their content alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stg_select.columns import Components, blocks
from stg_select.seeds import Stream, stream_generator

FloatArray = NDArray[np.floating]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class CountedRows:
    """Rows of a table, in an order that depends on their content alone, and weights.

    Parameters
    ----------
    index : ndarray of int of shape (n,)
        Position of one row of each kind in the caller's table; of kinds that come often
        by nature, as often as these count.
    weight : ndarray of shape (n,)
        Sum of the weights of the rows of each kind, shared out to these.
    """

    index: NDArray[np.integer]
    weight: FloatArray


def distinct_rows(
    components: Components,
    target: NDArray,
    weight: FloatArray,
    seed: int,
    kinds: NDArray[np.integer] | None = None,
) -> CountedRows:
    """Merge equal rows and sort them by a hash of their content.

    A fit on the result cannot depend on the order of the rows, nor on whether a row
    comes twice or with weight two; and equal rows cannot fall into different folds,
    where one would give the other away.

    Parameters
    ----------
    components : Components
        Of n_samples rows.
    target : ndarray of shape (n_samples,) or (n_samples, O)
    weight : ndarray of shape (n_samples,)
        Non-negative; rows of weight 0 are left out.
    seed : int
        Seed of the hash, hence of the order.
    kinds : ndarray of int of shape (n_samples,) or None, default=None
        Only equal rows of one kind are merged; None merges all.

    Returns
    -------
    rows : CountedRows
    """
    rng = stream_generator(Stream.ROW_HASH, seed)
    keys = row_hash(Components.of_array(target.reshape(len(target), -1)), rng)
    keys = keys * np.uint64(0x9E3779B97F4A7C15) + row_hash(components, rng)
    if kinds is not None:
        own = row_hash(
            Components.of_array(kinds.reshape(-1, 1).astype(np.float64)), rng
        )
        keys = keys * np.uint64(0x9E3779B97F4A7C15) + own
    used = np.flatnonzero(weight > 0)
    _, first, kind = np.unique(keys[used], return_index=True, return_inverse=True)
    total = np.bincount(kind, weights=weight[used]).astype(np.float64)
    return CountedRows(used[first], total)


def row_hash(table: Components, rng: np.random.Generator) -> Hashes:
    """Hash each row, so that equal rows have equal hashes.

    Parameters
    ----------
    table : Components
    rng : Generator

    Returns
    -------
    hashes : ndarray of uint64 of shape (n_samples,)
        Of their exact content.
    """
    numbers, codes = table.numbers, table.codes
    q = numbers.shape[1]
    factors = rng.integers(2**63, size=q + codes.shape[1], dtype=np.uint64)
    factors = factors * np.uint64(2) + np.uint64(1)
    hashes = np.zeros(table.n_rows, dtype=np.uint64)
    if sparse.issparse(numbers):  # zeros add nothing to a hash
        lines = numbers.tocsr()
        filled = np.flatnonzero(np.diff(lines.indptr))
        terms = _mixed(lines.data) * factors[lines.indices]
        hashes[filled] = np.add.reduceat(terms, lines.indptr[filled])
        q_dense = 0
    else:
        q_dense = q
    for columns, values in ((slice(0, q_dense), numbers), (slice(q, None), codes)):
        width = len(factors[columns])
        for rows in blocks(width, table.n_rows) if width else ():
            hashes[rows] += (_mixed(values[rows]) * factors[columns]).sum(axis=1)
    return hashes


def _mixed(values: NDArray) -> Hashes:
    """Spread the bits of numbers; 0 stays 0, and all missing numbers are one."""
    double = values.astype(np.float64) + 0.0
    double[np.isnan(double)] = np.nan
    bits = np.ascontiguousarray(double).view(np.uint64)
    bits = (bits ^ (bits >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return bits ^ (bits >> np.uint64(32))
