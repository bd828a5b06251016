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
from stg_select.crossfit._rows import CountedRows
from stg_select.weighted import standardized

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# columns by whose values rows can be told apart, of more than so many values
MANY_VALUES = 32
FEWEST_COLUMNS = 3
FEWEST_ROWS = 4
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
# parts of the way from the least to the largest value, above which values are large
LEVELS = (0.5, 0.25, 0.75)
# rows that a row is near to on average, from which on all are near by nature
MOST_NEAR = 100
# share of the weight that need not be handed on any more, and passes it may take
HANDED_ON = 1e-9
MAX_PASSES = 1000
# rows that are looked at first: if none of them is derived, few are at all
SAMPLED_ROWS = 300


def without_derived(
    components: Components, target: NDArray, rows: CountedRows
) -> CountedRows:
    """Give the weight of derived rows to those that they were made from.

    Parameters
    ----------
    components : Components
    target : ndarray of shape (n_samples,) or (n_samples, O)
        A row is no copy of one with another target.
    rows : CountedRows
        The n distinct rows.

    Returns
    -------
    rows : CountedRows
        Without the derived ones; the same where there are none.
    """
    n = len(rows.index)
    if not FEWEST_ROWS <= n <= MOST_ROWS:
        return rows
    columns = _telling_columns(components, rows.index)
    if len(columns) < FEWEST_COLUMNS:
        return rows
    looked_at = columns[:TREE_COLUMNS]
    told = _told(components, rows.index, looked_at, target)
    # in an order that no seed has a say in
    order = np.lexsort(told.T)
    told, place = told[order], rows.index[order]
    if _are_flat(told[:, : len(looked_at)]):
        return rows  # on a line, and in a plane, rows are near others by nature
    weight = np.array(rows.weight[order], dtype=np.float64)
    left = np.arange(n)
    first = _first_of_copies(told)
    copies = np.flatnonzero(first != left)
    if len(copies) >= LEAST_SHARE * n:
        ends = place[first[copies]][None].repeat(2, axis=0)
        true = _are_made_from(components, place[copies], ends, np.zeros(len(copies)))
        copies = copies[true]
        np.add.at(weight, first[copies], weight[copies])
        weight[copies] = 0.0
        left = np.delete(left, copies)
    if FEWEST_ROWS <= len(left) <= MANY_ROWS:
        told = _told(components, place[left], columns, target)
        row, ends, along = _between(told, len(columns), _first_looked_at(told))
        if len(row) and len(left) > SAMPLED_ROWS:
            row, ends, along = _between(told, len(columns), np.arange(len(left)))
        if LEAST_SHARE * len(left) <= len(row) < MOST_DERIVED * len(left):
            row, ends = left[row], left[ends]
            true = _are_made_from(components, place[row], place[ends], along)
            _hand_on(weight, row[true], ends[:, true], along[true])
    rest = np.empty(n)
    rest[order] = weight
    return CountedRows(rows.index[rest > 0.0], rest[rest > 0.0])


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
    """Share the weight of rows between two others out to these, in place.

    These may be between others themselves, and hand on what they are given.
    """
    total = weight.sum()
    for _ in range(MAX_PASSES):
        moved = weight[row]
        weight[row] = 0.0
        if moved.sum() <= HANDED_ON * total:
            break
        np.add.at(weight, ends[0], (1.0 - along) * moved)
        np.add.at(weight, ends[1], along * moved)
    weight[row] = 0.0
    weight *= total / weight.sum()


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
    """Find columns by which rows can be told apart, at most `LOOKED_AT_COLUMNS`.

    Those of most values come first. The order that columns have in the table has no
    say, and of what is found that of the rows has none.
    """
    every = np.arange(components.n_components)
    # the first rows are of any content, since their order depends on that alone
    counts = _counts(components, rows[:FIRST_ROWS], every)
    many = counts[0] > MANY_VALUES
    columns = _most_first(every[many], counts[:, many])[:LOOKED_AT_COLUMNS]
    return _most_first(columns, _counts(components, rows, columns))


def _counts(components: Components, rows: IntArray, columns: IntArray) -> IntArray:
    """Count the different values of columns, and those above some levels."""
    counts = np.zeros((1 + len(LEVELS), len(columns)), dtype=np.int64)
    for part, block in components.by_components(rows, columns):
        values = np.sort(block, axis=0)
        counts[0, part] = 1 + np.count_nonzero(values[1:] != values[:-1], axis=0)
        low, high = values[[0, -1]].astype(np.float64)
        for above, at in zip(counts[1:], LEVELS, strict=True):
            level = low - at * low + at * high
            above[part] = np.count_nonzero(values > level, axis=0)
    return counts


def _most_first(columns: IntArray, counts: IntArray) -> IntArray:
    return columns[np.lexsort(-counts[::-1])]


def _first_of_copies(x: FloatArray) -> NDArray[np.int64]:
    """Find the first of the rows that are chained by near-equality, for every row.

    Where all rows are near many others, as with columns of a few huge values, that
    says nothing: each row is then the first one.
    """
    points, kind = np.unique(x, axis=0, return_inverse=True)
    tree = cKDTree(points)
    some = points[_spread_out(len(points))]
    near = tree.query_ball_point(some, NEARLY, p=np.inf, return_length=True)
    if near.mean() > MOST_NEAR:
        return np.arange(len(x))
    left, right = tree.query_pairs(NEARLY, p=np.inf, output_type="ndarray").T
    shape = (len(points), len(points))
    links = coo_array((np.ones(len(left)), (left, right)), shape=shape)
    label = connected_components(links, directed=False)[1][kind.ravel()]
    first: NDArray[np.int64] = np.unique(label, return_index=True)[1]
    return first[label]


def _first_looked_at(x: FloatArray) -> IntArray:
    """Pick rows of all sizes, the same whatever the order of the columns."""
    by_size = np.argsort(np.square(x).sum(axis=1), kind="stable")
    return by_size[_spread_out(len(x))]


def _spread_out(n: int) -> IntArray:
    return np.linspace(0, n - 1, min(n, SAMPLED_ROWS)).astype(np.int64)


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
