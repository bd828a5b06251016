"""How the members of a plan are cut into batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stg_select.engine import RowSet, TrainingPlan
from stg_select.engine._plan import MIN_SHARED_MEMBERS

PLAIN = RowSet(np.ones(4), None, order_seed=0)
CROSS_FITTED = RowSet(np.ones(4), np.ones(4), order_seed=0)


def plan_of(index, row_sets):
    index = np.asarray(index)
    return TrainingPlan(
        np.ones((len(index), 2)), np.arange(len(index)), row_sets, index
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    cross_fitted=st.lists(st.booleans(), min_size=1, max_size=5),
    draws=st.lists(st.integers(0, 100), min_size=1, max_size=25),
    max_members=st.integers(1, 30),
)
def test_batches_part_the_members(cross_fitted, draws, max_members):
    row_sets = tuple(CROSS_FITTED if c else PLAIN for c in cross_fitted)
    plan = plan_of([d % len(row_sets) for d in draws], row_sets)
    batches = list(plan.chunks(max_members))
    assert sorted(np.concatenate(batches)) == list(range(plan.n_members))
    counts = np.bincount(plan.row_set_index, minlength=len(row_sets))
    for batch in batches:
        assert 1 <= len(batch) <= max_members
        used = set(plan.row_set_index[batch])
        assert len({cross_fitted[r] for r in used}) == 1
        if any(counts[r] >= MIN_SHARED_MEMBERS for r in used):
            assert len(used) == 1


def test_few_members_of_a_row_set_are_trained_with_those_of_others():
    plan = plan_of([0, 1, 0, 1, 0, 1], (CROSS_FITTED, CROSS_FITTED))
    assert [b.tolist() for b in plan.chunks(100)] == [[0, 1, 2, 3, 4, 5]]


def test_many_members_of_a_row_set_are_trained_apart():
    plan = plan_of([0, 1, 0, 1, 0, 0], (CROSS_FITTED, CROSS_FITTED))
    assert [b.tolist() for b in plan.chunks(100)] == [[0, 2, 4, 5], [1, 3]]
    assert [b.tolist() for b in plan.chunks(3)] == [[0, 2, 4], [5], [1, 3]]


def test_members_know_their_row_set():
    plan = plan_of([1, 0, 1], (PLAIN, CROSS_FITTED))
    assert plan.n_members == 3
    assert [plan.row_set(k) is CROSS_FITTED for k in range(3)] == [True, False, True]


def test_records_are_frozen():
    with pytest.raises(AttributeError, match="cannot assign"):
        PLAIN.order_seed = 3
    with pytest.raises(AttributeError, match="cannot assign"):
        plan_of([0], (PLAIN,)).seeds = np.zeros(1)
