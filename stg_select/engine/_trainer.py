"""Train the members of a plan: numpy in, torch inside, numpy out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from numpy.typing import NDArray

from stg_select.engine._config import TrainingConfig
from stg_select.engine._device_table import DeviceTable
from stg_select.engine._plan import InputTable, PathResult, TrainingPlan
from stg_select.engine._run import Run
from stg_select.engine._tracker import Tracker
from stg_select.objectives import Objective


def train(
    plan: TrainingPlan,
    table: InputTable,
    target: NDArray,
    objective: Objective,
    config: TrainingConfig,
    on_score: Callable[[int, int, float], None] | None = None,
) -> PathResult:
    """Train all members of a plan.

    Parameters
    ----------
    plan : TrainingPlan
        The members.
    table : InputTable
        What the networks see.
    target : ndarray of shape (n,) or (n, O)
        Encoded target.
    objective : Objective
        Loss of the target.
    config : TrainingConfig
        Settings shared by all members.
    on_score : callable, optional
        Called at every score as ``on_score(n_members, step, n_open)``: members
        still training, steps that they have taken, open gates on average.

    Returns
    -------
    result : PathResult
    """
    if objective.needs_full_batch:
        config = replace(config, batch_size=None)
    device_table = DeviceTable.from_numpy(table, target, objective, config)
    tracker = Tracker(plan, device_table.n_gates, config)
    for members in plan.chunks(_max_members(device_table, config)):
        run = Run(plan, members, device_table, config)
        done = 0
        while run.n_members:
            steps = min(config.score_every, config.max_iter - done)
            for _ in range(steps):
                run.step()
            done += steps
            n_open = tracker.update(run, done)
            if on_score is not None:
                on_score(run.n_members, done, n_open)
            tracker.retire(run, done)
    return tracker.result()


def _max_members(table: DeviceTable, config: TrainingConfig) -> int:
    """Members that fit into the memory budget."""
    n_rows, width = table.n_rows, table.n_components
    batch = n_rows if config.batch_size is None else min(config.batch_size, n_rows)
    sizes = (width, *config.hidden_layer_sizes, table.objective.n_outputs)
    n_weights = sum(a * b for a, b in pairwise(sizes))
    # weights, gradient, two moments, best copy and the gated first layer; input,
    # activations and their gradients
    n_numbers = 8 * n_weights + batch * (width + 4 * sum(sizes[1:]))
    if config.noise == "row":
        n_numbers += 3 * batch * width
    return max(1, config.max_bytes // (n_numbers * config.dtype.itemsize))
