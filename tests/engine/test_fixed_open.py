"""Gates that are fixed open, and gates that have to be worth more than others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from problems import (
    assert_alone_as_in_company,
    cross_fitted_sets,
    fit,
    make_plan,
    make_problem,
    plain_sets,
)

SETS = {"cross_fitted": cross_fitted_sets, "plain": plain_sets}
FIXED = np.array([False, True, False, False, True])
DEAR = 1e6


def fixed_plan(kind, problem, **changes):
    plan = make_plan(SETS[kind](problem.n_rows))
    return replace(plan, fixed_open=FIXED, **changes)


@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("kind", SETS)
def test_gates_that_are_fixed_stay_open_and_the_others_learn(kind, noise):
    problem = make_problem()
    result = fit(problem, fixed_plan(kind, problem), noise=noise)
    assert (result.mu[:, FIXED] == np.inf).all()
    assert (result.active_probs[:, FIXED] == 1.0).all()
    learned = result.mu[:, ~FIXED]
    assert np.isfinite(learned).all()
    assert np.ptp(learned) > 0.1


@pytest.mark.parametrize("kind", SETS)
def test_gates_that_are_fixed_count_and_cost_nothing(kind):
    """Also at a price and a least gain at which all others close."""
    problem = make_problem()
    plan = fixed_plan(kind, problem)
    plan = replace(plan, prices=np.where(FIXED, plan.prices, DEAR))
    result = fit(problem, plan, least_gain=DEAR)
    assert (result.n_open == 0).all()
    assert (result.cost == 0.0).all()
    assert (result.mu[:, FIXED] == np.inf).all()
    assert not (result.mu[:, ~FIXED] > 0.0).any()


@pytest.mark.parametrize("batch_size", [None, 7], ids=["full", "mini"])
def test_member_with_fixed_gates_alone_as_in_company(batch_size):
    problem = make_problem()
    sets = [
        replace(s, gates=gates)
        for s, gates in zip(
            cross_fitted_sets(problem.n_rows),
            [np.arange(5), np.array([0, 1]), np.array([1, 2, 4])],
            strict=True,
        )
    ]
    plan = replace(make_plan(sets), fixed_open=FIXED)
    stopping = {"max_iter": 44, "n_iter_no_change": 8, "tol": 1e-3}
    result = assert_alone_as_in_company(
        problem, plan, members=(0, 4, 5), batch_size=batch_size, **stopping
    )
    assert len(set(result.n_iter)) > 1, "members must stop at different steps"


def test_a_gate_that_costs_more_has_to_be_worth_more():
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    plan = replace(plan, prices=np.zeros_like(plan.prices))
    usual = fit(problem, plan, least_gain=1e-6)
    n_open = (usual.mu > 0.0).sum(axis=0)
    best = int(n_open.argmax())
    assert n_open[best] > 0
    cost = np.where(np.arange(5) == best, DEAR, 1.0)
    dear = fit(problem, replace(plan, cost=cost), least_gain=1e-6)
    assert np.isnan(dear.mu[:, best]).all()
    assert (dear.mu > 0.0).any()


def test_costs_of_one_change_nothing():
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    usual = fit(problem, plan, least_gain=1e-3)
    same = fit(problem, replace(plan, cost=np.ones(5)), least_gain=1e-3)
    np.testing.assert_array_equal(usual.mu, same.mu)
