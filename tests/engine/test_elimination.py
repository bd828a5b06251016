"""Gates that explain too little on the gate rows are closed at the end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from problems import (
    CONFIG,
    OBJECTIVES,
    cross_fitted_sets,
    fit,
    make_plan,
    make_problem,
    output,
    plain_sets,
)

from stg_select.engine._device_table import DeviceTable
from stg_select.engine._elimination import CLOSED, close_useless_gates
from stg_select.engine._run import Run

UNEQUAL = np.array([0, 1, 1, 1, 2, 3, 3, 4])
SETS = {"cross_fitted": cross_fitted_sets, "plain": plain_sets}


def trained_run(problem, plan, n_steps=6, config=CONFIG):
    data = DeviceTable.from_numpy(
        problem.table, problem.target, problem.objective, config
    )
    run = Run(plan, np.arange(plan.n_members), data, config)
    for _ in range(n_steps):
        run.step()
    return run


def member_loss(problem, run, plan, k, mu):
    """Loss of one member with hard gates, from the definitions."""
    row_set = plan.row_set(k)
    raw = output(problem, run, k, CONFIG.activation, mu)
    judged = row_set.gate_row_weights
    judged = row_set.network_weights if judged is None else judged
    every = row_set.network_weights + (
        judged if row_set.gate_row_weights is not None else 0
    )
    return problem.deviance_share(raw, judged, every)


def own_mu(run, k):
    return run.network.mu[k, : len(run.gates[k])].numpy()


def without(mu, gate):
    return np.where(np.arange(len(mu)) == gate, CLOSED, mu)


def rises(problem, run, plan, k):
    """Rise of a member's loss without each of its open gates alone."""
    mu = own_mu(run, k)
    loss = member_loss(problem, run, plan, k, mu)
    return [
        member_loss(problem, run, plan, k, without(mu, gate)) - loss
        for gate in np.flatnonzero(mu > 0.0)
    ]


def eliminated(problem, run, plan, k, least_gain):
    """Gate means after closing one gate after the other."""
    mu = own_mu(run, k)
    best = member_loss(problem, run, plan, k, mu)
    for gate in np.argsort(mu):
        loss = member_loss(problem, run, plan, k, without(mu, gate))
        if mu[gate] > 0.0 and loss - best < least_gain:
            mu, best = without(mu, gate), loss
    return mu


@pytest.mark.parametrize("kind", SETS)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_closes_what_a_loop_over_members_and_gates_closes(objective, kind):
    problem = make_problem(objective, UNEQUAL)
    sets = SETS[kind](problem.n_rows)
    sets[1] = replace(sets[1], gates=np.array([0, 1, 4]))
    plan = make_plan(sets)
    run = trained_run(problem, plan)
    before, members = run.network.mu.clone(), range(plan.n_members)
    least_gain = np.median(
        [rise for k in members for rise in rises(problem, run, plan, k)]
    )
    expected = [eliminated(problem, run, plan, k, least_gain) for k in members]
    run.close_useless(np.array(members), least_gain)
    for k, mu in enumerate(expected):
        torch.testing.assert_close(run.network.mu[k, : len(mu)], torch.from_numpy(mu))
    assert 0 < (before != run.network.mu).sum() < (before > 0).sum()


def test_two_gates_that_say_the_same_are_not_both_closed():
    problem = make_problem(n_rows=60)
    problem.x[:, 1] = problem.x[:, 0] - problem.target[:, 0]
    problem.x[:, 2] = problem.x[:, 0]
    plan = make_plan(plain_sets(problem.n_rows), price=1e-4)
    # wide enough that every start learns the target, of which half is in two gates
    config = replace(CONFIG, hidden_layer_sizes=(16, 8))
    run = trained_run(problem, plan, 60, config)
    run.network.mu[:] = 1.0
    run.close_useless(np.arange(plan.n_members), 0.02)
    assert (run.network.mu[:, [0, 2]] > 0).any(dim=1).all()


def test_other_members_keep_their_gates():
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    run = trained_run(problem, plan)
    before = run.network.mu.clone()
    run.close_useless(np.array([1, 4]), np.inf)
    assert (run.network.mu[[1, 4]] <= 0).all()
    assert torch.equal(run.network.mu[[0, 2, 3, 5]], before[[0, 2, 3, 5]])


@pytest.mark.parametrize("patience", [None, 4])
def test_results_are_those_of_the_gates_that_are_left(patience):
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    settings = {"max_iter": 24, "n_iter_no_change": patience}
    as_trained = fit(problem, plan, **settings)
    result = fit(problem, plan, **settings, least_gain=0.4)
    closed = np.isnan(result.mu)
    assert 0 < closed.sum() < closed.size
    assert (as_trained.mu[closed] > 0).all()
    np.testing.assert_array_equal(result.mu[~closed], as_trained.mu[~closed])
    np.testing.assert_array_equal(result.n_open, (result.mu > 0).sum(axis=1))
    np.testing.assert_array_equal(np.isnan(result.active_probs), closed)
    cost = np.where(result.mu > 0, plan.prices, 0.0).sum(axis=1)
    np.testing.assert_allclose(result.cost, cost, rtol=1e-14)
    for k, row_set in enumerate(plan.row_set(k) for k in range(plan.n_members)):
        every = row_set.network_weights + row_set.gate_row_weights
        loss = problem.deviance_share(result.raw[k], row_set.gate_row_weights, every)
        np.testing.assert_allclose(result.loss[k], loss, rtol=1e-10)


@pytest.mark.parametrize("gate_std", [0.1, 0.5, 2.0])
@pytest.mark.parametrize("mu_range", [(-0.5, 1.5), (0.4, 0.6), None], ids=str)
def test_closed_gates_report_nothing_whatever_the_settings(mu_range, gate_std):
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    result = fit(problem, plan, gate_std=gate_std, mu_range=mu_range, least_gain=np.inf)
    assert not (result.mu > 0).any()
    assert np.isnan(result.mu).any()
    assert (result.n_open == 0).all()
    assert (result.cost == 0.0).all()


def test_a_gain_of_just_the_least_one_keeps_a_gate_open():
    """Losses are 1 - gains @ open, exact in binary."""
    gains = torch.tensor([[0.25, 0.125, 0.0], [0.0, 0.5, 0.125]])
    mu = torch.tensor([[0.25, 0.5, 0.75], [0.75, 0.5, 0.25]])
    trained = mu.clone()
    judged = torch.tensor([[True, True, True], [True, False, True]])
    close_useless_gates(
        mu, judged, lambda: 1.0 - (gains * (mu > 0)).sum(1), torch.tensor(0.125)
    )
    closed = torch.tensor([[False, False, True], [True, False, False]])
    assert torch.equal(mu, torch.where(closed, CLOSED, trained))


def test_gates_are_tried_from_the_smallest_mean_on():
    """Of two gates that each do alone, the one that was opened less far goes."""
    mu = torch.tensor([[0.9, 0.4], [0.3, 0.8]])
    judged = torch.ones(2, 2, dtype=torch.bool)
    close_useless_gates(
        mu, judged, lambda: 1.0 - (mu > 0).any(1).float(), torch.tensor(0.5)
    )
    assert torch.equal(mu, torch.tensor([[0.9, CLOSED], [CLOSED, 0.8]]))


def test_without_gates_to_try_nothing_changes():
    mu = torch.tensor([[0.9, -0.4]])
    close_useless_gates(
        mu, torch.zeros(1, 2, dtype=torch.bool), lambda: torch.ones(1), torch.ones(1)
    )
    assert torch.equal(mu, torch.tensor([[0.9, -0.4]]))


@pytest.mark.parametrize("kind", SETS)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_rises_without_single_gates(objective, kind):
    problem = make_problem(objective, UNEQUAL)
    sets = SETS[kind](problem.n_rows)
    sets[1] = replace(sets[1], gates=np.array([0, 1, 4]))
    plan = make_plan(sets)
    run = trained_run(problem, plan)
    before = run.network.mu.clone()
    found = run.rises_without(np.arange(plan.n_members))
    assert torch.equal(run.network.mu, before)
    for k in range(plan.n_members):
        is_open = np.flatnonzero(own_mu(run, k) > 0.0)
        expected = rises(problem, run, plan, k)
        np.testing.assert_allclose(found[k, is_open], expected, rtol=1e-4, atol=1e-9)
        assert not np.delete(found[k], is_open).any()


@pytest.mark.parametrize("fixed", [None, np.arange(5) == 1], ids=["none", "one"])
def test_losses_without_any_gate_but_those_that_are_fixed(fixed):
    problem = make_problem("binary", UNEQUAL)
    sets = cross_fitted_sets(problem.n_rows)
    sets[1] = replace(sets[1], gates=np.array([0, 1, 4]))
    plan = replace(make_plan(sets), fixed_open=fixed)
    run = trained_run(problem, plan)
    before = run.network.mu.clone()
    found = run.bare_loss()
    assert torch.equal(run.network.mu, before)
    for k in range(plan.n_members):
        mu = own_mu(run, k)
        bare = np.where(np.isinf(mu), mu, CLOSED)
        expected = member_loss(problem, run, plan, k, bare)
        assert found[k] == pytest.approx(expected, rel=1e-5)


def test_rises_of_other_members_are_not_asked_for():
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    run = trained_run(problem, plan)
    every = run.rises_without(np.arange(plan.n_members))
    found = run.rises_without(np.array([1, 4]))
    np.testing.assert_array_equal(found[[1, 4]], every[[1, 4]])
    assert every[[0, 2, 3, 5]].any()
    assert not found[[0, 2, 3, 5]].any()


@pytest.mark.parametrize("least_gain", [None, 0.0])
def test_results_hold_rises_of_what_is_left(least_gain):
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    result = fit(problem, plan, max_iter=24, least_gain=least_gain)
    if least_gain is None:
        assert np.isnan(result.rise).all()
        return
    assert np.isfinite(result.rise).all(), "of gates of the working set"
    is_open = result.mu > 0.0
    assert (result.rise[is_open] != 0.0).all()
    assert not result.rise[~is_open].any()
