"""An order of rows, columns and classes that follows from their content alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import Ranks, blocks
from stg_select.seeds import Stream, stream_generator

Keys = NDArray[np.uint64]

# Steps of ranks that keys tell apart: many, and no multiple of a number of rows, so
# that a rank lies between two steps, where rounding does not move it.
RANK_STEPS = 65521.37


@dataclass(frozen=True, eq=False)
class ContentOrder:
    """Where rows, components and classes come, whatever order they came in.

    Parameters
    ----------
    rows : ndarray of int of shape (n,)
        The rows, in a random order that the seed decides.
    components : ndarray of int of shape (m,)
        The components, those of one gate next to each other.
    classes : ndarray of int of shape (n_classes,)
        The target's values in ascending order: the place of each.
    """

    rows: NDArray[np.integer]
    components: NDArray[np.integer]
    classes: NDArray[np.integer]


def content_order(
    ranks: Ranks,
    gate: NDArray[np.integer],
    target: NDArray,
    *,
    names: bool,
    seed: int,
) -> ContentOrder:
    """Order rows, components and classes by hashes of what a fit sees of them.

    Ranks are looked at in place of values, so that increasing functions of columns and
    of a response change nothing. A component is known by its ranks within each group
    of rows of one target value, a row by the ranks and the components that have them,
    a class by its rows: nothing depends on positions or on the names of classes. What
    has equal content keeps the order in which it came.

    Parameters
    ----------
    ranks : ndarray or SparseRanks of shape (n, m)
        Components mapped to (-1, 1) by their ranks; of distinct rows.
    gate : ndarray of int of shape (m,)
        Gate of each component.
    target : ndarray of shape (n,) or (n, O)
    names : bool
        Whether the target's values are numbers of classes, whose order says nothing.
    seed : int
        Seed of the order of the rows.

    Returns
    -------
    order : ContentOrder
    """
    values, group = np.unique(target, axis=0, return_inverse=True)
    group = group.ravel()
    group_keys = _mixed(
        np.zeros(len(values), np.uint64) if names else _ranks_of(values)
    )
    by_group = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[by_group], np.arange(len(values)))
    row_keys = np.zeros(len(ranks), dtype=np.uint64)
    component_keys = np.empty(ranks.shape[1], dtype=np.uint64)
    for places in blocks(*ranks.shape):
        steps = np.rint(ranks[:, places].astype(np.float64) * RANK_STEPS)
        levels = steps.astype(np.int64).view(np.uint64)
        in_groups = np.add.reduceat(_mixed(levels)[by_group], starts, axis=0)
        component_keys[places] = _mixed(in_groups + group_keys[:, None]).sum(axis=0)
        row_keys += _mixed(levels + component_keys[places]).sum(axis=1)
    group_keys = _mixed(
        group_keys + np.add.reduceat(_mixed(row_keys)[by_group], starts)
    )
    salt = stream_generator(Stream.ROW_HASH, seed).integers(2**63, dtype=np.uint64)
    return ContentOrder(
        rows=np.argsort(_mixed(row_keys + group_keys[group] + salt), kind="stable"),
        components=_by_gate(component_keys, gate),
        classes=np.argsort(np.argsort(group_keys, kind="stable")),
    )


def _by_gate(component_keys: Keys, gate: NDArray[np.integer]) -> NDArray[np.integer]:
    """Order gates by the keys of their components, and those within their gates."""
    gates, index = np.unique(gate, return_inverse=True)
    gate_keys = np.zeros(len(gates), dtype=np.uint64)
    np.add.at(gate_keys, index, _mixed(component_keys))
    return np.lexsort((component_keys, index, gate_keys[index]))


def _ranks_of(values: NDArray) -> Keys:
    """Keys of sorted distinct rows: their place, or the ranks of several numbers."""
    if values.ndim == 1:
        return np.arange(len(values), dtype=np.uint64)
    keys = np.zeros(len(values), dtype=np.uint64)
    for column in values.T:
        place = np.unique(column, return_inverse=True)[1]
        keys = _mixed(keys + place.ravel().astype(np.uint64))
    return keys


def _mixed(keys: Keys) -> Keys:
    """Spread numbers over 64 bits, none onto another (the finalizer of SplitMix64)."""
    keys = keys + np.uint64(0x9E3779B97F4A7C15)
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))
