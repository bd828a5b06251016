"""Small tables, plans and settings for the tests of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from stg_select.engine import (
    InputTable,
    PathResult,
    RowSet,
    TrainingConfig,
    TrainingPlan,
    take_members,
    train,
)
from stg_select.objectives import (
    BinaryLogLoss,
    MulticlassLogLoss,
    Objective,
    SquaredError,
)

OBJECTIVES: dict[str, Objective] = {
    "squared_error": SquaredError(1),
    "two_outputs": SquaredError(2),
    "binary": BinaryLogLoss(),
    "multiclass": MulticlassLogLoss(3),
}

CONFIG = TrainingConfig(
    hidden_layer_sizes=(6, 4),
    activation="relu",
    gate_std=0.5,
    learning_rate=0.02,
    gate_learning_rate=0.05,
    weight_decay=0.1,
    batch_size=None,
    max_iter=16,
    n_iter_no_change=None,
    tol=0.0,
    dtype=torch.float64,
    score_every=4,
    return_raw=True,
)


@dataclass(frozen=True, eq=False)
class Problem:
    """A table with its target."""

    x: NDArray[np.float64]
    component_gate: NDArray[np.int64]
    target: NDArray
    objective: Objective

    @property
    def table(self) -> InputTable:
        return InputTable(self.x, self.component_gate)

    @property
    def n_rows(self) -> int:
        return len(self.x)

    def rows(self, index: NDArray[np.integer]) -> Problem:
        """The table with only some rows, or with some of them repeated."""
        return replace(self, x=self.x[index], target=self.target[index])

    def deviance_share(self, raw: NDArray, weight: NDArray, null_weight: NDArray):
        """Weighted mean loss of one member's output over the null deviance."""
        share = np.asarray(weight, dtype=float) / weight.sum()
        arrays = (raw, self.target, share)
        loss = self.objective.loss(*(torch.from_numpy(a)[None] for a in arrays))
        return loss.item() / self.objective.null_deviance(self.target, null_weight)


def make_problem(
    objective: str = "squared_error",
    component_gate: Sequence[int] = (0, 1, 2, 3, 4),
    n_rows: int = 36,
    seed: int = 0,
) -> Problem:
    """A table whose first two gates carry the target."""
    rng = np.random.default_rng(seed)
    gate = np.asarray(component_gate)
    x = rng.standard_normal((n_rows, len(gate)))
    signal = x[:, gate == 0].sum(1) - x[:, gate == 1].sum(1)
    signal += 0.3 * rng.standard_normal(n_rows)
    target = {
        "squared_error": signal[:, None],
        "two_outputs": np.stack([signal, rng.standard_normal(n_rows)], axis=1),
        "binary": (signal > 0).astype(np.float64),
        "multiclass": np.digitize(signal, [-0.7, 0.7]),
    }[objective]
    return Problem(x, gate, target, OBJECTIVES[objective])


def cross_fitted_sets(n_rows: int, seed: int = 0, **changes: Any) -> list[RowSet]:
    """Three row sets of different sizes, each with disjoint gate rows."""
    rng = np.random.default_rng([seed, 1])
    sets = []
    for i, left_out in enumerate((0, 9, 4)):
        fold = rng.permutation(n_rows) % 4
        weights = rng.uniform(0.5, 2.0, n_rows)
        weights[rng.permutation(n_rows)[:left_out]] = 0.0
        network, gate = weights * (fold != i), weights * (fold == i)
        sets.append(RowSet(network, gate, order_seed=10 + i, **changes))
    return sets


def plain_sets(n_rows: int, seed: int = 0, **changes: Any) -> list[RowSet]:
    """Three row sets of different sizes that train network and gates together."""
    return [
        RowSet(s.network_weights, None, s.order_seed, **changes)
        for s in cross_fitted_sets(n_rows, seed)
    ]


def make_plan(
    row_sets: Sequence[RowSet], index: Sequence[int] = (), reg_weight: float = 0.03
) -> TrainingPlan:
    """Two members a row set unless `index` says otherwise; all else differs."""
    index = np.asarray(index or [*range(len(row_sets))] * 2)
    reg_weights = reg_weight * (1 + np.arange(len(index)))
    return TrainingPlan(
        reg_weights, 100 + 7 * np.arange(len(index)), tuple(row_sets), index
    )


def fit(
    problem: Problem,
    plan: TrainingPlan,
    config: TrainingConfig = CONFIG,
    on_score=None,
    **changes: Any,
) -> PathResult:
    """Train a plan on a problem with changed settings."""
    return train(
        plan,
        problem.table,
        problem.target,
        problem.objective,
        replace(config, **changes),
        on_score,
    )


def assert_same_member(
    result: PathResult, i: int, other: PathResult, j: int, tolerance: float = 1e-10
) -> None:
    """Everything that came back for member i of one result and j of the other."""
    close = {"rtol": tolerance, "atol": tolerance}
    np.testing.assert_allclose(result.mu[i], other.mu[j], **close)
    np.testing.assert_allclose(result.loss[i], other.loss[j], **close)
    np.testing.assert_array_equal(result.n_open[i], other.n_open[j])
    assert result.n_iter[i] == other.n_iter[j]
    assert result.converged[i] == other.converged[j]
    assert result.finite[i] == other.finite[j]
    if result.raw is not None:
        np.testing.assert_allclose(result.raw[i], other.raw[j], **close)
    for name in ("score", "n_open"):
        longer, shorter = result.history[name][:, i], other.history[name][:, j]
        if len(longer) < len(shorter):
            longer, shorter = shorter, longer
        np.testing.assert_allclose(longer[: len(shorter)], shorter, **close)
        assert np.isnan(longer[len(shorter) :]).all()


def assert_alone_as_in_company(
    problem: Problem, plan: TrainingPlan, tolerance: float = 1e-10, **changes: Any
) -> PathResult:
    """Train a plan at once and each member alone; everything must agree."""
    together = fit(problem, plan, **changes)
    for member in range(plan.n_members):
        alone = fit(problem, take_members(plan, [member]), **changes)
        assert_same_member(together, member, alone, 0, tolerance)
    return together
