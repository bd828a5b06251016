"""The members of a plan: rotated folds, and screens that do not see the gate rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from encoded import table_of
from samples import make_table

from stg_select.crossfit._members import Split, deal_rows, plan_members
from stg_select.crossfit._shortlists import (
    MEMBER_PAIR_COLUMNS,
    Shortlist,
    screen,
    shortlist,
)
from stg_select.engine import TrainingConfig, train


def deal(table, **changed):
    """Two repeats of three folds."""
    return deal_rows(table, **{"n_repeats": 2, "n_folds": 3, "seed": 7, **changed})


def with_lists(splits, *rankings):
    """Give every split the order of gates of the next ranking."""
    return [
        replace(split, shortlist=Shortlist(np.array(rankings[i % len(rankings)]), 0))
        for i, split in enumerate(splits)
    ]


@pytest.fixture
def table():
    return table_of(*make_table("binary", n_rows=61))


def test_one_split_a_fold_and_repeat(table):
    splits = deal(table)
    assert [split.seed for split in splits] == [7, 8, 9, 10, 11, 12]
    assert all(split.shortlist is None for split in splits)


def test_gate_rows_are_a_fold_and_network_rows_the_others(table):
    splits = deal(table)
    for split in splits:
        both = np.stack([split.network_weights, split.gate_row_weights])
        assert (np.count_nonzero(both, axis=0) == 1).all()
        np.testing.assert_array_equal(both.sum(axis=0), table.weight)
    for one in (splits[:3], splits[3:]):
        gate_rows = sum(split.gate_row_weights for split in one)
        np.testing.assert_array_equal(gate_rows, table.weight)
    first, second = (splits[i].gate_row_weights for i in (0, 3))
    assert (first != second).any()


def test_plain_members_take_all_rows(table):
    for split in deal(table, n_folds=None):
        assert split.gate_row_weights is None
        np.testing.assert_array_equal(split.network_weights, table.weight)


def test_rows_are_dealt_evenly_within_classes(table):
    for split in deal(table):
        for label in (0, 1):
            of_label = table.strata == label
            found = np.count_nonzero(of_label & (split.gate_row_weights > 0))
            assert abs(found - np.count_nonzero(of_label) / 3) <= 1


def test_screens_do_not_see_the_gate_rows(table):
    """Whatever is in the rows that judge a gate, the order of the gates stays."""
    for split in deal(table):
        unseen = split.gate_row_weights > 0.0
        ranks, target = table.ranks.copy(), table.target.copy()
        ranks[unseen], target[unseen] = 100.0, 1 - target[unseen]
        changed = replace(table, components=ranks, ranks=ranks, target=target)
        before, after = (
            shortlist(t, screen(t, split.network_weights, MEMBER_PAIR_COLUMNS))
            for t in (table, changed)
        )
        np.testing.assert_array_equal(after.ranking, before.ranking)
        assert {0, 1} <= set(before.best(4))


def test_members_are_the_product_of_splits_and_sizes(table):
    p = len(table.gates)
    prices = np.linspace(0.1, 0.2, p)
    splits = with_lists(
        deal(table, n_repeats=1, n_folds=2), np.arange(p) + 1, p - np.arange(p)
    )
    plan, gates = plan_members(p, splits, (2, 3), prices, table.options)
    assert plan.n_members == len(plan.row_sets) == 4
    np.testing.assert_array_equal(plan.row_set_index, np.arange(4))
    np.testing.assert_array_equal(plan.seeds, np.repeat([7, 8], 2))
    np.testing.assert_array_equal(gates, [0, 1, 2, p - 3, p - 2, p - 1])
    np.testing.assert_array_equal(plan.prices, np.tile(prices[gates], (4, 1)))
    trained = [gates[row_set.gates].tolist() for row_set in plan.row_sets]
    assert trained == [
        [0, 1],
        [0, 1, 2],
        [p - 2, p - 1],
        [p - 3, p - 2, p - 1],
    ]
    for number, row_set in enumerate(plan.row_sets):
        split = splits[number // 2]
        assert row_set.order_seed == split.seed
        np.testing.assert_array_equal(row_set.network_weights, split.network_weights)
        np.testing.assert_array_equal(row_set.gate_row_weights, split.gate_row_weights)


def test_all_gates_where_no_size_is_given(table):
    p = len(table.gates)
    splits = with_lists(deal(table), np.arange(p) + 1)
    plan, gates = plan_members(p, splits, (2, None), 0.1, table.options)
    np.testing.assert_array_equal(gates, np.arange(p))
    assert plan.row_sets[0].gates.tolist() == [0, 1]
    assert plan.row_sets[1].gates is None


@pytest.mark.parametrize("noise", ["member", "row"])
def test_gates_that_nobody_trains_are_left_out(table, noise):
    """Members learn the same as in a plan over all gates."""
    weights = np.arange(len(table.weight)) % 3 == 0
    rows = np.where(weights, 0.0, 1.0), np.where(weights, 1.0, 0.0)
    splits = [
        Split(*rows, seed=0, shortlist=Shortlist(np.array([1, 4, 5, 2, 6, 3]), 0)),
        Split(*rows, seed=1, shortlist=Shortlist(np.array([2, 1, 5, 6, 4, 3]), 0)),
    ]
    narrowed, gates = plan_members(6, splits, (3,), 0.01, table.options)
    whole = replace(
        narrowed,
        prices=np.full((2, 6), 0.01),
        row_sets=tuple(
            replace(row_set, gates=gates[row_set.gates])
            for row_set in narrowed.row_sets
        ),
    )
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

    every, few = trained(whole, np.arange(6)), trained(narrowed, gates)
    np.testing.assert_array_equal(gates, [0, 1, 3, 5])
    np.testing.assert_allclose(few.mu, every.mu[:, gates], atol=1e-6)
    np.testing.assert_allclose(few.loss, every.loss, rtol=1e-5)
    assert np.isnan(every.mu[:, [2, 4]]).all()
