"""Our side of the comparisons that train given networks for given steps.

Everything goes through the public names of `stg_select.engine`, so that what is timed
is what a selector gets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed.case import seconds_of
from stg_select.datasets import make_ring_xor_sum
from stg_select.engine import (
    InputTable,
    RowSet,
    TrainingConfig,
    TrainingPlan,
    train,
)
from stg_select.objectives import BinaryLogLoss
from stg_select.rules import MU_RANGE

HIDDEN = (64, 32)
REG_WEIGHT = 1e-3


@dataclass(frozen=True, eq=False)
class Workload:
    """A table, the members that train on it, and how.

    Attributes
    ----------
    x : ndarray of float32 of shape (n, D)
    component_gate : ndarray of int of shape (D,)
    target : ndarray of shape (n,)
    plan : TrainingPlan
    config : TrainingConfig
    """

    x: NDArray[np.float32]
    component_gate: NDArray[np.integer]
    target: NDArray[np.float64]
    plan: TrainingPlan
    config: TrainingConfig

    def train(self, steps: int | None = None) -> None:
        """Train, scored only at the end, as the loops that we are compared with."""
        steps = self.config.max_iter if steps is None else steps
        config = replace(self.config, max_iter=steps, score_every=steps)
        train(
            self.plan,
            InputTable(self.x, self.component_gate),
            self.target,
            BinaryLogLoss(),
            config,
        )

    def step_seconds(self, steps: int) -> float:
        """Time a step: what `steps` more of them take, start and end left out.

        A short training goes before, untimed, for what only the first one does.
        """
        short = max(2, steps // 10)
        self.train(short)
        start = seconds_of(lambda: self.train(short))
        return (seconds_of(lambda: self.train(short + steps)) - start) / steps


def make_config(batch_size: int | None, steps: int, device: str) -> TrainingConfig:
    """Adam at a hand-written loop's settings, without decay; gate noise per member."""
    return TrainingConfig(
        hidden_layer_sizes=HIDDEN,
        activation="relu",
        gate_std=0.5,
        learning_rate=1e-3,
        gate_learning_rate=1e-3,
        weight_decay=0.0,
        batch_size=batch_size,
        max_iter=steps,
        n_iter_no_change=None,
        tol=0.0,
        noise="member",
        mu_range=MU_RANGE,
        device=device,
    )


def plain_workload(
    n: int,
    p: int,
    reg_weights: Sequence[float],
    *,
    batch_size: int | None,
    steps: int,
    device: str = "cpu",
) -> Workload:
    """Members of plain stochastic gates on all rows, one a penalty."""
    x, target = make_table(n, p)
    n_members = len(reg_weights)
    plan = TrainingPlan(
        prices=np.outer(reg_weights, np.ones(p)),
        seeds=np.arange(n_members),
        row_sets=(RowSet(np.ones(n), None, order_seed=0),),
        row_set_index=np.zeros(n_members, dtype=np.int64),
    )
    config = make_config(batch_size, steps, device)
    return Workload(x, np.arange(p), target, plan, config)


def cross_fitted_workload(
    n: int, n_gates: int, *, steps: int, device: str = "cpu"
) -> Workload:
    """Eight members as the default selector makes them: two seeds of four folds.

    Each has rows of its own, three quarters for the weights and one for the gates, and
    a working set of its own: `n_gates` of four times as many, two components each.
    Full batches.
    """
    x, target = make_table(n, 8 * n_gates)
    rng = np.random.default_rng(0)
    row_sets = []
    for seed in range(2):
        fold = rng.permutation(n) % 4
        for left in range(4):
            gate_rows = (fold == left).astype(np.float64)
            working_set = np.sort(rng.permutation(4 * n_gates)[:n_gates])
            order_seed = 4 * seed + left
            row_sets.append(RowSet(1.0 - gate_rows, gate_rows, order_seed, working_set))
    members = np.arange(len(row_sets))
    plan = TrainingPlan(
        prices=np.full((len(members), 4 * n_gates), REG_WEIGHT),
        seeds=members,
        row_sets=tuple(row_sets),
        row_set_index=members,
    )
    component_gate = np.repeat(np.arange(4 * n_gates), 2)
    return Workload(x, component_gate, target, plan, make_config(None, steps, device))


def make_table(n: int, p: int) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Draw a table of two classes as the engine takes it."""
    X, y, _ = make_ring_xor_sum(n, p, random_state=0)
    return X.astype(np.float32), y.astype(np.float64)


def plain_step_flops(rows: int, n_inputs: int, n_members: int) -> float:
    """Count the operations of the matrix products of one step of plain members.

    Forward, gradient of every weight, gradient of every hidden layer; a multiply-add
    is two operations. Noise, activations, loss and Adam are not counted.
    """
    first, rest = n_inputs * HIDDEN[0], HIDDEN[0] * HIDDEN[1] + HIDDEN[1]
    return 2.0 * rows * n_members * (2 * first + 3 * rest)


def cross_fitted_step_flops(n: int, n_inputs: int, n_members: int) -> float:
    """Count the operations of the matrix products of one step of cross-fitted members.

    Network rows as for plain members. Gate rows need forward, hidden gradients and one
    product of the first layer's size for the gates, but no gradient of a weight.
    """
    first, rest = n_inputs * HIDDEN[0], HIDDEN[0] * HIDDEN[1] + HIDDEN[1]
    gates = 2.0 * (n / 4) * n_members * (2 * first + 2 * rest)
    return plain_step_flops(1, n_inputs, n_members) * 0.75 * n + gates
