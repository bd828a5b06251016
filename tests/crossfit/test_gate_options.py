"""Gates that stay open and gates that cost more, between selector and engine."""

from __future__ import annotations

import numpy as np
import pytest
from encoded import table_of
from samples import make_table

from stg_select.crossfit import GateOptions
from stg_select.crossfit._members import deal_rows, plan_members
from stg_select.crossfit._shortlists import MEMBER_PAIR_COLUMNS, screen, shortlist

N_FEATURES = 6


def options(kept=(), cost=None):
    usual = GateOptions.usual(N_FEATURES)
    usual.kept[list(kept)] = True
    for gate, value in (cost or {}).items():
        usual.cost[gate] = value
    return usual


def test_who_asks_for_nothing_changes_no_price():
    usual = GateOptions.usual(3)
    assert not usual.keeps
    assert not usual.has_costs
    assert usual.prices(0.5) == 0.5


def test_prices_are_multiplied_and_gates_that_stay_have_none():
    asked = GateOptions(np.array([True, False, False]), np.array([3.0, 1.0, 4.0]))
    np.testing.assert_array_equal(asked.prices(0.5), [0.0, 0.5, 2.0])
    of_each = asked.prices(np.array([0.5, 1.0, 2.0]))
    np.testing.assert_array_equal(of_each, [0.0, 1.0, 8.0])
    some = asked.of(np.array([2, 0]))
    np.testing.assert_array_equal(some.prices(1.0), [4.0, 0.0])


def test_options_follow_the_gates_of_a_table():
    """The constant gate 0 is not in the table."""
    X, y = make_table("binary", n_rows=61)
    X[:, 0] = 1.0
    table = table_of(X, y, options=options(kept=[0, 4], cost={2: 7.0}))
    np.testing.assert_array_equal(table.options.kept, table.gates == 4)
    np.testing.assert_array_equal(table.options.cost == 7.0, table.gates == 2)


def test_gates_that_stay_come_on_top_of_every_working_set():
    X, y = make_table("binary", n_rows=61)
    table = table_of(X, y, 4, options=options(kept=[4, 5]))
    found = shortlist(table, screen(table, table.weight, MEMBER_PAIR_COLUMNS))
    kept = np.flatnonzero(np.isin(table.gates, [4, 5]))
    for size in (0, 1, 3):
        best = found.best(size)
        assert len(best) == size + 2
        assert set(kept) <= set(best)
    assert sorted(found.ranking) == [0, 0, 1, 2, 3, 4]


def test_a_plan_fixes_them_in_all_members():
    X, y = make_table("binary", n_rows=61)
    table = table_of(X, y, 4, options=options(kept=[5], cost={1: 3.0}))
    splits = deal_rows(table, 1, 4, seed=0)
    plan, gates = plan_members(
        N_FEATURES, splits, (None,), table.options.prices(1.0), table.options
    )
    of_caller = table.gates[gates]
    np.testing.assert_array_equal(plan.fixed_open, of_caller == 5)
    np.testing.assert_array_equal(plan.cost, np.where(of_caller == 1, 3.0, 1.0))
    np.testing.assert_array_equal(
        plan.prices[0], np.where(of_caller == 5, 0.0, plan.cost)
    )


def of_gates(table, scores):
    return dict(zip(table.gates.tolist(), scores.marginal, strict=True))


def straight(x):
    return x


def wave(x):
    return 2.0 * np.sin(5.0 * x)


def test_the_screen_counts_what_others_add():
    """A surrogate of a column that is given adds nothing; the other signal does."""
    rng = np.random.default_rng(7)
    X = rng.normal(size=(400, N_FEATURES))
    X[:, 1] = X[:, 0] + 0.3 * rng.normal(size=400)
    y = X[:, 0] + X[:, 3] + 0.3 * rng.normal(size=400)
    scores = screen(table_of(X, y, 4), np.ones(400), MEMBER_PAIR_COLUMNS)
    assert scores.marginal[1] > 5.0
    table = table_of(X, y, 4, options=options(kept=[0]))
    given = of_gates(table, screen(table, np.ones(400), MEMBER_PAIR_COLUMNS))
    assert given[0] == 0.0
    assert given[1] < 1.0
    assert given[3] > 5.0


@pytest.mark.parametrize("n", [400, 3000])
@pytest.mark.parametrize("shape", [straight, wave])
def test_surrogates_of_a_column_that_is_given_stay_at_chance(shape, n):
    """Also when a column that is like the given one by chance has said its part."""
    of_surrogate = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(n, N_FEATURES))
        X[:, 1] = X[:, 0] + 0.1 * rng.normal(size=n)
        y = shape(X[:, 0]) + X[:, 3] + 0.3 * rng.normal(size=n)
        table = table_of(X, y, 4, options=options(kept=[0]))
        given = of_gates(table, screen(table, np.ones(n), MEMBER_PAIR_COLUMNS))
        assert given[3] > 4.0
        of_surrogate.append(given[1])
    assert np.mean(of_surrogate) < 1.1


def test_the_screen_sees_pairs_with_a_column_that_is_given():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(500, N_FEATURES))
    y = (X[:, 2] * X[:, 4] > 0).astype(int)
    table = table_of(X, y, 4, options=options(kept=[2]))
    given = screen(table, np.ones(500), MEMBER_PAIR_COLUMNS)
    assert np.argmax(given.marginal) == np.flatnonzero(table.gates == 4)[0]
    assert given.marginal.max() > 2.0


@pytest.mark.parametrize("n_outputs", [1, 2])
def test_of_copies_the_regression_prefers_the_cheaper(n_outputs):
    rng = np.random.default_rng(2)
    X = rng.normal(size=(400, N_FEATURES))
    X[:, 1] = X[:, 0] + 0.05 * rng.normal(size=400)
    y = X[:, [0]] + X[:, [3]] * np.arange(n_outputs) + 0.3 * rng.normal(size=(400, 1))
    y = y[:, 0] if n_outputs == 1 else y
    for dear, cheap in ((0, 1), (1, 0)):
        table = table_of(X, y, 4, options=options(cost={dear: 10.0}))
        found = screen(table, np.ones(400), MEMBER_PAIR_COLUMNS)
        of_gate = dict(zip(table.gates.tolist(), found.coefficient, strict=True))
        assert of_gate[dear] < 0.5 * of_gate[cheap]
