"""Equal rows that come often by nature, and those that are copies or have a weight."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import Components
from stg_select.crossfit._rows import CountedRows, row_hash
from stg_select.seeds import Stream, stream_generator
from stg_select.weighted import EXTREME

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# most values of a column of few kinds of rows
MANY_VALUES = 32
# times that a row that comes often by nature may come more often than by chance
BY_NATURE = 4.0
# share of the weight of few kinds of rows, of those that come often by nature
MOSTLY = 0.9
# times that the median row comes from which rows are few kinds, whatever chance says
MANY_TIMES = 16.0
# rows there are at most after some were taken apart, for each distinct one
MOST_APART = 4


def has_few_kinds(
    components: Components, target: NDArray, rows: CountedRows, n_folds: int
) -> bool:
    """Tell whether distinct rows are few kinds of rows that come again and again.

    Parameters
    ----------
    components : Components
    target : ndarray of shape (n_samples,) or (n_samples, O)
    rows : CountedRows
        Their weights say how often they come.
    n_folds : int

    Returns
    -------
    few : bool
        True if rows that come at least once a fold carry most of the weight, nearly all
        of that by nature or the median row sixteen times, and no component takes many
        values: a row with a large weight is one row.
    """
    weight = rows.weight
    often = np.flatnonzero(weight >= n_folds)
    if weight[often].sum() <= 0.5 * weight.sum():
        return False
    if components.most_values(rows.index) > MANY_VALUES:
        return False
    if np.median(weight) >= MANY_TIMES:
        return True
    times = _times_by_nature(components, target, rows, often)
    return bool(times.sum() >= MOSTLY * weight[often].sum())


def repeats_apart(
    components: Components, target: NDArray, rows: CountedRows
) -> CountedRows:
    """Take equal rows apart that come often by nature, each a row of its own.

    Where most cells of a table are zeros, many rows hold nothing else. As one row that
    comes often they would tell nothing, and leave no say to all others.

    Parameters
    ----------
    components : Components
    target : ndarray of shape (n_samples,) or (n_samples, O)
    rows : CountedRows
        Their weights say how often they come.

    Returns
    -------
    rows : CountedRows
        Each row of more than three times the mean weight is there as often as it comes
        by nature, in units of the median row; less often if there were more than four
        rows for each distinct one.
    """
    weight = rows.weight
    often = np.flatnonzero(weight > EXTREME * weight.mean())
    times = _times_by_nature(components, target, rows, often) / np.median(weight)
    more = np.zeros(len(weight))
    more[often] = np.maximum(np.rint(times) - 1.0, 0.0)
    if not more.any():
        return rows
    room = (MOST_APART - 1) * len(weight)
    copies = 1 + np.floor(more * min(1.0, room / more.sum())).astype(np.int64)
    shares = np.repeat(weight / copies, copies)
    return CountedRows(np.repeat(rows.index, copies), shares)


def _times_by_nature(
    components: Components, target: NDArray, rows: CountedRows, often: IntArray
) -> FloatArray:
    """Tell how often some rows come by nature, not as copies or by their weight.

    As often as they do, if that is no more than four times as often as by chance: if
    columns and target had nothing to do with each other, by the shares of other rows,
    or of kinds of rows, that have the same value; or by how often their values come
    with other targets, which those of copies do not. Else as often as these say.
    """
    weight, own = rows.weight, rows.weight[often]
    if not len(often) or own.max() >= weight.sum():
        return np.zeros(len(often))
    share = np.ones(len(often))
    for column in target[rows.index].reshape(len(rows.index), -1).T:
        share *= _share_of_equals(column, weight, often)
    rng = stream_generator(Stream.ROW_HASH, 0)
    kind = np.unique(row_hash(components, rng)[rows.index], return_inverse=True)[1]
    otherwise = np.bincount(kind, weights=weight)[kind[often]] - own
    times = otherwise * share / np.maximum(1.0 - share, 1.0 / len(weight))
    times = np.where(own <= BY_NATURE * times, own, times)
    left = np.flatnonzero(times < own)
    expected = weight.sum() * share[left]
    for column in components.by_sources(rows.index):
        likely = own[left] <= BY_NATURE * expected
        left, expected = left[likely], expected[likely]
        if not len(left):
            return times
        expected *= _share_of_equals(column, weight, often[left])
    left = left[own[left] <= BY_NATURE * expected]
    times[left] = own[left]
    return times


def _share_of_equals(column: NDArray, weight: FloatArray, some: IntArray) -> FloatArray:
    """Share of other rows that have the same value as each of some, or of kinds."""
    values, place = np.unique(column[some], return_inverse=True)
    nearest = np.minimum(np.searchsorted(values, column), len(values) - 1)
    equal = values[nearest] == column
    weights = np.bincount(nearest[equal], weight[equal], len(values))[place]
    kinds = np.bincount(nearest[equal], minlength=len(values))[place]
    of_others = (weights - weight[some]) / (weight.sum() - weight[some])
    return np.maximum(of_others, kinds / len(weight))
