"""Networks that come back say what those say that were trained."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from networks import MODULES
from problems import cross_fitted_sets, fit, make_plan, make_problem

from stg_select.engine import hard_outputs, join_results, take_members


def output(network, problem, activation="relu"):
    """Output of a network that came back, from the definitions."""
    columns = [np.flatnonzero(problem.component_gate == g) for g in network.gates]
    hidden = torch.from_numpy(problem.x[:, np.concatenate([*columns, []]).astype(int)])
    layers = zip(network.weights, network.biases, strict=True)
    for depth, (weight, bias) in enumerate(layers):
        hidden = MODULES[activation]()(hidden) if depth else hidden
        hidden = hidden @ torch.from_numpy(weight).T + torch.from_numpy(bias)
    return hidden.numpy()


@pytest.mark.parametrize("activation", MODULES)
@pytest.mark.parametrize(
    "gates", [None, np.array([0, 3, 4]), np.array([1])], ids=["all", "some", "one"]
)
@pytest.mark.parametrize(
    "component_gate", [(0, 1, 2, 3, 4), (0, 1, 1, 2, 3, 3, 3, 4)], ids=["own", "shared"]
)
def test_hard_networks_are_those_that_were_trained(gates, activation, component_gate):
    problem = make_problem(component_gate=component_gate)
    sets = cross_fitted_sets(problem.n_rows)
    sets[1] = replace(sets[1], gates=gates)
    plan = make_plan(sets, price=0.001)
    fixed = replace(plan, fixed_open=np.arange(5) == 1)
    for some in (plan, fixed):
        result = fit(problem, some, keep_networks=True, activation=activation)
        n_open = np.array([len(network.gates) for network in result.networks])
        assert (n_open > 0).sum() >= 2
        assert (n_open < 5).any()
        for network, raw, mu in zip(
            result.networks, result.raw, result.mu, strict=True
        ):
            np.testing.assert_array_equal(np.sort(network.gates), np.where(mu > 0)[0])
            np.testing.assert_allclose(
                output(network, problem, activation), raw, rtol=1e-10, atol=1e-12
            )


@pytest.mark.parametrize("activation", MODULES)
def test_rows_sent_through_a_network(activation):
    rng = np.random.default_rng(0)
    widths = (3, 5, 4, 2)
    shapes = list(zip(widths[1:], widths[:-1], strict=True))
    weights = [rng.standard_normal(s).astype(np.float32) for s in shapes]
    biases = [rng.standard_normal(n).astype(np.float32) for n in widths[1:]]
    x = rng.standard_normal((20, 3)).astype(np.float32)
    before = x.copy()
    hidden = torch.from_numpy(x)
    for depth, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        hidden = MODULES[activation]()(hidden) if depth else hidden
        hidden = hidden @ torch.from_numpy(weight).T + torch.from_numpy(bias)
    raw = hard_outputs(x, weights, biases, activation)
    np.testing.assert_allclose(raw, hidden, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(x, before)


def test_gates_that_all_close_leave_a_constant():
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    result = fit(problem, plan, keep_networks=True, least_gain=1e6)
    for network in result.networks:
        assert network.weights[0].shape == (6, 0)
        assert np.ptp(output(network, problem), axis=0) == 0.0


def test_networks_of_parts_come_back_in_the_order_of_the_plan():
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    whole = fit(problem, plan, keep_networks=True)
    parts = [np.array([4, 1]), np.array([5, 0, 3, 2])]
    results = [fit(problem, take_members(plan, p), keep_networks=True) for p in parts]
    for together, alone in zip(
        whole.networks, join_results(results, parts).networks, strict=True
    ):
        np.testing.assert_allclose(together.weights[1], alone.weights[1], rtol=1e-8)


def test_networks_stay_where_nobody_asks_for_them():
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    result = fit(problem, plan)
    assert result.networks == ()
    assert join_results([result], [np.arange(plan.n_members)]).networks == ()
