"""Rows that were made from other rows: copies with an error, and rows between two.

They tell nothing of their own, and would be on the other side of a fold from those
that they were made from. So they are merged into these, as equal rows are.

Letters: n rows, m columns.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from stg_select.columns import Components, blocks
from stg_select.weighted import standardized

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# columns by whose values rows can be told apart, of more than so many values
MANY_VALUES = 32
FEWEST_COLUMNS = 3
# share of the spread of a column within which values are nearly equal
NEARLY = 1e-3
ON_LINE = 1e-6
# share of the rows that has to be derived: fewer come by chance
LEAST_SHARE = 0.02
MOST_DERIVED = 0.95
# beyond, rows between two others are not looked for, since all pairs are compared
MANY_ROWS = 5000
MOST_ROWS = 100_000
NEIGHBOURS = 6
LOOKED_AT_COLUMNS = 64
# rows among which the values of a column are counted
FIRST_ROWS = 500
TREE_COLUMNS = 8
# rows between rows that are between others hand the weight on
MAX_PASSES = 20
# rows that are looked at first: if none of them is derived, few are at all
SAMPLED_ROWS = 300


def merged_weights(
    components: Components, target: NDArray, weight: FloatArray
) -> FloatArray:
    """Give the weight of derived rows to those that they were made from.

    Parameters
    ----------
    components : Components
        Of n rows.
    target : ndarray of shape (n,) or (n, O)
        A row is no copy of one with another target.
    weight : ndarray of shape (n,)

    Returns
    -------
    weight : ndarray of shape (n,)
        The same where there are no derived rows; 0 for them otherwise.
    """
    used: IntArray = np.flatnonzero(weight > 0)
    if not FEWEST_COLUMNS < len(used) <= MOST_ROWS:
        return weight
    columns = _telling_columns(components, used)
    if len(columns) < FEWEST_COLUMNS:
        return weight
    told = _told(components, used, columns[:TREE_COLUMNS], target)
    # in an order of their own, whatever order they came in
    order = np.lexsort(told.T)
    used, told = used[order], told[order]
    if _are_flat(told[:, : len(columns)]):
        return weight  # on a line, and in a plane, rows are near others by nature
    whole = np.array(weight, dtype=np.float64)
    first = _first_of_copies(told)
    copies = np.flatnonzero(first != np.arange(len(used)))
    if len(copies) >= LEAST_SHARE * len(used):
        ends = used[first[copies]][None].repeat(2, axis=0)
        true = _are_made_from(components, used[copies], ends, np.zeros(len(copies)))
        copies = copies[true]
        np.add.at(whole, used[first[copies]], weight[used[copies]])
        whole[used[copies]] = 0.0
        used = np.delete(used, copies)
    if not FEWEST_COLUMNS < len(used) <= MANY_ROWS:
        return whole
    told = _told(components, used, columns, target)
    row, ends, along = _between(told, len(columns), _first_looked_at(told))
    if len(row) and len(used) > SAMPLED_ROWS:
        row, ends, along = _between(told, len(columns), np.arange(len(used)))
    if LEAST_SHARE * len(used) <= len(row) < MOST_DERIVED * len(used):
        row, ends = used[row], used[ends]
        true = _are_made_from(components, row, ends, along)
        _hand_on(whole, row[true], ends[:, true], along[true])
    return whole


def _told(
    components: Components, rows: IntArray, columns: IntArray, target: NDArray
) -> FloatArray:
    """Columns that tell rows apart, and their target, in units of their spread."""
    values = components.take(rows, columns).astype(np.float64)
    outputs = target[rows].reshape(len(rows), -1).astype(np.float64)
    told = np.concatenate([values, outputs], axis=1)
    return standardized(told, np.ones(len(rows)))


def _are_flat(x: FloatArray) -> bool:
    """Tell whether rows lie on a line or in a plane."""
    size = np.linalg.eigvalsh(x.T @ x)
    return int(np.count_nonzero(size > NEARLY**2 * size[-1])) < FEWEST_COLUMNS


def _hand_on(
    weight: FloatArray, row: IntArray, ends: IntArray, along: FloatArray
) -> None:
    """Share the weight of rows between two others out to these, in place."""
    for _ in range(MAX_PASSES):
        moved = weight[row]
        weight[row] = 0.0
        np.add.at(weight, ends[0], (1.0 - along) * moved)
        np.add.at(weight, ends[1], along * moved)
    weight[row] = 0.0


def _are_made_from(
    components: Components, row: IntArray, ends: IntArray, along: FloatArray
) -> NDArray[np.bool_]:
    """Tell whether rows are between two others in all columns."""
    true = np.ones(len(row), dtype=bool)
    rows = np.concatenate([row, *ends])
    every = np.arange(components.n_components)
    for _, block in components.by_components(rows, every):
        scaled = standardized(block.astype(np.float64), np.ones(len(rows)))
        values, low, high = np.split(scaled, 3)
        off = np.abs(values - low - along[:, None] * (high - low))
        true &= (off <= 3.0 * NEARLY).all(axis=1)
    return true


def _telling_columns(components: Components, rows: IntArray) -> IntArray:
    """Find columns of many values, at most `LOOKED_AT_COLUMNS` of them."""
    found: list[int] = []
    every = np.arange(components.n_components)
    for part, block in components.by_components(rows[:FIRST_ROWS], every):
        values = np.sort(block, axis=0)
        n_values = 1 + np.count_nonzero(np.diff(values, axis=0), axis=0)
        found += (part.start + np.flatnonzero(n_values > MANY_VALUES)).tolist()
        if len(found) >= LOOKED_AT_COLUMNS:
            break
    return np.array(found[:LOOKED_AT_COLUMNS], dtype=np.int64)


def _first_of_copies(x: FloatArray) -> NDArray[np.int64]:
    """Find the first of the rows that are chained by near-equality, for every row."""
    pairs = cKDTree(x).query_pairs(NEARLY, p=np.inf, output_type="ndarray")
    left, right = pairs.T
    links = coo_array((np.ones(len(left)), (left, right)), shape=(len(x), len(x)))
    label = connected_components(links, directed=False)[1]
    first: NDArray[np.int64] = np.unique(label, return_index=True)[1]
    return first[label]


def _first_looked_at(x: FloatArray) -> IntArray:
    """Pick rows of all sizes, the same whatever the order of the columns."""
    by_size = np.argsort(np.square(x).sum(axis=1), kind="stable")
    count = min(len(x), SAMPLED_ROWS)
    return by_size[np.linspace(0, len(x) - 1, count).astype(int)]


def _between(
    x: FloatArray, n_columns: int, looked_at: IntArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Find rows on the line between two others, these, and how far along they are."""
    n = len(x)
    best = np.full((3, n), -1.0)
    for part in blocks(n, len(looked_at)):
        rows = looked_at[part]
        line = np.arange(len(rows))
        distance = _distances(x[rows], x)
        distance[line, rows] = np.inf
        n_near = min(NEIGHBOURS, n - 2)
        nearest = np.argpartition(distance, n_near, axis=1)[:, :n_near]
        for near in nearest.T:
            # nothing is lost on the way by a row that lies between
            length = distance[line, near]
            detour = length[:, None] + distance - _distances(x[near], x)
            detour[line, near] = np.inf
            far = detour.argmin(axis=1)
            step = x[far] - x[near]
            length = np.square(step).sum(axis=1)
            along = ((x[rows] - x[near]) * step).sum(axis=1) / np.maximum(length, 1e-12)
            off = np.abs(x[rows] - x[near] - along[:, None] * step).max(axis=1)
            apart = np.count_nonzero(np.abs(step[:, :n_columns]) > NEARLY, axis=1)
            exact = (apart >= FEWEST_COLUMNS) & (off <= ON_LINE)
            exact &= (along > 0.0) & (along < 1.0)
            better = exact & (length > best[0, rows])
            best[:, rows[better]] = np.stack([length, near, far])[:, better]
    found = np.flatnonzero(best[0] > 0.0)
    ends = best[1:, found].astype(np.int64)
    step = x[ends[1]] - x[ends[0]]
    along = ((x[found] - x[ends[0]]) * step).sum(axis=1) / best[0, found]
    return found, ends, along


def _distances(x: FloatArray, others: FloatArray) -> FloatArray:
    """Euclidean distances of rows from others: shape (len(x), len(others))."""
    squares = np.square(x).sum(axis=1)[:, None] + np.square(others).sum(axis=1)
    squares -= 2.0 * (x @ others.T)
    return np.sqrt(np.maximum(squares, 0.0, out=squares), out=squares)
