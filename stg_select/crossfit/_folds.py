"""The folds that rows fall into, and the weight of every row in each of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stg_select.seeds import Stream, stream_generator
from stg_select.weighted import are_whole

FloatArray = NDArray[np.floating]


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
    rng = stream_generator(Stream.FOLDS, seed)
    order = rng.permutation(n_rows)
    if strata is not None:
        order = order[np.argsort(strata[order], kind="stable")]
    fold = np.empty(n_rows, dtype=np.int64)
    fold[order] = np.arange(n_rows) % n_folds
    return fold


def grouped_folds(
    group: NDArray[np.integer], n_folds: int, strata: NDArray | None, seed: int
) -> NDArray[np.int64]:
    """Deal groups of rows to folds, evenly in rows and, where possible, in strata.

    The largest groups come first, equally large ones in a random order; each goes
    where its kinds of rows are scarcest.

    Parameters
    ----------
    group : ndarray of int of shape (n_rows,)
        Number of the group of each row, 0..n_groups-1.
    n_folds : int
        At most as many as groups.
    strata : ndarray of shape (n_rows,) or None
        Class of each row.
    seed : int

    Returns
    -------
    fold : ndarray of int of shape (n_rows,)
        0..n_folds-1, none of them empty.
    """
    rng = stream_generator(Stream.FOLDS, seed)
    kind = np.zeros(len(group), dtype=np.int64)
    if strata is not None:
        kind = np.unique(strata, return_inverse=True)[1].ravel()
    n_groups, n_kinds = int(group.max()) + 1, int(kind.max()) + 1
    cells = np.bincount(group * n_kinds + kind, minlength=n_groups * n_kinds)
    rows = cells.reshape(n_groups, n_kinds)
    scarcity = 1.0 / np.square(rows.sum(axis=0))
    order = rng.permutation(n_groups)
    order = order[np.argsort(-rows[order].sum(axis=1), kind="stable")]
    dealt = np.zeros((n_folds, n_kinds))
    fold = np.empty(n_groups, dtype=np.int64)
    for count, number in enumerate(order):
        crowded = dealt @ (rows[number] * scarcity)
        if n_groups - count <= np.count_nonzero(~dealt.any(axis=1)):
            crowded[dealt.any(axis=1)] = np.inf  # no fold stays empty
        fold[number] = crowded.argmin()
        dealt[fold[number]] += rows[number]
    return fold[group]


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
