"""How the members of a selector are trained, and their training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select import rules
from stg_select.crossfit._jobs import run_tasks
from stg_select.crossfit._progress import ProgressBar
from stg_select.crossfit._settings import Settings
from stg_select.crossfit._table import EncodedTable
from stg_select.engine import (
    PathResult,
    TrainingConfig,
    TrainingPlan,
    cut_plan,
    join_results,
    take_members,
    train,
)

# rows up to which a step takes all of them, and how many it takes of more
FULL_BATCH_ROWS = 2048
MINI_BATCH_ROWS = 1024
# share of the steps in which the networks learn behind open gates
WARM_UP = 0.25


@dataclass(frozen=True)
class Workers:
    """Who does the work of a fit, and whether it is shown.

    Parameters
    ----------
    n_jobs : int
        Workers that share the screens and the training.
    show_progress : bool
        Whether to show a bar while training.
    """

    n_jobs: int = 1
    show_progress: bool = False


def training_config(
    settings: Settings, n_rows: int, least_gain: float
) -> TrainingConfig:
    """Translate the settings for the engine.

    Plain members, whose weights and gates are trained on the same rows, are trained as
    in a loop of one's own: without a warm-up, and their gates are left as they are.

    Parameters
    ----------
    settings : Settings
    n_rows : int
        Rows of the table.
    least_gain : float
        What an open gate of a cross-fitted member has to be worth.

    Returns
    -------
    config : TrainingConfig
    """
    batch_size = settings.batch_size
    if batch_size is None and n_rows > FULL_BATCH_ROWS:
        batch_size = MINI_BATCH_ROWS
    plain = settings.n_folds is None
    return TrainingConfig(
        hidden_layer_sizes=settings.hidden_layer_sizes,
        activation=settings.activation,
        gate_std=settings.gate_std,
        learning_rate=settings.learning_rate,
        gate_learning_rate=settings.gate_learning_rate,
        weight_decay=settings.weight_decay,
        batch_size=batch_size,
        max_iter=settings.max_iter,
        n_iter_no_change=settings.n_iter_no_change,
        tol=settings.tol,
        noise=settings.gate_noise,
        mu_range=None if plain else rules.MU_RANGE,
        least_gain=None if plain else least_gain,
        device=settings.device,
        warm_up=0 if plain else int(WARM_UP * settings.max_iter),
    )


def train_plan(
    table: EncodedTable,
    plan: TrainingPlan,
    gates: NDArray[np.integer],
    config: TrainingConfig,
    workers: Workers,
) -> PathResult:
    """Train the members of a plan on a table.

    Parameters
    ----------
    table : EncodedTable
    plan : TrainingPlan
        Over q gates.
    gates : ndarray of int of shape (q,)
        Their numbers in the table, ascending.
    config : TrainingConfig
    workers : Workers
        A GPU trains all members at once, and has one.

    Returns
    -------
    result : PathResult
    """
    parts = _parts(plan, table, config)
    n_jobs = min(workers.n_jobs, len(parts))
    results = []
    n_steps = plan.n_members * config.max_iter
    data = (table.inputs(gates), table.target, table.objective, config)
    with ProgressBar(workers.show_progress, n_steps) as progress:
        # the bar stays here: what other processes do shows when a part is finished
        tasks = [
            (
                take_members(plan, members),
                *data,
                progress.of_part() if n_jobs == 1 else None,
            )
            for members in parts
        ]
        size = len(table.weight) * len(gates)  # of the largest input
        for result in run_tasks(train, tasks, n_jobs, size, on_error=progress.stop):
            results.append(result)
            if n_jobs > 1:
                n_open = float(result.n_open.mean())
                progress.of_part()(len(result.n_open), config.max_iter, n_open)
    return join_results(results, parts)


def _parts(
    plan: TrainingPlan, table: EncodedTable, config: TrainingConfig
) -> list[NDArray[np.integer]]:
    """Cut the members into parts for the caches of processors, which a GPU has not."""
    if config.device != "cpu":
        return [np.arange(plan.n_members)]
    n_rows = len(table.weight)
    if config.batch_size is None or table.objective.needs_full_batch:
        return cut_plan(plan, n_rows)
    return cut_plan(plan, min(n_rows, config.batch_size))
