"""From a validated table to a training plan: encoding, folds, screening, members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select import encoding, screening
from stg_select.engine import RowSet, TrainingPlan
from stg_select.objectives import Objective
from stg_select.rules import rank_gates
from stg_select.selectors._rows import rotated_folds

FloatArray = NDArray[np.floating]

WORKING_SET = 64


@dataclass(frozen=True, eq=False)
class Table:
    """What the engine trains on: m distinct rows, D components, p varying gates.

    Parameters
    ----------
    x : ndarray of float32 of shape (m, D)
        Components, those of one gate next to each other.
    component_gate : ndarray of int of shape (D,)
        Gate of each component, 0..p-1 ascending.
    gates : ndarray of int of shape (p,)
        The caller's number of each gate.
    target : ndarray of shape (m,) or (m, O)
    strata : ndarray of shape (m,) or None
        Classes to deal evenly to folds.
    weight : ndarray of shape (m,)
    objective : Objective
    """

    x: NDArray[np.float32]
    component_gate: NDArray[np.integer]
    gates: NDArray[np.integer]
    target: NDArray
    strata: NDArray | None
    weight: FloatArray
    objective: Objective


@dataclass(frozen=True)
class MemberChoice:
    """Which members to train.

    Parameters
    ----------
    n_folds : int or None
        Folds of the cross-fitting; None trains weights and gates on all rows.
    n_seeds : int
        Members a fold and penalty, each with folds of its own.
    working_set : int or None
        Gates a member trains; None for all.
    reg_weights : sequence of float
        Penalties.
    seed : int
    """

    n_folds: int | None
    n_seeds: int
    working_set: int | None
    reg_weights: Sequence[float]
    seed: int


def encode_columns(
    x: FloatArray,
    weight: FloatArray,
    gate: NDArray[np.integer],
    embedding: str | None,
    standardize: bool,
) -> tuple[NDArray[np.float32], NDArray[np.integer], NDArray[np.integer]]:
    """Turn the columns that vary into components sorted by gate.

    Parameters
    ----------
    x : ndarray of shape (m, n_features)
    weight : ndarray of shape (m,)
    gate : ndarray of int of shape (n_features,)
        Gate of each column.
    embedding : {"legendre"} or None
    standardize : bool
        Whether to standardise the columns where there is no embedding.

    Returns
    -------
    components : ndarray of float32 of shape (m, D)
    component_gate : ndarray of int of shape (D,)
        0..p-1 ascending.
    gates : ndarray of int of shape (p,)
        Original numbers of the gates that have a column that varies.
    """
    varying = np.flatnonzero(x.min(axis=0) < x.max(axis=0))
    columns = varying[np.argsort(gate[varying], kind="stable")]
    gates, component_gate = np.unique(gate[columns], return_inverse=True)
    chosen = x[:, columns]
    if embedding == "legendre":
        components = encoding.legendre(chosen, weight)
        component_gate = np.repeat(component_gate, encoding.N_LEGENDRE)
    elif standardize:
        components = encoding.standardize(chosen, weight)
    else:
        components = chosen.astype(np.float32)
    return components, component_gate, gates


def plan_members(table: Table, choice: MemberChoice) -> tuple[TrainingPlan, FloatArray]:
    """List the members and screen the working set of each.

    Parameters
    ----------
    table : Table
    choice : MemberChoice

    Returns
    -------
    plan : TrainingPlan
    scores : ndarray of shape (p,)
        Screening score of each gate, averaged over the row sets.
    """
    row_sets, scores = [], []
    for repeat in range(choice.n_seeds):
        for network, gate in _splits(table, choice, repeat):
            score = _screen(table, network)
            working_set = None
            if choice.working_set is not None and choice.working_set < len(score):
                best = rank_gates(score) <= choice.working_set
                working_set = np.flatnonzero(best)
            order_seed = choice.seed + len(row_sets)
            row_sets.append(RowSet(network, gate, order_seed, working_set))
            scores.append(score)
    n_sets, n_weights = len(row_sets), len(choice.reg_weights)
    index = np.tile(np.arange(n_sets), n_weights)
    plan = TrainingPlan(
        reg_weights=np.repeat(np.asarray(choice.reg_weights, dtype=float), n_sets),
        seeds=choice.seed + index,
        row_sets=tuple(row_sets),
        row_set_index=index,
    )
    return plan, np.mean(scores, axis=0)


def _splits(
    table: Table, choice: MemberChoice, repeat: int
) -> list[tuple[FloatArray, FloatArray | None]]:
    """Weights of network rows and gate rows of the members of one repeat."""
    if choice.n_folds is None:
        return [(table.weight, None)]
    fold = rotated_folds(
        len(table.weight), choice.n_folds, table.strata, choice.seed + repeat
    )
    return [
        (np.where(fold != k, table.weight, 0.0), np.where(fold == k, table.weight, 0.0))
        for k in range(choice.n_folds)
    ]


def _screen(table: Table, weight: FloatArray) -> FloatArray:
    """Scores of the null model's residual, on rows of positive weight only."""
    null = table.objective.null_raw(table.target, weight)
    residual = table.objective.residual(null, table.target)
    return screening.gate_scores(table.x, table.component_gate, residual, weight)
