"""From a selector's parameters to trained members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stg_select import rules
from stg_select.engine import (
    PathResult,
    TrainingConfig,
    TrainingPlan,
    cut_plan,
    join_results,
    take_members,
    train,
)
from stg_select.selectors._jobs import run_tasks
from stg_select.selectors._members import (
    WORKING_SET,
    MemberChoice,
    narrow,
    plan_members,
)
from stg_select.selectors._outcome import check_members
from stg_select.selectors._progress import ProgressBar
from stg_select.selectors._table import Table

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


def plan_training(
    table: Table,
    parameters: Mapping[str, Any],
    *,
    device: str,
    seed: int,
    n_jobs: int = 1,
) -> Training:
    """Plan the members of a selector for a table.

    Parameters
    ----------
    table : Table
    parameters : mapping
        As of `get_params`.
    device : str
    seed : int
    n_jobs : int, default=1
        Workers that screen.

    Returns
    -------
    training : Training
    """
    n_rows, deviance = table.n_effective, table.null_deviance
    price, screening = parameters["reg_weight"], parameters["screening"]
    if price == "auto":
        price = rules.information_price(len(table.gates), n_rows, deviance)
    working_set = None if screening is None else WORKING_SET
    if isinstance(screening, Integral):
        working_set = (int(screening), int(screening))
    choice = MemberChoice(
        n_folds=parameters["cross_fit"],
        n_seeds=parameters["n_seeds"],
        working_set=working_set,
        reg_weight=float(price),
        seed=seed,
    )
    plan = plan_members(table, choice, n_jobs)
    plan, gates = narrow(plan, len(table.gates))
    unit = rules.likelihood_unit(n_rows, deviance)
    optimism = None if choice.n_folds is None else rules.OPTIMISM * unit
    config = _config(parameters, len(table.weight), device, rules.LEAST_GAIN * unit)
    return Training(plan, gates, config, float(price), optimism)


def _config(
    parameters: Mapping[str, Any], n_rows: int, device: str, least_gain: float
) -> TrainingConfig:
    """Translate the parameters of a selector for the engine.

    Parameters
    ----------
    parameters : mapping
        As of `get_params`.
    n_rows : int
        Rows of the table.
    device : str
    least_gain : float
        What an open gate of a cross-fitted member has to be worth.

    Returns
    -------
    config : TrainingConfig
    """
    batch_size = parameters["batch_size"]
    if isinstance(batch_size, str):
        batch_size = MINI_BATCH_ROWS if n_rows > FULL_BATCH_ROWS else None
    layers = np.atleast_1d(parameters["hidden_layer_sizes"])
    plain = parameters["cross_fit"] is None
    return TrainingConfig(
        hidden_layer_sizes=tuple(layers.tolist()),
        activation=parameters["activation"],
        gate_std=float(parameters["gate_std"]),
        learning_rate=float(parameters["learning_rate_init"]),
        gate_learning_rate=float(parameters["gate_learning_rate_init"]),
        weight_decay=float(parameters["alpha"]),
        batch_size=batch_size,
        max_iter=parameters["max_iter"],
        n_iter_no_change=parameters["n_iter_no_change"],
        tol=float(parameters["tol"]),
        noise=parameters["gate_noise"],
        mu_range=None if plain else rules.MU_RANGE,
        least_gain=None if plain else least_gain,
        device=device,
        warm_up=0 if plain else int(WARM_UP * parameters["max_iter"]),
    )


def train_members(
    table: Table, training: Training, *, n_jobs: int, show_progress: bool
) -> PathResult:
    """Train the members of a plan on a table.

    Parameters
    ----------
    table : Table
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
