"""A plan in parts: every member once, and results as of the whole plan."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems import assert_same_member, cross_fitted_sets, fit, make_plan, make_problem

from stg_select.engine import (
    RowSet,
    TrainingPlan,
    _partition,
    cut_plan,
    join_results,
    take_members,
)


def plan_of_sizes(sizes):
    index = np.arange(len(sizes))
    row_sets = tuple(
        RowSet(np.ones(3), None, 0, None if size is None else np.arange(size))
        for size in sizes
    )
    return TrainingPlan(np.ones((len(sizes), 30)), index, row_sets, index)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=40), st.integers(1, 10_000))
def test_every_member_is_in_one_part_with_others_of_about_its_size(sizes, n_rows):
    parts = cut_plan(plan_of_sizes(sizes), n_rows)
    members = np.concatenate(parts)
    np.testing.assert_array_equal(np.sort(members), np.arange(len(sizes)))
    np.testing.assert_array_equal(np.array(sizes)[members], np.sort(sizes))
    lengths = [len(part) for part in parts]
    assert max(lengths) - min(lengths) <= 1
    assert max(lengths) <= max(4, 4096 // n_rows)


@pytest.mark.parametrize(
    ("n_rows", "n_parts"), [(100, 1), (512, 1), (600, 2), (1000, 2), (10**6, 2)]
)
def test_eight_members_make_two_parts_of_a_table_that_is_not_small(n_rows, n_parts):
    assert len(cut_plan(plan_of_sizes([None] * 8), n_rows)) == n_parts


def test_a_part_holds_its_row_sets_alone():
    plan = make_plan(cross_fitted_sets(36))
    part = take_members(plan, np.array([4, 1]))
    assert len(part.row_sets) == 1
    for position, member in enumerate([4, 1]):
        assert part.row_set(position) is plan.row_set(member)
        assert part.seeds[position] == plan.seeds[member]
        np.testing.assert_array_equal(part.prices[position], plan.prices[member])


@pytest.mark.parametrize(
    "changes",
    [{}, {"n_iter_no_change": 4, "tol": 0.01, "max_iter": 200}],
    ids=["fixed steps", "stopping"],
)
def test_parts_give_what_the_whole_plan_gives(changes, monkeypatch):
    monkeypatch.setattr(_partition, "PART_MEMBERS", 2)
    monkeypatch.setattr(_partition, "PART_ROWS", 1)
    problem = make_problem("binary")
    plan = make_plan(cross_fitted_sets(36))
    parts = cut_plan(plan, problem.n_rows)
    assert len(parts) == 3
    results = [fit(problem, take_members(plan, p), **changes) for p in parts]
    if "tol" in changes:
        assert len({len(result.history["step"]) for result in results}) > 1
    joined, whole = join_results(results, parts), fit(problem, plan, **changes)
    for result, part in zip(results, parts, strict=True):
        for position, member in enumerate(part):
            assert_same_member(result, position, whole, member)
            for name in (
                "mu",
                "loss",
                "n_open",
                "cost",
                "n_iter",
                "converged",
                "finite",
            ):
                value = getattr(result, name)[position]
                np.testing.assert_array_equal(getattr(joined, name)[member], value)
            for name in ("score", "n_open"):
                curve = result.history[name][:, position]
                rows = joined.history[name][:, member]
                np.testing.assert_array_equal(rows[: len(curve)], curve)
                assert np.isnan(rows[len(curve) :]).all()
    np.testing.assert_allclose(joined.active_probs, whole.active_probs, rtol=1e-9)
    np.testing.assert_array_equal(joined.history["step"], whole.history["step"])
