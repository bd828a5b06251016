"""A loss that is not finite stops its member and no other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from problems import (
    assert_alone_as_in_company,
    assert_same_member,
    cross_fitted_sets,
    fit,
    make_plan,
    make_problem,
    plain_sets,
    take_members,
)

from stg_select.engine import RowSet


def failing_problem(row, value=1e200):
    """A table with a row that no computation survives, and who sees it."""
    problem = make_problem()
    problem.x[row] = value
    sets = []
    for row_set in [*cross_fitted_sets(problem.n_rows), *plain_sets(problem.n_rows)]:
        sound = np.arange(problem.n_rows) != row
        network, gate = (
            None if w is None else w * sound
            for w in (row_set.network_weights, row_set.gate_row_weights)
        )
        sets.append(RowSet(network, gate, row_set.order_seed))
    seen = np.arange(problem.n_rows) == row
    sets[1] = replace(sets[1], network_weights=sets[1].network_weights + seen)
    sets[2] = replace(sets[2], gate_row_weights=sets[2].gate_row_weights + seen)
    sets[4] = replace(sets[4], network_weights=sets[4].network_weights + seen)
    return problem, make_plan(sets), np.array([1, 0, 0, 1, 0, 1] * 2, dtype=bool)


@pytest.mark.parametrize("stopping", [{}, {"n_iter_no_change": 12}], ids=str)
@pytest.mark.parametrize("batch_size", [None, 7], ids=["full", "mini"])
@pytest.mark.parametrize("row", [0, 20])
def test_loss_that_is_not_finite_stops_its_member_alone(row, batch_size, stopping):
    problem, plan, sound = failing_problem(row)
    changes = {"batch_size": batch_size, "noise": "row", "max_iter": 28, **stopping}
    result = assert_alone_as_in_company(problem, plan, **changes)
    assert np.array_equal(result.finite, sound)
    assert np.isfinite(result.mu[sound]).all()
    assert np.isnan(result.mu[~sound]).all()
    assert np.isfinite(result.loss[sound]).all()
    assert (result.n_iter[~sound] < 28).all()
    assert not result.converged[~sound].any()
    if not stopping:
        assert (result.n_iter[sound] == 28).all()


def test_failing_member_does_not_reach_those_that_share_its_rows():
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows)[:1], index=[0] * 5)
    expected = fit(problem, plan)
    prices = plan.prices.copy()
    prices[2] = np.nan
    result = fit(problem, replace(plan, prices=prices))
    assert result.finite.tolist() == [True, True, False, True, True]
    for member in (0, 1, 3, 4):
        assert_same_member(result, member, expected, member)


def test_all_members_may_fail():
    problem, plan, sound = failing_problem(0)
    failing = take_members(plan, np.flatnonzero(~sound))
    result = fit(problem, failing, n_iter_no_change=8)
    assert not result.finite.any()
    assert not result.converged.any()
    assert np.isnan(result.mu).all()
