"""Small tables, plans and settings for the tests of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from networks import MODULES
from numpy.typing import NDArray
from torch import nn

from stg_select.engine import (
    InputTable,
    PathResult,
    RowSet,
    TrainingConfig,
    TrainingPlan,
    take_members,
    train,
)
from stg_select.engine._run import Run
from stg_select.objectives import (
    BinaryLogLoss,
    CoxBreslow,
    MulticlassLogLoss,
    MultilabelLogLoss,
    Objective,
    SquaredError,
)

OBJECTIVES: dict[str, Objective] = {
    "squared_error": SquaredError(1),
    "two_outputs": SquaredError(2),
    "binary": BinaryLogLoss(),
    "multiclass": MulticlassLogLoss(3),
    "multilabel": MultilabelLogLoss(2),
    # by Efron's ties rows that come twice are not one row of twice the weight
    "cox_breslow": CoxBreslow(3.0),
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
    mu_range=(-0.5, 1.5),
    dtype=torch.float64,
    score_every=4,
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
        "multilabel": np.stack([signal > 0, x[:, -1] > 0], axis=1).astype(np.float64),
        "cox_breslow": 2 * signal.argsort().argsort() + (np.arange(n_rows) % 3 > 0),
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
    row_sets: Sequence[RowSet],
    index: Sequence[int] = (),
    price: float = 0.01,
    n_gates: int = 5,
) -> TrainingPlan:
    """Two members a row set unless `index` says otherwise; all else differs."""
    index = np.asarray(index or [*range(len(row_sets))] * 2)
    members = np.arange(len(index))
    return TrainingPlan(
        prices=price * np.outer(1 + members, 1 + 0.1 * np.arange(n_gates)),
        seeds=100 + 7 * members,
        row_sets=tuple(row_sets),
        row_set_index=index,
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Fit(PathResult):
    """A result, and the output of the returned networks with hard gates.

    ``raw`` has the shape (K, n, O); it is NaN for members that are not finite.
    """

    raw: NDArray[np.float64]


def fit(
    problem: Problem,
    plan: TrainingPlan,
    config: TrainingConfig = CONFIG,
    on_score=None,
    table: InputTable | None = None,
    **changes: Any,
) -> Fit:
    """Train a plan on a problem, or on a table of the same rows and components."""
    config = replace(config, **changes)
    raw = np.full((plan.n_members, problem.n_rows, problem.objective.n_outputs), np.nan)

    class WatchedRun(Run):
        def keep(self, positions):
            for k in np.setdiff1d(np.arange(self.n_members), positions):
                raw[self.members[k]] = output(problem, self, k, config.activation)
            super().keep(positions)

    with patch("stg_select.engine._trainer.Run", WatchedRun):
        result = train(
            plan,
            problem.table if table is None else table,
            problem.target,
            problem.objective,
            config,
            on_score,
        )
    raw[~result.finite] = np.nan
    return Fit(**{f.name: getattr(result, f.name) for f in fields(result)}, raw=raw)


def output(problem: Problem, run: Run, k: int, activation: str, mu=None) -> NDArray:
    """Output of one member of a run with hard gates, from the definitions."""
    mu, *layers = [
        tensor[k].double().cpu()
        for tensor in (
            run.network.mu if mu is None else torch.as_tensor(mu).expand(k + 1, -1),
            *run.network.weights.values,
            *run.network.biases.values,
        )
    ]
    weights, biases = layers[: len(layers) // 2], layers[len(layers) // 2 :]
    gates = torch.zeros(problem.component_gate.max() + 1, dtype=torch.float64)
    gates[run.gates[k]] = mu[: len(run.gates[k])].clamp(0.0, 1.0)
    x = torch.from_numpy(problem.x).double() * gates[problem.component_gate]
    hidden = x[:, np.isin(problem.component_gate, run.gates[k])]
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        hidden = MODULES[activation]()(hidden) if i else hidden
        hidden = nn.functional.linear(hidden, weight[:, : hidden.shape[1]], bias)
    return hidden.numpy()


def assert_same_member(
    result: Fit, i: int, other: Fit, j: int, tolerance: float = 1e-10
) -> None:
    """Everything that came back for member i of one result and j of the other."""
    close = {"rtol": tolerance, "atol": tolerance}
    np.testing.assert_allclose(result.mu[i], other.mu[j], **close)
    np.testing.assert_allclose(result.loss[i], other.loss[j], **close)
    np.testing.assert_allclose(result.cost[i], other.cost[j], **close)
    np.testing.assert_array_equal(result.n_open[i], other.n_open[j])
    assert result.n_iter[i] == other.n_iter[j]
    assert result.converged[i] == other.converged[j]
    assert result.finite[i] == other.finite[j]
    # Where a constant does not count, nothing but rounding moves the last bias.
    np.testing.assert_allclose(
        result.raw[i], other.raw[j], rtol=tolerance, atol=30 * tolerance
    )
    for name in ("score", "n_open"):
        longer, shorter = result.history[name][:, i], other.history[name][:, j]
        if len(longer) < len(shorter):
            longer, shorter = shorter, longer
        np.testing.assert_allclose(longer[: len(shorter)], shorter, **close)
        assert np.isnan(longer[len(shorter) :]).all()


def assert_alone_as_in_company(
    problem: Problem,
    plan: TrainingPlan,
    tolerance: float = 1e-10,
    members: Sequence[int] | None = None,
    **changes: Any,
) -> Fit:
    """Train a plan at once, and members alone, each by default; all must agree."""
    together = fit(problem, plan, **changes)
    for member in range(plan.n_members) if members is None else members:
        alone = fit(problem, take_members(plan, [member]), **changes)
        assert_same_member(together, member, alone, 0, tolerance)
    return together
