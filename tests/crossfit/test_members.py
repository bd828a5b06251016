"""The members of a plan: rotated folds, and screens that do not see the gate rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from encoded import table_of
from samples import make_table

from stg_select.crossfit._members import PlanAxes, narrow, plan_members
from stg_select.engine import RowSet, TrainingConfig, TrainingPlan, train


def axes_of(table, **changed):
    """Two repeats of three folds, with working sets of four gates."""
    defaults = {
        "row_weights": (table.weight,),
        "n_repeats": 2,
        "n_folds": 3,
        "sizes": ((4, 4),),
        "prices": (1e-3,),
        "seed": 7,
    }
    return PlanAxes(**{**defaults, **changed})


@pytest.fixture
def table():
    return table_of(*make_table("binary", n_rows=61))


def test_one_member_a_fold_and_seed(table):
    plan = plan_members(table, axes_of(table))
    assert len(plan.row_sets) == plan.n_members == 6
    np.testing.assert_array_equal(plan.row_set_index, np.arange(6))
    assert plan.prices.shape == (6, len(table.gates))
    assert (plan.prices == 1e-3).all()
    assert len(set(plan.seeds)) == 6
    assert len({row_set.order_seed for row_set in plan.row_sets}) == 6


def test_gate_rows_are_a_fold_and_network_rows_the_others(table):
    plan = plan_members(table, axes_of(table))
    for row_set in plan.row_sets:
        both = np.stack([row_set.network_weights, row_set.gate_row_weights])
        assert (np.count_nonzero(both, axis=0) == 1).all()
        np.testing.assert_array_equal(both.sum(axis=0), table.weight)
    for repeat in (plan.row_sets[:3], plan.row_sets[3:]):
        gate_rows = sum(row_set.gate_row_weights for row_set in repeat)
        np.testing.assert_array_equal(gate_rows, table.weight)
    first, second = (plan.row_sets[i].gate_row_weights for i in (0, 3))
    assert (first != second).any()


def test_plain_members_take_all_rows(table):
    plan = plan_members(table, axes_of(table, n_folds=None))
    for row_set in plan.row_sets:
        assert row_set.gate_row_weights is None
        np.testing.assert_array_equal(row_set.network_weights, table.weight)


def test_screens_do_not_see_the_gate_rows(table):
    """Whatever is in the rows that judge a gate, the working set stays."""
    before = plan_members(table, axes_of(table))
    for i, row_set in enumerate(before.row_sets):
        unseen = row_set.gate_row_weights > 0.0
        ranks, target = table.ranks.copy(), table.target.copy()
        ranks[unseen], target[unseen] = 100.0, 1 - target[unseen]
        changed = replace(table, components=ranks, ranks=ranks, target=target)
        after = plan_members(changed, axes_of(changed))
        np.testing.assert_array_equal(after.row_sets[i].gates, row_set.gates)
        assert len(row_set.gates) == 4


def test_screens_see_the_network_rows(table):
    before = plan_members(table, axes_of(table))
    changed = replace(table, target=np.array(table.ranks[:, 5] > 0, dtype=np.int64))
    after = plan_members(changed, axes_of(changed))
    for one, other in zip(before.row_sets, after.row_sets, strict=True):
        np.testing.assert_array_equal(one.network_weights, other.network_weights)
        assert {0, 1} <= set(one.gates)
        assert 5 in other.gates


@pytest.mark.parametrize("size", [None, (6, 6), (6, 100), (100, 100)])
def test_no_working_set_where_all_gates_fit(table, size):
    plan = plan_members(table, axes_of(table, sizes=(size,)))
    assert all(row_set.gates is None for row_set in plan.row_sets)


def test_members_are_the_product_of_the_axes(table):
    """Two entries of each: members in the order of the axes, the last one fastest."""
    half = np.where(np.arange(len(table.weight)) % 2 == 0, table.weight, 0.0)
    costs = np.linspace(0.1, 0.2, len(table.gates))
    axes = axes_of(
        table,
        row_weights=(table.weight, half),
        n_folds=2,
        sizes=((2, 2), (3, 3)),
        prices=(1e-3, costs),
    )
    plan = plan_members(table, axes)
    # subsamples, repeats, folds, sizes, prices
    shape = (2, 2, 2, 2, 2)
    assert plan.n_members == 32
    assert len(plan.row_sets) == 16
    np.testing.assert_array_equal(plan.row_set_index, np.arange(32) // 2)
    prices = plan.prices.reshape(*shape, -1)
    np.testing.assert_array_equal(prices[..., 0, :], 1e-3)
    np.testing.assert_array_equal(
        prices[..., 1, :], np.broadcast_to(costs, (*shape[:4], len(costs)))
    )
    seeds = plan.seeds.reshape(8, 4)
    assert (seeds == seeds[:, :1]).all(), "sizes and prices alone do not change them"
    assert len(set(seeds[:, 0])) == 8
    for number, row_set in enumerate(plan.row_sets):
        subsample, _, _, size = np.unravel_index(number, shape[:4])
        weight = axes.row_weights[subsample]
        both = row_set.network_weights + row_set.gate_row_weights
        np.testing.assert_allclose(both, weight)
        assert len(row_set.gates) == (2, 3)[size]
        if size:
            smaller = plan.row_sets[number - 1]
            assert set(smaller.gates) < set(row_set.gates), "both of one screen"
            assert smaller.order_seed == row_set.order_seed


def test_subsamples_are_dealt_evenly_within_classes(table):
    used = np.arange(len(table.weight)) < 40
    axes = axes_of(table, row_weights=(np.where(used, 1.0, 0.0),), n_repeats=1)
    for row_set in plan_members(table, axes).row_sets:
        gate_rows = row_set.gate_row_weights > 0
        assert not gate_rows[~used].any()
        for label in (0, 1):
            n_rows = np.count_nonzero(used & (table.strata == label))
            found = np.count_nonzero(gate_rows & (table.strata == label))
            assert abs(found - n_rows / 3) <= 1


def plan_of(*gates, n_rows=61):
    """A plan whose members train the given gates."""
    weight = np.ones(n_rows)
    rows = np.arange(n_rows) % 3 == 0
    row_sets = tuple(
        RowSet(np.where(rows, 0.0, weight), np.where(rows, weight, 0.0), i, chosen)
        for i, chosen in enumerate(gates)
    )
    index = np.arange(len(gates))
    prices = np.full((len(gates), 10), 0.01) + 0.001 * np.arange(10)
    return TrainingPlan(prices, index, row_sets, index)


def test_narrow_numbers_the_gates_that_are_left():
    whole = plan_of(np.array([1, 7]), np.array([4, 7, 8]))
    plan, gates = narrow(whole, 10)
    np.testing.assert_array_equal(gates, [1, 4, 7, 8])
    np.testing.assert_array_equal(plan.row_sets[0].gates, [0, 2])
    np.testing.assert_array_equal(plan.row_sets[1].gates, [1, 2, 3])
    np.testing.assert_array_equal(plan.prices, [0.01 + 0.001 * gates] * 2)


def test_narrow_leaves_a_plan_with_a_member_of_all_gates():
    plan = plan_of(np.array([1, 4]), None)
    same, gates = narrow(plan, 6)
    assert same is plan
    np.testing.assert_array_equal(gates, np.arange(6))


@pytest.mark.parametrize("noise", ["member", "row"])
def test_narrow_does_not_change_what_members_learn(table, noise):
    plan = plan_of(np.array([0, 3]), np.array([0, 1, 5]))
    narrowed, gates = narrow(plan, 6)
    config = TrainingConfig(
        hidden_layer_sizes=(8,),
        activation="relu",
        gate_std=0.5,
        learning_rate=0.02,
        gate_learning_rate=0.05,
        weight_decay=0.1,
        batch_size=None,
        max_iter=20,
        n_iter_no_change=None,
        tol=0.0,
        noise=noise,
        warm_up=5,
    )

    def trained(plan, gates):
        inputs = table.inputs(gates)
        return train(plan, inputs, table.target, table.objective, config)

    whole, narrow_one = trained(plan, np.arange(6)), trained(narrowed, gates)
    np.testing.assert_array_equal(gates, [0, 1, 3, 5])
    np.testing.assert_allclose(narrow_one.mu, whole.mu[:, gates], atol=1e-6)
    np.testing.assert_allclose(narrow_one.loss, whole.loss, rtol=1e-5)
    assert np.isnan(whole.mu[:, [2, 4]]).all()
