"""From a table to a training plan: folds, screening, members."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from stg_select import screening
from stg_select.engine import RowSet, TrainingPlan
from stg_select.rules import promise, rank_gates
from stg_select.selectors._jobs import run_tasks
from stg_select.selectors._rows import fold_weights, rotated_folds
from stg_select.selectors._table import Table

FloatArray = NDArray[np.floating]

# fewest and most gates of a member; between them, two for each gate above chance
WORKING_SET = (8, 24)
GATES_A_SIGNAL = 2
# columns whose pairs are looked through for every member, and once for the ranking
MEMBER_PAIR_COLUMNS = 512
RANKING_PAIR_COLUMNS = 2048


@dataclass(frozen=True)
class MemberChoice:
    """Which members to train.

    Parameters
    ----------
    n_folds : int or None
        Folds of the cross-fitting; None trains weights and gates on all rows.
    n_seeds : int
        Members a fold, each with folds of its own.
    working_set : tuple of two int or None
        Fewest and most gates a member trains; None for all.
    reg_weight : float
        Price of an open gate.
    seed : int
    """

    n_folds: int | None
    n_seeds: int
    working_set: tuple[int, int] | None
    reg_weight: float
    seed: int


def plan_members(table: Table, choice: MemberChoice, n_jobs: int = 1) -> TrainingPlan:
    """List the members, each with a working set screened on its network rows.

    Parameters
    ----------
    table : Table
    choice : MemberChoice
    n_jobs : int, default=1
        Workers that screen.

    Returns
    -------
    plan : TrainingPlan
    """
    splits = [
        split
        for number in range(choice.n_seeds)
        for split in _splits(table, choice, number)
    ]
    working_sets: Iterable[NDArray[np.integer] | None] = repeat(None, len(splits))
    if choice.working_set is not None and choice.working_set[0] < len(table.gates):
        tasks = [(table, network, choice.working_set) for network, _ in splits]
        working_sets = run_tasks(_working_set, tasks, n_jobs)
    index = np.arange(len(splits))
    return TrainingPlan(
        reg_weights=np.full(len(splits), choice.reg_weight),
        seeds=choice.seed + index,
        row_sets=tuple(
            RowSet(network, gate, choice.seed + i, gates)
            for i, ((network, gate), gates) in enumerate(
                zip(splits, working_sets, strict=True)
            )
        ),
        row_set_index=index,
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
    return replace(plan, row_sets=row_sets), gates


def screen(table: Table, weight: FloatArray, pair_columns: int) -> screening.GateScores:
    """Score the gates against the null model's residual.

    Parameters
    ----------
    table : Table
    weight : ndarray of shape (n,)
        Row weights; rows of weight 0 are not looked at.
    pair_columns : int
        Columns of which all pairs are looked at.

    Returns
    -------
    scores : GateScores
    """
    null = table.objective.null_raw(table.target, weight)
    # of a long table the first rows are enough
    head = slice(np.flatnonzero(weight)[: screening.MAX_ROWS][-1] + 1)
    return screening.gate_scores(
        table.ranks[head],
        table.column_gate,
        table.objective.residual(null, table.target[head], weight[head]),
        weight[head],
        pair_columns,
    )


def _working_set(
    table: Table, weight: FloatArray, size: tuple[int, int]
) -> NDArray[np.integer]:
    """Screen the gates of one member on its network rows."""
    scores = screen(table, weight, MEMBER_PAIR_COLUMNS)
    signals = np.count_nonzero(scores.marginal >= 1.0)
    n_gates = np.clip(GATES_A_SIGNAL * signals, *size)
    ranking = rank_gates(promise(scores.coefficient, scores.marginal))
    return np.flatnonzero(ranking <= n_gates)


def _splits(
    table: Table, choice: MemberChoice, repeat: int
) -> list[tuple[FloatArray, FloatArray | None]]:
    """Weights of network rows and gate rows of the members of one repeat."""
    if choice.n_folds is None:
        return [(table.weight, None)]
    fold = rotated_folds(
        len(table.weight), choice.n_folds, table.strata, choice.seed + repeat
    )
    gate_weights = fold_weights(fold, table.weight, share_repeats=table.few_kinds)
    return [
        ((table.weight - weight).astype(weight.dtype), weight)
        for weight in gate_weights
    ]
