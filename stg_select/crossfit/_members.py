"""The members of a plan: a product of what they may differ in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stg_select.crossfit._folds import fold_weights, grouped_folds, rotated_folds
from stg_select.crossfit._gate_options import GateOptions
from stg_select.crossfit._row_plan import GATE_ROW, NETWORK_ROW, numbered
from stg_select.crossfit._shortlists import Shortlist
from stg_select.crossfit._table import EncodedTable
from stg_select.engine import RowSet, TrainingPlan

FloatArray = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Split:
    """Rows of a member by their roles.

    Parameters
    ----------
    network_weights : ndarray of shape (n,)
        Weights of the rows that train the network.
    gate_row_weights : ndarray of shape (n,) or None
        Weights of the rows that train the gates and judge; None is plain STG, where
        the network rows do.
    seed : int
        Seed of the members that see these rows.
    shortlist : Shortlist or None, default=None
        Order of the gates by a screen on the network rows; None where there is none.
    """

    network_weights: FloatArray
    gate_row_weights: FloatArray | None
    seed: int
    shortlist: Shortlist | None = None


def deal_rows(
    table: EncodedTable, n_repeats: int, n_folds: int | None, seed: int
) -> list[Split]:
    """Deal the rows of a table to the members, without a screen.

    Parameters
    ----------
    table : EncodedTable
    n_repeats : int
        How often the rows are dealt to folds anew.
    n_folds : int or None
        Folds, each of which serves once as the gate rows; None trains weights and
        gates on all rows. Where the table says the roles of its rows, they count.
    seed : int
        Seed of the folds and of the members.

    Returns
    -------
    splits : list of Split
        Those of one repeat after those of another, each with a seed of its own.
    """
    rows = [
        pair
        for number in range(n_repeats)
        for pair in _folds_of(table, n_folds, seed + number)
    ]
    return [Split(*pair, seed=seed + i) for i, pair in enumerate(rows)]


def distinct_splits(table: EncodedTable, splits: list[Split]) -> list[Split]:
    """Take the splits of the first repeat, where all repeats have the same.

    Parameters
    ----------
    table : EncodedTable
    splits : list of Split
        Of all repeats.

    Returns
    -------
    splits : list of Split
        Where the table says the roles of its rows, one for each way; else all.
    """
    roles = table.rows.roles
    return splits if roles is None else splits[: len(roles)]


def plan_members(
    n_gates: int,
    splits: Sequence[Split],
    sizes: Sequence[int | None],
    price: float | FloatArray,
    options: GateOptions,
) -> tuple[TrainingPlan, NDArray[np.integer]]:
    """List a member for each split and size of its working set.

    Members that differ in their working set alone start from the same weights and draw
    the same noise.

    Parameters
    ----------
    n_gates : int
        Gates p of the table.
    splits : sequence of Split
        With a shortlist where sizes are numbers.
    sizes : sequence of (int or None)
        Gates of a working set, the best of the split's shortlist; None for all gates.
    price : float or ndarray of shape (p,)
        Price of every gate, or of each of them, in shares of the null deviance.
    options : GateOptions
        Which gates are fixed open in all members, and what gates cost.

    Returns
    -------
    plan : TrainingPlan
        Over the gates that some member trains; the sizes of a split in a row.
    gates : ndarray of int of shape (q,)
        Their numbers in the table, ascending.
    """
    row_sets = tuple(
        RowSet(
            split.network_weights,
            split.gate_row_weights,
            split.seed,
            None
            if size is None or split.shortlist is None
            else split.shortlist.best(size),
        )
        for split in splits
        for size in sizes
    )
    gates, row_sets = _trained(n_gates, row_sets)
    price = np.broadcast_to(np.asarray(price, dtype=float), n_gates)[gates]
    plan = TrainingPlan(
        prices=np.tile(price, (len(row_sets), 1)),
        seeds=np.repeat([split.seed for split in splits], len(sizes)),
        row_sets=row_sets,
        row_set_index=np.arange(len(row_sets)),
        fixed_open=options.kept[gates] if options.keeps else None,
        cost=options.cost[gates] if options.has_costs else None,
    )
    return plan, gates


def _trained(
    n_gates: int, row_sets: tuple[RowSet, ...]
) -> tuple[NDArray[np.integer], tuple[RowSet, ...]]:
    """Find the gates that some member trains, and number them anew in the row sets."""
    sets = [row_set.gates for row_set in row_sets if row_set.gates is not None]
    if len(sets) < len(row_sets):
        return np.arange(n_gates), row_sets
    gates = np.unique(np.concatenate(sets))
    return gates, tuple(
        replace(row_set, gates=np.searchsorted(gates, chosen))
        for row_set, chosen in zip(row_sets, sets, strict=True)
    )


def _folds_of(
    table: EncodedTable, n_folds: int | None, seed: int
) -> list[tuple[FloatArray, FloatArray | None]]:
    """Deal the rows to the folds of one repeat, and let each be the gate rows once."""
    weight, factor = table.counts, table.class_factor
    if n_folds is None:
        return [(weight if factor is None else weight * factor, None)]
    roles = table.rows.roles
    if roles is not None:
        pairs = [
            (weight * (of_split == NETWORK_ROW), weight * (of_split == GATE_ROW))
            for of_split in roles
        ]
    else:
        fold = _random_folds(table, n_folds, seed)
        share_repeats = table.few_kinds and table.rows.group is None
        gate_weights = fold_weights(fold, weight, share_repeats=share_repeats)
        pairs = [((weight - gate).astype(gate.dtype), gate) for gate in gate_weights]
    if factor is None:
        return pairs
    return [(network * factor, gate * factor) for network, gate in pairs]


def _random_folds(table: EncodedTable, n_folds: int, seed: int) -> NDArray[np.integer]:
    """Deal the rows to folds, those of a group to the same."""
    group = table.rows.group
    if group is None:
        return rotated_folds(len(table.counts), n_folds, table.strata, seed)
    return grouped_folds(numbered(group), n_folds, table.strata, seed)
