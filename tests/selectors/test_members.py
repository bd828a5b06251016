"""The members of a plan: rotated folds, and screens that do not see the gate rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from samples import make_table

from stg_select.encoding import N_LEGENDRE
from stg_select.objectives import BinaryLogLoss
from stg_select.screening import gate_scores
from stg_select.selectors._members import MemberChoice, plan_members, screen
from stg_select.selectors._table import Table, encode_columns

CHOICE = MemberChoice(n_folds=3, n_seeds=2, working_set=4, reg_weight=1e-3, seed=7)


@pytest.fixture
def table():
    X, y = make_table("binary", n_rows=61)
    weight = np.random.default_rng(0).uniform(0.5, 2.0, len(X))
    x, gate, leading, gates = encode_columns(
        X, weight, np.arange(X.shape[1]), "legendre", True
    )
    return Table(
        x=x,
        component_gate=gate,
        leading=leading,
        gates=gates,
        target=y.astype(np.int64),
        strata=y,
        weight=weight,
        objective=BinaryLogLoss(),
        n_effective=float(len(X)),
        few_kinds=False,
    )


def test_one_member_a_fold_and_seed(table):
    plan = plan_members(table, CHOICE)
    assert len(plan.row_sets) == plan.n_members == 6
    np.testing.assert_array_equal(plan.row_set_index, np.arange(6))
    np.testing.assert_array_equal(plan.reg_weights, 1e-3)
    assert len(set(plan.seeds)) == 6
    assert len({row_set.order_seed for row_set in plan.row_sets}) == 6


def test_gate_rows_are_a_fold_and_network_rows_the_others(table):
    plan = plan_members(table, CHOICE)
    for row_set in plan.row_sets:
        both = np.stack([row_set.network_weights, row_set.gate_weights])
        assert (np.count_nonzero(both, axis=0) == 1).all()
        np.testing.assert_array_equal(both.sum(axis=0), table.weight)
    for repeat in (plan.row_sets[:3], plan.row_sets[3:]):
        gate_rows = sum(row_set.gate_weights for row_set in repeat)
        np.testing.assert_array_equal(gate_rows, table.weight)
    first, second = (plan.row_sets[i].gate_weights for i in (0, 3))
    assert (first != second).any()


def test_plain_members_take_all_rows(table):
    plan = plan_members(table, replace(CHOICE, n_folds=None))
    for row_set in plan.row_sets:
        assert row_set.gate_weights is None
        np.testing.assert_array_equal(row_set.network_weights, table.weight)


def test_screens_do_not_see_the_gate_rows(table):
    """Whatever is in the rows that judge a gate, the working set stays."""
    before = plan_members(table, CHOICE)
    for i, row_set in enumerate(before.row_sets):
        unseen = row_set.gate_weights > 0.0
        x, target = table.x.copy(), table.target.copy()
        x[unseen], target[unseen] = 100.0, 1 - target[unseen]
        after = plan_members(replace(table, x=x, target=target), CHOICE)
        np.testing.assert_array_equal(after.row_sets[i].gates, row_set.gates)
        assert len(row_set.gates) == CHOICE.working_set


@pytest.mark.parametrize("working_set", [None, 6, 100])
def test_no_screen_where_all_columns_fit(table, working_set):
    plan = plan_members(table, replace(CHOICE, working_set=working_set))
    assert all(row_set.gates is None for row_set in plan.row_sets)


def test_working_set_holds_the_best_of_the_screen(table):
    plan = plan_members(table, CHOICE)
    for row_set in plan.row_sets:
        scores = screen(table, row_set.network_weights)
        # the marginal score decides among those without a coefficient
        order = np.lexsort([-scores.marginal, -scores.coefficient])
        assert set(row_set.gates) == set(order[: CHOICE.working_set])
        assert {0, 1} <= set(row_set.gates)


def test_screen_scores_the_residual_of_the_null_model(table):
    """By hand: the residual of labels is the label less the share of ones."""
    scores = screen(table, table.weight)
    share = np.average(table.target, weights=table.weight)
    expected = gate_scores(
        table.x,
        table.component_gate,
        table.leading,
        (table.target - share)[:, None],
        table.weight,
    )
    np.testing.assert_allclose(scores.coefficient, expected.coefficient, atol=1e-4)
    np.testing.assert_allclose(scores.marginal, expected.marginal, rtol=1e-4)
    assert set(np.argsort(-scores.coefficient)[:2]) == {0, 1}


def test_components_of_a_gate_lie_next_to_each_other():
    X, _ = make_table("binary")
    X[:, 4] = 3.0
    gate = np.array([0, 1, 0, 2, 3, 1])
    x, component_gate, leading, gates = encode_columns(
        X, np.ones(len(X)), gate, None, True
    )
    np.testing.assert_array_equal(gates, [0, 1, 2])
    np.testing.assert_array_equal(component_gate, [0, 0, 1, 1, 2])
    for place, column in enumerate([0, 2, 1, 5, 3]):
        assert np.corrcoef(x[:, place], X[:, column])[0, 1] == pytest.approx(1.0)
    np.testing.assert_array_equal(leading, np.arange(5))
    embedded, embedded_gate, leading, _ = encode_columns(
        X, np.ones(len(X)), gate, "legendre", True
    )
    assert embedded.shape == (len(X), N_LEGENDRE * 5)
    np.testing.assert_array_equal(embedded_gate, np.repeat(component_gate, N_LEGENDRE))
    np.testing.assert_array_equal(leading, N_LEGENDRE * np.arange(5))
    # the leading component is monotone in its column
    for component, column in zip(leading, [0, 2, 1, 5, 3], strict=True):
        assert (np.diff(embedded[np.argsort(X[:, column]), component]) > 0).all()


def test_plain_columns_are_as_they_came():
    X, _ = make_table("binary")
    x, *_ = encode_columns(X, np.ones(len(X)), np.arange(6), None, False)
    np.testing.assert_array_equal(x, X.astype(np.float32))
