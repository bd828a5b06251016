"""From a table to a training plan: folds, screening, members."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select import screening
from stg_select.engine import RowSet, TrainingPlan
from stg_select.rules import rank_gates
from stg_select.selectors._rows import fold_weights, rotated_folds
from stg_select.selectors._table import Table

FloatArray = NDArray[np.floating]

WORKING_SET = 32


@dataclass(frozen=True)
class MemberChoice:
    """Which members to train.

    Parameters
    ----------
    n_folds : int or None
        Folds of the cross-fitting; None trains weights and gates on all rows.
    n_seeds : int
        Members a fold, each with folds of its own.
    working_set : int or None
        Gates a member trains; None for all.
    reg_weight : float
        Price of an open gate.
    seed : int
    """

    n_folds: int | None
    n_seeds: int
    working_set: int | None
    reg_weight: float
    seed: int


def plan_members(table: Table, choice: MemberChoice) -> TrainingPlan:
    """List the members, each with a working set screened on its network rows.

    Parameters
    ----------
    table : Table
    choice : MemberChoice

    Returns
    -------
    plan : TrainingPlan
    """
    row_sets: list[RowSet] = []
    for repeat in range(choice.n_seeds):
        for network, gate in _splits(table, choice, repeat):
            working_set = None
            if choice.working_set is not None and choice.working_set < len(table.gates):
                scores = screen(table, network)
                ranking = rank_gates(scores.coefficient, scores.marginal)
                working_set = np.flatnonzero(ranking <= choice.working_set)
            order_seed = choice.seed + len(row_sets)
            row_sets.append(RowSet(network, gate, order_seed, working_set))
    index = np.arange(len(row_sets))
    return TrainingPlan(
        reg_weights=np.full(len(row_sets), choice.reg_weight),
        seeds=choice.seed + index,
        row_sets=tuple(row_sets),
        row_set_index=index,
    )


def screen(table: Table, weight: FloatArray) -> screening.GateScores:
    """Score the gates against the null model's residual.

    Parameters
    ----------
    table : Table
    weight : ndarray of shape (n,)
        Row weights; rows of weight 0 are not looked at.

    Returns
    -------
    scores : GateScores
    """
    null = table.objective.null_raw(table.target, weight)
    residual = table.objective.residual(null, table.target)
    return screening.gate_scores(
        table.x, table.component_gate, table.leading, residual, weight
    )


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
    return [(table.weight - weight, weight) for weight in gate_weights]
