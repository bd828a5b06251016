"""Training: cross-fitting, stopping, histories, failures, random state."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
import torch
from problems import (
    CONFIG,
    OBJECTIVES,
    assert_alone_as_in_company,
    assert_same_member,
    cross_fitted_sets,
    fit,
    make_plan,
    make_problem,
    plain_sets,
)
from torch import nn

from stg_select.engine import RowSet, TrainingPlan
from stg_select.engine._batches import NoiseStream, init_seed
from stg_select.engine._initial_state import initial_member

# A step size at which the score soon gets worse again.
OVERSHOOTING = {"learning_rate": 0.1, "max_iter": 200, "n_iter_no_change": 20}


def score_rows(row_set):
    weights = row_set.gate_row_weights
    return row_set.network_weights if weights is None else weights


def all_rows(row_set):
    weights = row_set.gate_row_weights
    return row_set.network_weights + (0.0 if weights is None else weights)


def losses_of_results(problem, plan, result):
    """Losses by their definition, from the outputs that came back."""
    row_sets = [plan.row_set(k) for k in range(plan.n_members)]
    return [
        problem.deviance_share(raw, score_rows(row_set), all_rows(row_set))
        for raw, row_set in zip(result.raw, row_sets, strict=True)
    ]


def scores(plan, result):
    """What the trainer minimises, of the states that came back."""
    is_open = result.mu > 0
    np.testing.assert_array_equal(result.n_open, is_open.sum(axis=1))
    cost = (is_open * plan.prices).sum(axis=1)
    np.testing.assert_allclose(result.cost, cost, rtol=1e-14)
    return result.loss + result.cost


@pytest.mark.parametrize("batch_size", [None, 7], ids=["full", "mini"])
def test_cross_fitted_member_equals_a_hand_written_loop(batch_size):
    """Network rows train the network alone, gate rows the gates alone."""
    problem = make_problem("binary")
    row_set = cross_fitted_sets(problem.n_rows)[0]
    if batch_size is not None:
        # so few gate rows that each batch holds them all; likewise network rows
        order = np.random.default_rng(0).permutation(problem.n_rows)
        network, gate = np.zeros((2, problem.n_rows))
        network[order[:7]], gate[order[7:12]] = 1.0, 2.0
        row_set = RowSet(network, gate, order_seed=0)
    plan = TrainingPlan(np.full((1, 5), 0.02), np.array([3]), (row_set,), np.array([0]))
    result = fit(problem, plan, batch_size=batch_size, max_iter=60)

    mu, weights, biases = initial_member(
        5, (5, *CONFIG.hidden_layer_sizes, 1), CONFIG.mu_init,
        torch.Generator().manual_seed(init_seed(3)),
    )  # fmt: skip
    mu = mu.double().requires_grad_()
    layers = []
    for w, b in zip(weights, biases, strict=True):
        layer = nn.Linear(*w.T.shape, dtype=torch.float64)
        layer.load_state_dict({"weight": w, "bias": b})
        layers += [layer, nn.ReLU()]
    network = nn.Sequential(*layers[:-1])
    for_gates = torch.optim.Adam([mu], lr=CONFIG.gate_learning_rate)
    for_network = torch.optim.AdamW(
        [
            {"params": [m.weight for m in layers[::2]]},
            {"params": [m.bias for m in layers[::2]], "weight_decay": 0.0},
        ],
        lr=CONFIG.learning_rate,
        weight_decay=CONFIG.weight_decay,
    )
    x, target = torch.tensor(problem.x), torch.tensor(problem.target)
    noise = NoiseStream([3], [5], torch.device("cpu"))
    shares = problem.target @ all_rows(row_set) / all_rows(row_set).sum()
    entropy = -shares * np.log(shares) - (1 - shares) * np.log(1 - shares)

    def loss(weights):
        draw = noise.per_member()[0].double()
        gates = torch.clamp(mu + CONFIG.gate_std * draw, 0, 1)
        rows = nn.functional.binary_cross_entropy_with_logits(
            network(x * gates)[:, 0], target, reduction="none"
        )
        return rows @ torch.tensor(weights / weights.sum()) / entropy

    normal = torch.distributions.Normal(0.0, CONFIG.gate_std)
    for _ in range(60):
        for_network.zero_grad()
        loss(row_set.network_weights).backward()
        on_network = [p.grad.clone() for p in network.parameters()]
        for_gates.zero_grad()
        (loss(row_set.gate_row_weights) + 0.02 * normal.cdf(mu).sum()).backward()
        for parameter, gradient in zip(network.parameters(), on_network, strict=True):
            parameter.grad = gradient
        for_gates.step()
        for_network.step()
        with torch.no_grad():
            mu.clamp_(*CONFIG.mu_range)
    raw = network(x * mu.clamp(0, 1)).detach().numpy()
    assert abs(mu.detach().numpy() - 0.5).max() > 0.2
    np.testing.assert_allclose(result.mu[0], mu.detach().numpy(), atol=1e-9)
    np.testing.assert_allclose(result.raw[0], raw, atol=1e-7)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("sets", [cross_fitted_sets, plain_sets])
def test_last_score_is_that_of_the_last_state(sets, objective):
    problem = make_problem(objective)
    plan = make_plan(sets(problem.n_rows))
    result = fit(problem, plan)
    expected = losses_of_results(problem, plan, result)
    np.testing.assert_allclose(result.loss, expected, rtol=1e-9)
    np.testing.assert_array_equal(result.history["score"][-1], scores(plan, result))
    n_open = (result.mu > 0).sum(axis=1)
    np.testing.assert_array_equal(result.n_open, n_open)
    np.testing.assert_array_equal(result.history["n_open"][-1], n_open)


@pytest.mark.parametrize("batch_size", [None, 7], ids=["full", "mini"])
@pytest.mark.parametrize("sets", [cross_fitted_sets, plain_sets])
def test_early_stopping_gives_back_the_best_state(sets, batch_size):
    problem = make_problem()
    plan = make_plan(sets(problem.n_rows))
    result = fit(problem, plan, batch_size=batch_size, **OVERSHOOTING)
    history, returned = result.history["score"], scores(plan, result)
    assert result.converged.any()
    for k in range(plan.n_members):
        row_of_best = np.nanargmin(history[:, k])
        best_step = result.history["step"][row_of_best]
        assert returned[k] == history[row_of_best, k]
        if result.converged[k]:
            assert result.n_iter[k] == best_step + OVERSHOOTING["n_iter_no_change"]
            assert np.isnan(history[result.history["step"] > result.n_iter[k], k]).all()
            last = history[result.history["step"] == result.n_iter[k], k]
            assert last > returned[k]
        else:
            assert result.n_iter[k] == OVERSHOOTING["max_iter"]
    expected = losses_of_results(problem, plan, result)
    np.testing.assert_allclose(result.loss, expected, rtol=1e-9)
    np.testing.assert_array_equal(result.n_open, (result.mu > 0).sum(axis=1))


def test_last_step_gives_back_the_best_state():
    """Also members that reach `max_iter` come back to their best state."""
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    changes = OVERSHOOTING | {"max_iter": 40, "n_iter_no_change": 1000}
    result = fit(problem, plan, **changes)
    assert not result.converged.any()
    assert (result.n_iter == 40).all()
    assert (result.history["score"][-1] > scores(plan, result) + 1e-4).any()
    expected = losses_of_results(problem, plan, result)
    np.testing.assert_allclose(result.loss, expected, rtol=1e-9)
    np.testing.assert_array_equal(result.n_open, (result.mu > 0).sum(axis=1))


def test_improvements_below_the_tolerance_do_not_count():
    problem = make_problem()
    plan = make_plan(plain_sets(problem.n_rows))
    changes = {"n_iter_no_change": 12, "max_iter": 80}
    patient = fit(problem, plan, tol=1e-4, **changes)
    hasty = fit(problem, plan, tol=100.0, **changes)
    # The first score always counts, so the next 12 steps end the training.
    assert (hasty.n_iter == CONFIG.score_every + 12).all()
    assert hasty.converged.all()
    first = hasty.history["score"][0]
    np.testing.assert_array_equal(scores(plan, hasty), first)
    assert (patient.n_iter > hasty.n_iter).any()


@pytest.mark.parametrize(
    ("max_iter", "score_every", "steps"),
    [(12, 4, [4, 8, 12]), (10, 4, [4, 8, 10]), (3, 4, [3]), (1, 1, [1])],
)
def test_history_is_recorded_every_few_steps(max_iter, score_every, steps):
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    calls = []
    result = fit(
        problem,
        plan,
        on_score=lambda *arguments: calls.append(arguments),
        max_iter=max_iter,
        score_every=score_every,
    )
    assert result.history["step"].tolist() == steps
    for name in ("score", "n_open"):
        assert result.history[name].shape == (len(steps), plan.n_members)
        assert np.isfinite(result.history[name]).all()
    assert (result.n_iter == max_iter).all()
    assert not result.converged.any()
    assert [n_members for n_members, _, _ in calls] == [6] * len(steps)
    assert [step for _, step, _ in calls] == steps
    n_open = result.history["n_open"].mean(axis=1)
    np.testing.assert_allclose([mean for _, _, mean in calls], n_open)


def test_history_ends_with_the_last_member():
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    calls = []
    result = fit(
        problem, plan, on_score=lambda *a: calls.append(a), **OVERSHOOTING, tol=0.01
    )
    assert result.n_iter.max() < OVERSHOOTING["max_iter"]
    assert result.history["step"][-1] == result.n_iter.max()
    left = np.isfinite(result.history["score"]).sum(axis=1)
    assert [n_members for n_members, _, _ in calls] == left.tolist()


def test_shapes_and_types():
    problem = make_problem("two_outputs", component_gate=[0, 0, 1, 2, 2, 2])
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    result = fit(problem, plan, dtype=torch.float32)
    assert result.mu.shape == (6, 3)
    for name in ("loss", "n_open", "n_iter", "converged", "finite"):
        values = getattr(result, name)
        assert values.shape == (6,)


def test_many_rows_are_judged_by_some_of_them(monkeypatch):
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows, gates=np.array([1, 0])))
    expected = fit(problem, plan)
    monkeypatch.setattr("stg_select.engine._run.MAX_SCORE_ROWS", 5)
    result = fit(problem, plan)
    np.testing.assert_array_equal(result.mu, expected.mu)
    assert not np.allclose(result.loss, expected.loss)


@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("batch_size", [None, 7], ids=["full", "mini"])
def test_same_seeds_same_result(batch_size, noise):
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    first, second = (
        fit(problem, plan, batch_size=batch_size, noise=noise) for _ in range(2)
    )
    assert np.array_equal(first.mu, second.mu)
    assert np.array_equal(first.raw, second.raw)


def test_state_of_the_process_is_left_alone():
    problem = make_problem()
    plan = make_plan([*cross_fitted_sets(problem.n_rows), *plain_sets(problem.n_rows)])

    def state():
        name, keys, *rest = np.random.get_state()  # noqa: NPY002
        return (
            torch.get_rng_state().tolist(),
            (name, keys.tolist(), *rest),
            random.getstate(),
            torch.get_num_threads(),
            torch.get_default_dtype(),
            torch.is_grad_enabled(),
            torch.are_deterministic_algorithms_enabled(),
        )

    before = state()
    first = fit(problem, plan)
    for noise in ("member", "row"):
        fit(problem, plan, noise=noise, batch_size=7, n_iter_no_change=8)
    assert state() == before
    with torch.random.fork_rng():
        torch.manual_seed(1)
        assert np.array_equal(fit(problem, plan).mu, first.mu)


def test_inputs_are_left_alone():
    """Also arrays that cannot be written, such as memory maps, are taken."""
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    expected = fit(problem, plan)
    row_set = plan.row_sets[0]
    for array in (
        problem.x, problem.target, problem.component_gate, plan.prices,
        plan.seeds, row_set.network_weights, row_set.gate_row_weights,
    ):  # fmt: skip
        array.setflags(write=False)
    assert_same_member(fit(problem, plan), 0, expected, 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=str)
def test_precision_of_the_table_is_that_of_the_settings(dtype):
    problem = make_problem()
    problem = replace(problem, x=problem.x.astype(np.float32).astype(dtype))
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    result = fit(problem, plan)
    expected = fit(replace(problem, x=problem.x.astype(np.float64)), plan)
    assert np.array_equal(result.mu, expected.mu)


def test_gates_of_the_signal_stay_open_and_others_close():
    problem = make_problem(n_rows=200)
    plan = make_plan(cross_fitted_sets(problem.n_rows), price=0.005)
    # of the starts of narrower networks some have too few units that live
    result = fit(problem, plan, max_iter=150, hidden_layer_sizes=(16, 8))
    assert (result.mu[:, :2] > 1.0).all()
    assert (result.mu[:, 2:] < 0.0).all()


@pytest.mark.cuda
@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("batch_size", [None, 7], ids=["full", "mini"])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_alone_as_in_company_on_cuda(cuda_device, objective, batch_size, noise):
    problem = make_problem(objective, component_gate=[0, 1, 1, 2, 3, 3, 4])
    gates = [np.array([0, 1, 2, 3, 4]), np.array([0, 3]), np.array([1, 2, 4])]
    cross_fitted = cross_fitted_sets(problem.n_rows)
    sets = [replace(s, gates=g) for s, g in zip(cross_fitted, gates, strict=True)]
    sets += plain_sets(problem.n_rows)
    result = assert_alone_as_in_company(
        problem, make_plan(sets), 1e-8, device=str(cuda_device), noise=noise,
        batch_size=batch_size, n_iter_no_change=8, max_iter=60, tol=1e-3,
    )  # fmt: skip
    assert isinstance(result.mu, np.ndarray)


@pytest.mark.cuda
def test_cuda_without_noise_equals_cpu(cuda_device):
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    on_cpu = fit(problem, plan, gate_std=1e-12)
    on_cuda = fit(problem, plan, gate_std=1e-12, device=str(cuda_device))
    for member in range(plan.n_members):
        assert_same_member(on_cpu, member, on_cuda, member, 1e-6)
