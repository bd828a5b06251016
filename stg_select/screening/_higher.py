r"""Scores of sets of three to five columns against a residual.

Letters: n rows, m columns, O outputs, f functions of a column, q columns of a set.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from stg_select.screening._best import Best
from stg_select.screening._clusters import Likeness
from stg_select.screening._levels import cube_root, deviate, from_cube_root
from stg_select.screening._scans import (
    Scan,
    weighted_residuals,
)

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]
# sets of one side, the value of the best partner of each, and both together
Leaders = tuple[IntArray, FloatArray, IntArray]

# most cells of left sets that are worked on together; those of one last column always
# are
BATCH_CELLS = 2**17
# columns on either side of the matrix product that scores all sets of an order
SIDES = {3: (2, 1), 4: (2, 2), 5: (3, 2)}


def scan_sets(
    basis: FloatArray,
    order: int,
    residual: FloatArray,
    weight: FloatArray,
    likeness: Likeness | None = None,
) -> list[Scan]:
    r"""Best set of some columns for every column: straight product, and any shape.

    .. math:: g_{a_1 \ldots a_q} = \sum_i w_i r_i \prod_k \phi_{a_k}(x_{i d_k}) /
        (v \sqrt n)

    with the spread v of the product itself, at least 1. The straight product has all
    :math:`a_k = 1`; the sum of the squares of all is a chi-squared variable by chance.
    Of columns of up to f + 1 values the products are all there is to say about the
    cells of their table beyond what smaller sets say.

    Parameters
    ----------
    basis : ndarray of shape (f, m, n)
    order : {3, 4, 5}
        Columns q of a set.
    residual : ndarray of shape (n, O)
    weight : ndarray of shape (n,)
    likeness : Likeness or None, default=None
        How alike columns are within groups of rows.

    Returns
    -------
    scans : list of Scan
        Straight products, if of three columns, and any shape; one set for every
        column, unscaled deviates. Empty of fewer columns than q.
    """
    n_functions, m, _ = basis.shape
    n_left, n_right = SIDES[order]
    if m < order or residual.shape[1] == 0:
        return []
    df = basis.any(axis=2).sum(axis=0)
    # of as many products each, the sums themselves say which set is best
    is_even = bool(df.min() == df.max())
    functions = basis.transpose(1, 0, 2)
    # the columns of a left set come before those of its right sets
    right_sets = np.array(list(combinations(range(m), n_right)))
    right = _products(functions, right_sets)
    scoring, noise = weighted_residuals(residual, weight, basis.dtype)
    straight: list[Leaders] = []
    cells: list[Leaders] = []
    n_lines = n_functions**n_left
    for left_sets in _batches(m - n_right, n_left, n_lines * basis.shape[2]):
        ours = _products(functions, left_sets).reshape(-1, basis.shape[2])
        after = int(np.searchsorted(right_sets[:, 0], left_sets[0, -1], side="right"))
        chosen, theirs = right_sets[after:], right[after:].reshape(-1, basis.shape[2])
        squares = np.square(ours), np.square(theirs)
        set_df = df[left_sets].prod(axis=1)[:, None] * df[chosen].prod(axis=1)
        is_set = left_sets[:, -1:] < chosen[:, 0]
        for output in range(residual.shape[1]):
            square = np.square(_weighted_sums(ours, theirs, scoring[:, output]))
            square /= np.maximum(_weighted_sums(*squares, noise[:, output]), 1.0)
            square = square.reshape(
                len(left_sets), n_lines, len(chosen), n_functions**n_right
            )
            if likeness is not None:
                alike = likeness.of_columns
                inflation = likeness.inflation(
                    alike[left_sets].prod(axis=1), alike[chosen].prod(axis=1)
                )
                square /= inflation[:, None, :, None].astype(square.dtype)
            product = np.where(is_set, np.sqrt(square[:, 0, :, 0]), -np.inf)
            straight += _leaders(product, left_sets, chosen)
            total: FloatArray = np.einsum("abcd->ac", square)
            value = total if is_even else cube_root(total, np.maximum(set_df, 1))
            cells += _leaders(np.where(is_set, value, -np.inf), left_sets, chosen)
    best = _best(m, order, cells)
    set_df = np.maximum(df[best.sets].prod(axis=1), 1)
    statistic = best.value if is_even else from_cube_root(best.value, set_df)
    deviates = deviate(statistic, set_df)
    scans = [Scan("cells", deviates, best.sets)]
    if order == 3:
        best = _best(m, order, straight)
        scans.insert(0, Scan("triple", best.value, best.sets))
    return scans


def _batches(stop: int, size: int, n_cells: int) -> Iterator[IntArray]:
    """Give all sets of `size` columns before `stop`, by their last column.

    Those of several last columns come together while their cells are few: small matrix
    products are bound by the calls.
    """
    batch: list[tuple[int, ...]] = []
    for last in range(size - 1, stop):
        sets = [(*before, last) for before in combinations(range(last), size - 1)]
        if batch and (len(batch) + len(sets)) * n_cells > BATCH_CELLS:
            yield np.array(batch)
            batch = []
        batch += sets
    yield np.array(batch)


def _products(functions: FloatArray, sets: IntArray) -> FloatArray:
    """All products of the functions (m, f, n) of each set: (s, f ** size, n)."""
    product = functions[sets[:, 0]]
    for place in range(1, sets.shape[1]):
        longer = product[:, :, None] * functions[sets[:, place]][:, None]
        product = longer.reshape(len(sets), -1, functions.shape[2])
    return product


def _weighted_sums(
    first: FloatArray, second: FloatArray, weight: FloatArray
) -> FloatArray:
    """Sum up products of lines (a, n) and (b, n), and weigh the fewer lines for it."""
    if len(first) <= len(second):
        return (first * weight) @ second.T
    return first @ (second * weight).T


def _leaders(
    values: FloatArray, left_sets: IntArray, right_sets: IntArray
) -> list[Leaders]:
    """Find the best partner of every left set, and of every right set.

    The value is -inf where a set has none.
    """
    found = []
    for axis, sets in ((1, left_sets), (0, right_sets)):
        partner = values.argmax(axis=axis)
        whole = [left_sets, right_sets]
        whole[axis] = whole[axis][partner]
        found.append((sets, values.max(axis=axis), np.concatenate(whole, axis=1)))
    return found


def _best(m: int, order: int, leaders: list[Leaders]) -> Best:
    """Collect the best set of every column."""
    best = Best(m, order)
    for size in {sets.shape[1] for sets, _, _ in leaders}:
        alike = [leader for leader in leaders if leader[0].shape[1] == size]
        sets, values, whole = (np.concatenate(of) for of in zip(*alike, strict=True))
        values = np.tile(values.astype(np.float64), size)
        best.update(sets.T.ravel(), values, np.tile(whole, (size, 1)))
    return best
