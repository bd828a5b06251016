"""From settings to trained members."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select import rules
from stg_select.crossfit._checks import check_members
from stg_select.crossfit._jobs import run_tasks
from stg_select.crossfit._members import PlanAxes, narrow, plan_members
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
FULL_BATCH_ROWS = 4096
MINI_BATCH_ROWS = 1024
# share of the steps in which the networks learn behind open gates
WARM_UP = 0.25


@dataclass(frozen=True, eq=False)
class Training:
    """What a selector trains, and by what price it is judged.

    Parameters
    ----------
    plan : TrainingPlan
        Over the q gates that some member trains.
    gates : ndarray of int of shape (q,)
        Their numbers in the table, ascending.
    config : TrainingConfig
    reg_weight : float
        Price of an open gate in training.
    optimism : float or None
        What an open gate takes off a member's loss by having been fitted, in shares
        of the null deviance; None lets every member count.
    """

    plan: TrainingPlan
    gates: NDArray[np.integer]
    config: TrainingConfig
    reg_weight: float
    optimism: float | None


def plan_training(table: EncodedTable, settings: Settings, n_jobs: int = 1) -> Training:
    """Plan the members of a selector for a table.

    Parameters
    ----------
    table : EncodedTable
    settings : Settings
    n_jobs : int, default=1
        Workers that screen.

    Returns
    -------
    training : Training
    """
    n_gates, n_rows, deviance = len(table.gates), table.n_effective, table.null_deviance
    price = settings.reg_weight
    if price is None:
        price = rules.information_price(n_gates, n_rows, deviance)
    axes = PlanAxes(
        row_weights=(table.weight,),
        n_repeats=settings.n_seeds,
        n_folds=settings.n_folds,
        sizes=(settings.working_set,),
        prices=(price,),
        seed=settings.seed,
    )
    plan, gates = narrow(plan_members(table, axes, n_jobs), n_gates)
    unit = rules.likelihood_unit(n_rows, deviance)
    optimism = None if settings.n_folds is None else rules.OPTIMISM * unit
    config = training_config(settings, len(table.weight), rules.LEAST_GAIN * unit)
    return Training(plan, gates, config, price, optimism)


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


def train_members(
    table: EncodedTable, training: Training, *, n_jobs: int, show_progress: bool
) -> PathResult:
    """Train the members of a plan on a table.

    Parameters
    ----------
    table : EncodedTable
    training : Training
    n_jobs : int
        Workers. A GPU trains all members at once, and has one.
    show_progress : bool

    Returns
    -------
    result : PathResult

    Raises
    ------
    ValueError
        If the loss of every member stops being finite.
    """
    plan, config = training.plan, training.config
    parts = _parts(plan, len(table.weight), config)
    n_jobs = min(n_jobs, len(parts))
    results = []
    with ProgressBar(show_progress, plan.n_members * config.max_iter) as progress:
        # the bar stays here: what is done elsewhere shows when a part is finished
        on_score = progress.update if n_jobs == 1 else None
        data = (
            table.inputs(training.gates),
            table.target,
            table.objective,
            config,
            on_score,
        )
        tasks = [(take_members(plan, members), *data) for members in parts]
        for result in run_tasks(train, tasks, n_jobs):
            results.append(result)
            if n_jobs > 1:
                n_open = float(result.n_open.mean())
                progress.update(len(result.n_open), config.max_iter, n_open)
    joined = join_results(results, parts)
    check_members(joined, config)
    return joined


def _parts(
    plan: TrainingPlan, n_rows: int, config: TrainingConfig
) -> list[NDArray[np.integer]]:
    """Cut the members into parts for the caches of processors, which a GPU has not."""
    if config.device != "cpu":
        return [np.arange(plan.n_members)]
    return cut_plan(plan, min(n_rows, config.batch_size or n_rows))
