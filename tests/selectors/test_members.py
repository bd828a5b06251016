"""The members of a plan: rotated folds, and screens that do not see the gate rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from samples import make_table

from stg_select.engine import RowSet, TrainingConfig, TrainingPlan, train
from stg_select.rules import promise
from stg_select.screening import GateScores, gate_scores
from stg_select.selectors import _members
from stg_select.selectors._members import (
    MEMBER_PAIR_COLUMNS,
    MemberChoice,
    narrow,
    plan_members,
    screen,
)
from stg_select.selectors._table import build_table
from stg_select.selectors._targets import encode_target

CHOICE = MemberChoice(n_folds=3, n_seeds=2, working_set=(4, 4), reg_weight=1e-3, seed=7)


def table_of(X, y, **settings):
    weight = np.random.default_rng(0).uniform(0.5, 2.0, len(X))
    defaults = {"n_folds": 3, "embedding": "legendre", "standardize": True, "seed": 0}
    return build_table(
        X,
        encode_target(y, "auto", weight),
        weight,
        np.arange(X.shape[1]),
        **{**defaults, **settings},
    )


@pytest.fixture
def table():
    return table_of(*make_table("binary", n_rows=61))


def test_one_member_a_fold_and_seed(table):
    plan = plan_members(table, CHOICE)
    assert len(plan.row_sets) == plan.n_members == 6
    np.testing.assert_array_equal(plan.row_set_index, np.arange(6))
    assert plan.prices.shape == (6, len(table.gates))
    assert (plan.prices == 1e-3).all()
    assert len(set(plan.seeds)) == 6
    assert len({row_set.order_seed for row_set in plan.row_sets}) == 6


def test_gate_rows_are_a_fold_and_network_rows_the_others(table):
    plan = plan_members(table, CHOICE)
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
    plan = plan_members(table, replace(CHOICE, n_folds=None))
    for row_set in plan.row_sets:
        assert row_set.gate_row_weights is None
        np.testing.assert_array_equal(row_set.network_weights, table.weight)


def test_screens_do_not_see_the_gate_rows(table):
    """Whatever is in the rows that judge a gate, the working set stays."""
    before = plan_members(table, CHOICE)
    for i, row_set in enumerate(before.row_sets):
        unseen = row_set.gate_row_weights > 0.0
        ranks, target = table.ranks.copy(), table.target.copy()
        ranks[unseen], target[unseen] = 100.0, 1 - target[unseen]
        changed = replace(table, columns=ranks, ranks=ranks, target=target)
        after = plan_members(changed, CHOICE)
        np.testing.assert_array_equal(after.row_sets[i].gates, row_set.gates)
        assert len(row_set.gates) == 4


def test_screens_see_the_network_rows(table):
    before = plan_members(table, CHOICE)
    changed = replace(table, target=np.array(table.ranks[:, 5] > 0, dtype=np.int64))
    after = plan_members(changed, CHOICE)
    for one, other in zip(before.row_sets, after.row_sets, strict=True):
        np.testing.assert_array_equal(one.network_weights, other.network_weights)
        assert {0, 1} <= set(one.gates)
        assert 5 in other.gates


@pytest.mark.parametrize("working_set", [None, (6, 6), (6, 100), (100, 100)])
def test_no_screen_where_all_columns_fit(table, working_set, monkeypatch):
    monkeypatch.setattr(_members, "screen", None)
    plan = plan_members(table, replace(CHOICE, working_set=working_set))
    assert all(row_set.gates is None for row_set in plan.row_sets)


def test_working_set_holds_the_best_of_the_screen(table):
    plan = plan_members(table, CHOICE)
    for row_set in plan.row_sets:
        scores = screen(table, row_set.network_weights, MEMBER_PAIR_COLUMNS)
        order = np.argsort(-promise(scores.coefficient, scores.marginal))
        assert set(row_set.gates) == set(order[:4])
        assert {0, 1} <= set(row_set.gates)


def test_clear_columns_come_before_coefficients_near_zero(table, monkeypatch):
    """Of columns that say the same a regression keeps one, and some useless ones."""
    n_gates = len(table.gates)
    coefficient, marginal = np.zeros(n_gates), np.full(n_gates, 0.8)
    coefficient[:3], marginal[[2, 3, 4]] = [0.02, 0.01, 0.5], [4.0, 3.9, 3.8]
    scores = GateScores(coefficient, marginal)
    monkeypatch.setattr(_members, "screen", lambda *arguments: scores)
    for row_set in plan_members(table, CHOICE).row_sets:
        np.testing.assert_array_equal(row_set.gates, [0, 2, 3, 4])


def test_two_gates_for_each_signal_between_fewest_and_most():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 40))
    y = X[:, :6].sum(axis=1) + 0.1 * rng.standard_normal(400)
    table = table_of(X, y)
    for size in ((1, 40), (1, 8), (14, 40), (20, 30)):
        plan = plan_members(table, replace(CHOICE, working_set=size))
        for row_set in plan.row_sets:
            scores = screen(table, row_set.network_weights, MEMBER_PAIR_COLUMNS)
            signals = int((scores.marginal >= 1.0).sum())
            assert 6 <= signals < 20
            expected = min(max(2 * signals, size[0]), size[1])
            assert len(row_set.gates) == expected
            assert set(range(6)) <= set(row_set.gates)


def test_screen_scores_the_residual_of_the_null_model(table):
    """By hand: the residual of labels is the label less the share of ones."""
    scores = screen(table, table.weight, 100)
    share = np.average(table.target, weights=table.weight)
    expected = gate_scores(
        table.ranks,
        table.column_gate,
        (table.target - share)[:, None],
        table.weight,
        100,
    )
    np.testing.assert_allclose(scores.coefficient, expected.coefficient, atol=1e-4)
    np.testing.assert_allclose(scores.marginal, expected.marginal, rtol=1e-4)
    assert set(np.argsort(-scores.coefficient)[:2]) == {0, 1}


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
    plan, gates = narrow(plan_of(np.array([1, 7]), np.array([4, 7, 8])), 10)
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
