"""Which gates a member trains."""

from __future__ import annotations

import numpy as np
import pytest
from encoded import table_of
from samples import make_table

from stg_select.crossfit._shortlists import (
    MEMBER_PAIR_COLUMNS,
    Shortlist,
    screen,
    shortlist,
)
from stg_select.rules import promise
from stg_select.screening import GateScores, gate_scores


@pytest.fixture
def table():
    return table_of(*make_table("binary", n_rows=61))


def test_best_gates_come_in_the_order_of_the_table():
    gates = Shortlist(np.array([3, 1, 4, 2]), n_signals=2)
    np.testing.assert_array_equal(gates.best(2), [1, 3])
    np.testing.assert_array_equal(gates.best(9), [0, 1, 2, 3])


def test_best_gates_are_those_of_the_screen(table):
    scores = screen(table, table.weight, MEMBER_PAIR_COLUMNS)
    found = shortlist(table, scores)
    order = np.argsort(-promise(scores.coefficient, scores.marginal))
    assert set(found.best(4)) == set(order[:4])
    assert set(found.best(2)) == {0, 1}
    assert found.n_signals == np.count_nonzero(scores.marginal >= 1.0)


def test_clear_columns_come_before_coefficients_near_zero(table):
    """Of columns that say the same a regression keeps one, and some useless ones."""
    n_gates = len(table.gates)
    coefficient, marginal = np.zeros(n_gates), np.full(n_gates, 0.8)
    coefficient[:3], marginal[[2, 3, 4]] = [0.02, 0.01, 0.5], [4.0, 3.9, 3.8]
    scores = GateScores(coefficient, marginal, marginal, marginal > 0.0, ())
    found = shortlist(table, scores)
    np.testing.assert_array_equal(found.best(4), [0, 2, 3, 4])
    assert found.n_signals == 3


def test_screen_scores_the_residual_of_the_null_model(table):
    """By hand: the residual of labels is the label less the share of ones."""
    scores = screen(table, table.weight, 100)
    share = np.average(table.target, weights=table.weight)
    expected = gate_scores(
        table.ranks,
        table.component_gate,
        (table.target - share)[:, None],
        table.weight,
        100,
    )
    np.testing.assert_allclose(scores.coefficient, expected.coefficient, atol=1e-4)
    np.testing.assert_allclose(scores.marginal, expected.marginal, rtol=1e-4)
    assert set(np.argsort(-scores.coefficient)[:2]) == {0, 1}
