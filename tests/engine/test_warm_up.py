"""First steps with all gates open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from problems import (
    CONFIG,
    assert_alone_as_in_company,
    assert_same_member,
    cross_fitted_sets,
    fit,
    make_plan,
    make_problem,
    plain_sets,
    take_members,
)
from torch import nn

from stg_select.engine._batches import init_seed
from stg_select.engine._initial_state import initial_member

SETS = {"cross_fitted": cross_fitted_sets, "plain": plain_sets}
STOPPING = {"max_iter": 48, "n_iter_no_change": 8, "tol": 1e-3}


def initial_mu(plan, n_gates):
    """Gate means of all members before the first step."""
    sizes = (n_gates, *CONFIG.hidden_layer_sizes, 1)
    return np.stack(
        [
            initial_member(
                n_gates, sizes, CONFIG.mu_init, torch.Generator().manual_seed(s)
            )[0].numpy()
            for s in map(init_seed, plan.seeds.tolist())
        ]
    )


@pytest.mark.parametrize("stopping", [{}, STOPPING], ids=["all_steps", "early_stop"])
@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("batch_size", [None, 7], ids=["full", "mini"])
@pytest.mark.parametrize("kind", SETS)
def test_alone_as_in_company(kind, batch_size, noise, stopping):
    problem = make_problem(component_gate=[0, 1, 1, 1, 2, 3, 3, 4])
    gates = [np.arange(5), np.array([0, 3]), np.array([1, 2, 4])]
    sets = SETS[kind](problem.n_rows)
    sets = [replace(s, gates=g) for s, g in zip(sets, gates, strict=True)]
    # the first, the last, and one of the row set between
    assert_alone_as_in_company(
        problem, make_plan(sets), members=(0, 4, 5), batch_size=batch_size,
        noise=noise, warm_up=6, **stopping,
    )  # fmt: skip


@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("kind", SETS)
def test_gates_rest(kind, noise):
    problem = make_problem()
    plan = make_plan(SETS[kind](problem.n_rows))
    changes = {"warm_up": 10, "noise": noise}
    resting = fit(problem, plan, max_iter=10, mu_range=(0.5, 1.5), **changes)
    np.testing.assert_array_equal(resting.mu, initial_mu(plan, 5))
    moved = fit(problem, plan, max_iter=11, **changes)
    # Adam's first step has the full length, whenever it comes
    step = abs(moved.mu - resting.mu).max(axis=1)
    np.testing.assert_allclose(step, CONFIG.gate_learning_rate, rtol=1e-2)


@pytest.mark.parametrize("kind", SETS)
def test_network_learns_as_if_there_were_no_gates(kind):
    problem = make_problem()
    plan = take_members(make_plan(SETS[kind](problem.n_rows)), [0])
    result = fit(problem, plan, warm_up=16)
    _, weights, biases = initial_member(
        5, (5, *CONFIG.hidden_layer_sizes, 1), CONFIG.mu_init,
        torch.Generator().manual_seed(init_seed(100)),
    )  # fmt: skip
    layers = []
    for w, b in zip(weights, biases, strict=True):
        layer = nn.Linear(*w.T.shape, dtype=torch.float64)
        layer.load_state_dict({"weight": w, "bias": b})
        layers += [layer, nn.ReLU()]
    network = nn.Sequential(*layers[:-1])
    optimizer = torch.optim.AdamW(
        [
            {"params": [m.weight for m in layers[::2]]},
            {"params": [m.bias for m in layers[::2]], "weight_decay": 0.0},
        ],
        lr=CONFIG.learning_rate,
        weight_decay=CONFIG.weight_decay,
    )
    row_set = plan.row_sets[0]
    every = row_set.network_weights
    if row_set.gate_row_weights is not None:
        every = every + row_set.gate_row_weights
    null = problem.objective.null_deviance(problem.target, every)
    weight = torch.tensor(row_set.network_weights / row_set.network_weights.sum())
    x, target = torch.tensor(problem.x), torch.tensor(problem.target)
    for _ in range(16):
        optimizer.zero_grad()
        rows = 0.5 * (network(x) - target).square()[:, 0]
        (rows @ weight / null).backward()
        optimizer.step()
    mu = torch.from_numpy(initial_mu(plan, 5)[0]).double()
    raw = network(x * mu.clamp(0, 1)).detach().numpy()
    np.testing.assert_allclose(result.raw[0], raw, atol=1e-9)


def test_no_steps_of_it_are_the_default():
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    expected, result = fit(problem, plan), fit(problem, plan, warm_up=0)
    assert np.array_equal(expected.mu, result.mu)
    other = fit(problem, plan, warm_up=1)
    assert abs(expected.mu - other.mu).max() > 1e-4


def test_noise_follows_the_steps_after_it():
    """Draws start with the first step that uses them, whatever the warm-up's rows."""
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    still = {"learning_rate": 0.0, "weight_decay": 0.0}
    expected = fit(problem, plan, **still, max_iter=8)
    result = fit(problem, plan, **still, max_iter=20, warm_up=12)
    np.testing.assert_array_equal(result.mu, expected.mu)


def test_patience_starts_after_it():
    problem = make_problem()
    plan = make_plan(plain_sets(problem.n_rows))
    changes = {"max_iter": 80, "n_iter_no_change": 12, "tol": 100.0}
    result = fit(problem, plan, warm_up=24, **changes)
    first = 24 + CONFIG.score_every
    assert (result.n_iter == first + 12).all()
    row = list(result.history["step"]).index(first)
    np.testing.assert_array_equal(
        result.loss + result.cost, result.history["score"][row]
    )


def test_it_may_take_all_steps():
    problem = make_problem()
    plan = make_plan(plain_sets(problem.n_rows))
    result = fit(problem, plan, warm_up=100, n_iter_no_change=4)
    assert (result.n_iter == CONFIG.max_iter).all()
    assert not result.converged.any()
    other = fit(problem, plan, warm_up=CONFIG.max_iter)
    for member in range(plan.n_members):
        assert_same_member(result, member, other, member)
