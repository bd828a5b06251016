"""From a validated table to a training plan: encoding, folds, screening, members."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select import encoding, screening
from stg_select.engine import RowSet, TrainingPlan
from stg_select.objectives import Objective
from stg_select.rules import rank_gates
from stg_select.selectors._rows import rotated_folds

FloatArray = NDArray[np.floating]

WORKING_SET = 32


@dataclass(frozen=True, eq=False)
class Table:
    """What the engine trains on: n distinct rows, D components, p varying gates.

    Parameters
    ----------
    x : ndarray of float32 of shape (m, D)
        Components, those of one gate next to each other.
    component_gate : ndarray of int of shape (D,)
        Gate of each component, 0..p-1 ascending.
    leading : ndarray of int of shape (m,)
        The first component of each column, which enters products when screening.
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
    leading: NDArray[np.integer]
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


def encode_columns(
    x: FloatArray,
    weight: FloatArray,
    gate: NDArray[np.integer],
    embedding: str | None,
    standardize: bool,
) -> tuple[
    NDArray[np.float32], NDArray[np.integer], NDArray[np.integer], NDArray[np.integer]
]:
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
    leading : ndarray of int of shape (m,)
        First component of each column.
    gates : ndarray of int of shape (p,)
        Original numbers of the gates that have a column that varies.

    Raises
    ------
    ValueError
        If a column that is taken as it is does not fit into float32.
    """
    varying = np.flatnonzero(x.min(axis=0) < x.max(axis=0))
    columns = varying[np.argsort(gate[varying], kind="stable")]
    gates, component_gate = np.unique(gate[columns], return_inverse=True)
    chosen, step = x[:, columns], 1
    if embedding == "legendre":
        components = encoding.legendre(chosen, weight)
        step = encoding.N_LEGENDRE
        component_gate = np.repeat(component_gate, step)
    elif standardize:
        components = encoding.standardize(chosen, weight)
    else:
        components = _single_precision(chosen)
    leading = np.arange(0, components.shape[1], step)
    return components, component_gate, leading, gates


def _single_precision(x: FloatArray) -> NDArray[np.float32]:
    largest = float(np.abs(x).max())
    if largest > float(np.finfo(np.float32).max):
        msg = (
            "X must fit into float32 where embedding=None and standardize=False, got "
            f"a value of magnitude {largest!r}."
        )
        raise ValueError(msg)
    return x.astype(np.float32)


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
    row_sets = []
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
    return [
        (np.where(fold != k, table.weight, 0.0), np.where(fold == k, table.weight, 0.0))
        for k in range(choice.n_folds)
    ]
