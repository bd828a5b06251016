"""One step: gradients against autograd, and what it costs in counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from networks import MODULES
from problems import (
    CONFIG,
    OBJECTIVES,
    cross_fitted_sets,
    make_plan,
    make_problem,
    plain_sets,
)
from torch import nn
from torch.profiler import ProfilerActivity, profile
from torch.utils._python_dispatch import TorchDispatchMode

from stg_select.engine._batches import NoiseStream
from stg_select.engine._device_table import DeviceTable
from stg_select.engine._run import Run

SETS = {"cross_fitted": cross_fitted_sets, "plain": plain_sets}
UNEQUAL = np.array([0, 1, 1, 1, 2, 3, 3, 4])


def make_run(problem, plan, **changes):
    config = replace(CONFIG, **changes)
    data = DeviceTable.from_numpy(
        problem.table, problem.target, problem.objective, config
    )
    return Run(plan, np.arange(plan.n_members), data, config)


def outputs(x, gates, weights, biases, activation):
    hidden = x * gates
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        if i:
            hidden = activation(hidden)
        hidden = nn.functional.linear(hidden, weight, bias)
    return hidden


def member_gradients(problem, row_set, prices, state, activation, draws):
    """Gradients of one member's loss, by autograd on the definitions."""
    mu, *layers = [tensor.clone().requires_grad_() for tensor in state]
    weights, biases = layers[: len(layers) // 2], layers[len(layers) // 2 :]
    x, target = torch.tensor(problem.x), torch.tensor(problem.target)

    def loss(row_weights, noise, own_mu, own_weights, own_biases):
        used = row_weights > 0
        share = torch.tensor(row_weights[used] / row_weights.sum())
        gates = torch.clamp(own_mu + CONFIG.gate_std * noise.double(), 0, 1)
        gates = gates[..., problem.component_gate]
        raw = outputs(x[used], gates, own_weights, own_biases, activation)
        rows = (raw[None], target[used][None], share[None])
        return problem.objective.loss(*rows)[0]

    every = row_set.network_weights
    frozen = [[t.detach() for t in layer] for layer in (weights, biases)]
    if row_set.gate_row_weights is None:
        total = loss(every, draws[0], mu, weights, biases)
    else:
        total = loss(every, draws[0], mu.detach(), weights, biases)
        total = total + loss(row_set.gate_row_weights, draws[1], mu, *frozen)
        every = every + row_set.gate_row_weights
    total = total / problem.objective.null_deviance(problem.target, every)
    normal = torch.distributions.Normal(0.0, CONFIG.gate_std)
    (total + torch.tensor(prices) @ normal.cdf(mu)).backward()
    return [tensor.grad for tensor in (mu, *weights, *biases)]


@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("shared", [False, True], ids=["own_rows", "shared_rows"])
@pytest.mark.parametrize("kind", SETS)
@pytest.mark.parametrize("activation", MODULES)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_gradients_are_those_of_autograd(objective, activation, kind, shared, noise):
    problem = make_problem(objective, UNEQUAL)
    sets = SETS[kind](problem.n_rows)
    plan = make_plan(sets, index=[0] * 4 if shared else [0, 1, 2])
    run = make_run(problem, plan, activation=activation, noise=noise)
    state = [tensor.clone() for tensor in run.network.state]
    stream = NoiseStream(plan.seeds.tolist(), [5] * plan.n_members, torch.device("cpu"))
    draws = [[] for _ in range(plan.n_members)]
    for role in ("network_weights", "gate_row_weights")[: 2 if "cross" in kind else 1]:
        row_sets = [plan.row_set(k) for k in range(plan.n_members)]
        sizes = [np.count_nonzero(getattr(s, role)) for s in row_sets]
        if noise == "member":
            drawn = [row.clone() for row in stream.per_member()]
        else:
            blocks = stream.per_row(sizes, max(sizes)).clone()
            drawn = [b[:size] for b, size in zip(blocks, sizes, strict=True)]
        for member, draw in zip(draws, drawn, strict=True):
            member.append(draw)

    run.step()
    weights, biases = run.network.weights.gradients, run.network.biases.gradients
    gradients = [run.network.mu.grad, *weights, *biases]
    module = MODULES[activation]()
    for k in range(plan.n_members):
        expected = member_gradients(
            problem, plan.row_set(k), plan.prices[k], [t[k] for t in state],
            module, draws[k],
        )  # fmt: skip
        for gradient, reference in zip(gradients, expected, strict=True):
            torch.testing.assert_close(gradient[k], reference, rtol=1e-9, atol=1e-11)


class CountCalls(TorchDispatchMode):
    """Number of operator calls that are not views of a tensor."""

    def __init__(self):
        super().__init__()
        self.n_calls = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.n_calls += not func.is_view
        return func(*args, **(kwargs or {}))


def run_of(kind, n_members, batch_size, n_rows=200):
    problem = make_problem("binary", component_gate=np.arange(12) // 2, n_rows=n_rows)
    rng = np.random.default_rng(0)
    sets = [
        replace(s, gates=np.sort(rng.permutation(6)[:4]))
        for s in cross_fitted_sets(problem.n_rows) * n_members
    ]
    if kind == "shared":
        sets = plain_sets(problem.n_rows)
    index = [0] * n_members if kind == "shared" else range(n_members)
    plan = make_plan(sets, index, n_gates=6)
    run = make_run(
        problem, plan, batch_size=batch_size, dtype=torch.float32,
        hidden_layer_sizes=(64, 32),
    )  # fmt: skip
    run.step()
    return run


@pytest.mark.parametrize(
    ("kind", "batch_size", "bound"),
    [("own", None, 76), ("own", 48, 78), ("shared", None, 52), ("shared", 48, 54)],
)
def test_operator_calls_of_a_step(kind, batch_size, bound):
    """Few, and as many for few members as for many."""
    counts = []
    for n_members in (4, 16):
        run = run_of(kind, n_members, batch_size)
        with CountCalls() as counter:
            run.step()
        counts.append(counter.n_calls)
    assert counts[0] == counts[1]
    assert counts[0] <= bound


@pytest.mark.parametrize("kind", ["own", "shared"])
@pytest.mark.parametrize("n_rows", [200, 800])
def test_memory_that_a_step_takes_anew(kind, n_rows):
    """Room for outputs and gates, not for activations, weights or the input."""
    n_members, n_bytes = 8, 4
    run = run_of(kind, n_members, None, n_rows)
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        run.step()
    taken = sum(max(e.self_cpu_memory_usage, 0) for e in profiler.key_averages())
    outputs, components = n_members * n_rows * n_bytes, n_members * 8 * n_bytes
    assert outputs / 2 <= taken <= 2 * outputs + 16 * components
