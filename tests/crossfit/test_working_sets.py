"""Which gates a member trains."""

from __future__ import annotations

import numpy as np
import pytest
from encoded import table_of
from samples import make_table

from stg_select.crossfit import _working_sets
from stg_select.crossfit._working_sets import (
    MEMBER_PAIR_COLUMNS,
    is_part,
    screen,
    working_sets,
)
from stg_select.rules import promise
from stg_select.screening import GateScores, gate_scores


@pytest.fixture
def table():
    return table_of(*make_table("binary", n_rows=61))


def test_a_set_is_a_part_where_its_fewest_gates_are():
    assert is_part((5, 5), 6)
    assert is_part((5, 100), 6)
    assert not is_part((6, 6), 6)
    assert not is_part(None, 6)


def test_no_screen_where_all_gates_fit(table, monkeypatch):
    monkeypatch.setattr(_working_sets, "screen", None)
    sizes = (None, (6, 6), (6, 100))
    assert working_sets(table, table.weight, sizes) == [None, None, None]


def test_several_sizes_are_chosen_by_one_screen(table, monkeypatch):
    calls = []
    scores = GateScores(np.array([6.0, 5, 4, 3, 2, 1]), np.zeros(6))

    def screened(*arguments):
        calls.append(arguments)
        return scores

    monkeypatch.setattr(_working_sets, "screen", screened)
    found = working_sets(table, table.weight, ((2, 2), None, (4, 4)))
    assert len(calls) == 1
    np.testing.assert_array_equal(found[0], [0, 1])
    assert found[1] is None
    np.testing.assert_array_equal(found[2], [0, 1, 2, 3])


def test_working_set_holds_the_best_of_the_screen(table):
    (found,) = working_sets(table, table.weight, ((4, 4),))
    scores = screen(table, table.weight, MEMBER_PAIR_COLUMNS)
    order = np.argsort(-promise(scores.coefficient, scores.marginal))
    assert set(found) == set(order[:4])
    assert {0, 1} <= set(found)


def test_clear_columns_come_before_coefficients_near_zero(table, monkeypatch):
    """Of columns that say the same a regression keeps one, and some useless ones."""
    n_gates = len(table.gates)
    coefficient, marginal = np.zeros(n_gates), np.full(n_gates, 0.8)
    coefficient[:3], marginal[[2, 3, 4]] = [0.02, 0.01, 0.5], [4.0, 3.9, 3.8]
    scores = GateScores(coefficient, marginal)
    monkeypatch.setattr(_working_sets, "screen", lambda *arguments: scores)
    (found,) = working_sets(table, table.weight, ((4, 4),))
    np.testing.assert_array_equal(found, [0, 2, 3, 4])


def test_two_gates_for_each_signal_between_fewest_and_most():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 40))
    y = X[:, :6].sum(axis=1) + 0.1 * rng.standard_normal(400)
    table = table_of(X, y)
    scores = screen(table, table.weight, MEMBER_PAIR_COLUMNS)
    signals = int((scores.marginal >= 1.0).sum())
    assert 6 <= signals < 20
    sizes = ((1, 40), (1, 8), (14, 40), (20, 30))
    for found, size in zip(
        working_sets(table, table.weight, sizes), sizes, strict=True
    ):
        assert len(found) == min(max(2 * signals, size[0]), size[1])
        assert set(range(6)) <= set(found)


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
