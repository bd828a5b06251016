"""The members of a plan: a product of what they may differ in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

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


@dataclass(frozen=True, eq=False)
class RowAxes:
    """What the rows of members differ in: one split for each combination.

    Parameters
    ----------
    row_weights : tuple of ndarray of shape (n,)
        How often each row comes, in units of `EncodedTable.counts`. Several are
        subsamples of a table.
    n_repeats : int
        How often the rows are dealt to folds anew.
    n_folds : int or None
        Folds, each of which serves once as the gate rows; None trains weights and
        gates on all rows. Where the table says the roles of its rows, they count.
    seed : int
        Seed of the folds and of the members.
    """

    row_weights: tuple[FloatArray, ...]
    n_repeats: int
    n_folds: int | None
    seed: int


def deal_rows(table: EncodedTable, axes: RowAxes) -> list[Split]:
    """Deal the rows of a table to the members, without a screen.

    Parameters
    ----------
    table : EncodedTable
    axes : RowAxes

    Returns
    -------
    splits : list of Split
        Those of one repeat after those of another, each with a seed of its own.
    """
    rows = [
        pair
        for weight, number in product(axes.row_weights, range(axes.n_repeats))
        for pair in _folds_of(table, axes, weight, number)
    ]
    return [Split(*pair, seed=axes.seed + i) for i, pair in enumerate(rows)]


def plan_members(
    n_gates: int,
    splits: Sequence[Split],
    sizes: Sequence[int | None],
    prices: Sequence[float | FloatArray],
    options: GateOptions | None = None,
) -> tuple[TrainingPlan, NDArray[np.integer]]:
    """List a member for each split, size of its working set, and price.

    Members that differ in their working set or their price alone start from the same
    weights and draw the same noise.

    Parameters
    ----------
    n_gates : int
        Gates p of the table.
    splits : sequence of Split
        With a shortlist where sizes are numbers.
    sizes : sequence of (int or None)
        Gates of a working set, the best of the split's shortlist; None for all gates.
    prices : sequence of (float or ndarray of shape (p,))
        Price of every gate, or of each of them, in shares of the null deviance.
    options : GateOptions or None, default=None
        Which gates are fixed open in all members, and what gates cost.

    Returns
    -------
    plan : TrainingPlan
        Over the gates that some member trains; prices run fastest, splits slowest.
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
    by_price = np.stack([np.broadcast_to(price, n_gates) for price in prices])
    plan = TrainingPlan(
        prices=np.tile(by_price.astype(float), (len(row_sets), 1)),
        seeds=np.repeat([split.seed for split in splits], len(sizes) * len(prices)),
        row_sets=row_sets,
        row_set_index=np.repeat(np.arange(len(row_sets)), len(prices)),
        fixed_open=options.kept if options is not None and options.keeps else None,
        cost=options.cost if options is not None and options.has_costs else None,
    )
    return _narrow(plan, n_gates)


def _narrow(
    plan: TrainingPlan, n_gates: int
) -> tuple[TrainingPlan, NDArray[np.integer]]:
    """Renumber the gates that some member trains, and leave out the others."""
    if any(row_set.gates is None for row_set in plan.row_sets):
        return plan, np.arange(n_gates)
    sets = [s.gates for s in plan.row_sets if s.gates is not None]
    gates = np.unique(np.concatenate(sets))
    row_sets = tuple(
        replace(row_set, gates=np.searchsorted(gates, chosen))
        for row_set, chosen in zip(plan.row_sets, sets, strict=True)
    )
    narrow = replace(
        plan,
        prices=plan.prices[:, gates],
        row_sets=row_sets,
        fixed_open=None if plan.fixed_open is None else plan.fixed_open[gates],
        cost=None if plan.cost is None else plan.cost[gates],
    )
    return narrow, gates


def _folds_of(
    table: EncodedTable, axes: RowAxes, weight: FloatArray, number: int
) -> list[tuple[FloatArray, FloatArray | None]]:
    """Deal the rows to the folds of one repeat, and let each be the gate rows once."""
    factor = table.class_factor
    if axes.n_folds is None:
        return [(weight if factor is None else weight * factor, None)]
    roles = table.rows.roles
    if roles is not None:
        pairs = [
            (weight * (of_split == NETWORK_ROW), weight * (of_split == GATE_ROW))
            for of_split in roles
        ]
    else:
        fold = _random_folds(table, weight, axes.n_folds, axes.seed + number)
        share_repeats = table.few_kinds and table.rows.group is None
        gate_weights = fold_weights(fold, weight, share_repeats=share_repeats)
        pairs = [((weight - gate).astype(gate.dtype), gate) for gate in gate_weights]
    if factor is None:
        return pairs
    return [(network * factor, gate * factor) for network, gate in pairs]


def _random_folds(
    table: EncodedTable, weight: FloatArray, n_folds: int, seed: int
) -> NDArray[np.int64]:
    """Deal the rows that have a weight to folds, those of a group to the same."""
    used = np.flatnonzero(weight)
    strata = None if table.strata is None else table.strata[used]
    group = table.rows.group
    fold = np.zeros(len(weight), dtype=np.int64)
    if group is None:
        fold[used] = rotated_folds(len(used), n_folds, strata, seed)
    else:
        fold[used] = grouped_folds(numbered(group[used]), n_folds, strata, seed)
    return fold
