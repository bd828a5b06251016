"""The members of a plan: rotated folds, and screens that do not see the gate rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from samples import make_table

from stg_select.encoding import N_LEGENDRE
from stg_select.objectives import BinaryLogLoss
from stg_select.selectors._members import (
    MemberChoice,
    Table,
    encode_columns,
    plan_members,
)

CHOICE = MemberChoice(
    n_folds=3, n_seeds=2, working_set=4, reg_weights=(1e-3, 1e-2), seed=7
)


@pytest.fixture
def table():
    X, y = make_table("binary", n_rows=61)
    weight = np.random.default_rng(0).uniform(0.5, 2.0, len(X))
    x, gate, gates = encode_columns(X, weight, np.arange(X.shape[1]), "legendre", True)
    return Table(
        x=x,
        component_gate=gate,
        gates=gates,
        target=y.astype(np.int64),
        strata=y,
        weight=weight,
        objective=BinaryLogLoss(),
    )


def test_every_penalty_trains_on_every_row_set(table):
    plan, _ = plan_members(table, CHOICE)
    assert len(plan.row_sets) == 6
    members = set(zip(plan.reg_weights, plan.row_set_index, strict=True))
    assert members == {(w, i) for w in (1e-3, 1e-2) for i in range(6)}


def test_gate_rows_are_a_fold_and_network_rows_the_others(table):
    plan, _ = plan_members(table, CHOICE)
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
    plan, _ = plan_members(table, replace(CHOICE, n_folds=None))
    for row_set in plan.row_sets:
        assert row_set.gate_weights is None
        np.testing.assert_array_equal(row_set.network_weights, table.weight)


def test_screens_do_not_see_the_gate_rows(table):
    """Whatever is in the rows that judge a gate, the working set stays."""
    before, _ = plan_members(table, CHOICE)
    for i, row_set in enumerate(before.row_sets):
        unseen = row_set.gate_weights > 0.0
        x, target = table.x.copy(), table.target.copy()
        x[unseen], target[unseen] = 100.0, 1 - target[unseen]
        after, _ = plan_members(replace(table, x=x, target=target), CHOICE)
        np.testing.assert_array_equal(after.row_sets[i].gates, row_set.gates)
        assert len(row_set.gates) == CHOICE.working_set


@pytest.mark.parametrize("working_set", [None, 6, 100])
def test_no_screen_where_all_columns_fit(table, working_set):
    plan, scores = plan_members(table, replace(CHOICE, working_set=working_set))
    assert all(row_set.gates is None for row_set in plan.row_sets)
    assert scores.shape == (6,)


def test_components_of_a_gate_lie_next_to_each_other():
    X, _ = make_table("binary")
    X[:, 4] = 3.0
    gate = np.array([0, 1, 0, 2, 3, 1])
    x, component_gate, gates = encode_columns(X, np.ones(len(X)), gate, None, True)
    np.testing.assert_array_equal(gates, [0, 1, 2])
    np.testing.assert_array_equal(component_gate, [0, 0, 1, 1, 2])
    for place, column in enumerate([0, 2, 1, 5, 3]):
        assert np.corrcoef(x[:, place], X[:, column])[0, 1] == pytest.approx(1.0)
    embedded, embedded_gate, _ = encode_columns(
        X, np.ones(len(X)), gate, "legendre", True
    )
    assert embedded.shape == (len(X), N_LEGENDRE * 5)
    np.testing.assert_array_equal(embedded_gate, np.repeat(component_gate, N_LEGENDRE))


def test_plain_columns_are_as_they_came():
    X, _ = make_table("binary")
    x, *_ = encode_columns(X, np.ones(len(X)), np.arange(6), None, False)
    np.testing.assert_array_equal(x, X.astype(np.float32))
