"""The members of a plan: a product of what they may differ in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product, repeat

import numpy as np
from numpy.typing import NDArray

from stg_select.crossfit._folds import fold_weights, rotated_folds
from stg_select.crossfit._jobs import run_tasks
from stg_select.crossfit._table import EncodedTable
from stg_select.crossfit._working_sets import Size, is_part, working_sets
from stg_select.engine import RowSet, TrainingPlan

FloatArray = NDArray[np.floating]
# weights of the network rows and of the gate rows; no gate rows is plain STG
Split = tuple[FloatArray, FloatArray | None]


@dataclass(frozen=True, eq=False)
class PlanAxes:
    """What the members of a plan differ in: one member for each combination.

    Members that differ in their working set or their price alone start from the same
    weights and draw the same noise.

    Parameters
    ----------
    row_weights : tuple of ndarray of shape (n,)
        Weights of the rows. Several are subsamples of a table.
    n_repeats : int
        How often the rows are dealt to folds anew.
    n_folds : int or None
        Folds, each of which serves once as the gate rows; None trains weights and
        gates on all rows.
    sizes : tuple of (tuple of two int or None)
        Fewest and most gates of a working set; None for all of them.
    prices : tuple of (float or ndarray of shape (p,))
        Price of every gate, or of each of them, in shares of the null deviance.
    seed : int
        Seed of the folds and of the members.
    """

    row_weights: tuple[FloatArray, ...]
    n_repeats: int
    n_folds: int | None
    sizes: tuple[Size, ...]
    prices: tuple[float | FloatArray, ...]
    seed: int


def plan_members(table: EncodedTable, axes: PlanAxes, n_jobs: int = 1) -> TrainingPlan:
    """List the members, each with a working set screened on its network rows.

    Parameters
    ----------
    table : EncodedTable
    axes : PlanAxes
    n_jobs : int, default=1
        Workers that screen.

    Returns
    -------
    plan : TrainingPlan
        Members in the order of the axes, the last of which, prices, runs fastest.
    """
    splits = [
        split
        for weight, number in product(axes.row_weights, range(axes.n_repeats))
        for split in _splits(table, axes, weight, number)
    ]
    n_gates, n_sizes, n_prices = len(table.gates), len(axes.sizes), len(axes.prices)
    chosen: Iterable[list[NDArray[np.integer] | None]] = repeat(
        [None] * n_sizes, len(splits)
    )
    if any(is_part(size, n_gates) for size in axes.sizes):
        tasks = [(table, network, axes.sizes) for network, _ in splits]
        chosen = run_tasks(working_sets, tasks, n_jobs)
    seeds = axes.seed + np.arange(len(splits))
    row_sets = tuple(
        RowSet(network, gate, int(seed), gates)
        for (network, gate), seed, sets in zip(splits, seeds, chosen, strict=True)
        for gates in sets
    )
    prices = np.stack([np.broadcast_to(price, n_gates) for price in axes.prices])
    return TrainingPlan(
        prices=np.tile(prices.astype(float), (len(row_sets), 1)),
        seeds=np.repeat(seeds, n_sizes * n_prices),
        row_sets=row_sets,
        row_set_index=np.repeat(np.arange(len(row_sets)), n_prices),
    )


def narrow(
    plan: TrainingPlan, n_gates: int
) -> tuple[TrainingPlan, NDArray[np.integer]]:
    """Renumber the gates that some member trains, and leave out the others.

    Parameters
    ----------
    plan : TrainingPlan
    n_gates : int
        Number of gates of the table.

    Returns
    -------
    plan : TrainingPlan
        Over the gates that are left.
    gates : ndarray of int of shape (q,)
        Their numbers in the table, ascending.
    """
    if any(row_set.gates is None for row_set in plan.row_sets):
        return plan, np.arange(n_gates)
    sets = [s.gates for s in plan.row_sets if s.gates is not None]
    gates = np.unique(np.concatenate(sets))
    row_sets = tuple(
        replace(row_set, gates=np.searchsorted(gates, chosen))
        for row_set, chosen in zip(plan.row_sets, sets, strict=True)
    )
    return replace(plan, prices=plan.prices[:, gates], row_sets=row_sets), gates


def _splits(
    table: EncodedTable, axes: PlanAxes, weight: FloatArray, number: int
) -> list[Split]:
    """Deal the rows to the folds of one repeat, and let each be the gate rows once."""
    if axes.n_folds is None:
        return [(weight, None)]
    used = np.flatnonzero(weight)
    strata = None if table.strata is None else table.strata[used]
    fold = np.zeros(len(weight), dtype=np.int64)
    fold[used] = rotated_folds(len(used), axes.n_folds, strata, axes.seed + number)
    gate_weights = fold_weights(fold, weight, share_repeats=table.few_kinds)
    return [((weight - gate).astype(gate.dtype), gate) for gate in gate_weights]
