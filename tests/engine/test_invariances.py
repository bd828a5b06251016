"""What must not change a member: company, order, chunks, seeds of others, weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import (
    CONFIG,
    OBJECTIVES,
    assert_alone_as_in_company,
    assert_same_member,
    cross_fitted_sets,
    fit,
    make_plan,
    make_problem,
    plain_sets,
    take_members,
)

from stg_select.engine import RowSet, TrainingPlan
from stg_select.engine._network import ACTIVATIONS

UNEQUAL = (0, 1, 1, 1, 2, 3, 3, 4)
STOPPING = {"max_iter": 44, "n_iter_no_change": 8, "tol": 1e-3}
# Noise is drawn for 32 uses at once; a step of a plain member is one use.
MORE_THAN_A_BLOCK_OF_NOISE = 40
# Of six members on three row sets: the first, the last, and one of the set between.
ONE_OF_EACH_SET = (0, 4, 5)
ROW_SETS = {
    "cross_fitted": cross_fitted_sets,
    "plain": plain_sets,
    "mixed": lambda n: [*cross_fitted_sets(n)[:2], *plain_sets(n)[1:]],
}


def working_sets(row_sets):
    """Give the row sets working sets of different sizes, the largest one first."""
    gates = [np.array([0, 1, 2, 3, 4]), np.array([0, 3]), np.array([1, 2, 4])]
    return [replace(s, gates=g) for s, g in zip(row_sets, gates, strict=True)]


@pytest.mark.parametrize("stopping", [{}, STOPPING], ids=["all_steps", "early_stop"])
@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("batch_size", [None, 7], ids=["full", "mini"])
@pytest.mark.parametrize("kind", ROW_SETS)
def test_member_alone_as_in_company(kind, batch_size, noise, stopping):
    problem = make_problem()
    plan = make_plan(ROW_SETS[kind](problem.n_rows))
    result = assert_alone_as_in_company(
        problem, plan, members=ONE_OF_EACH_SET, batch_size=batch_size, noise=noise,
        **stopping,
    )  # fmt: skip
    assert result.finite.all()
    assert np.ptp(result.mu, axis=0).max() > 0.1, "members must differ to be compared"
    if stopping:
        assert len(set(result.n_iter)) > 1, "members must stop at different steps"


@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("batch_size", [None, 7], ids=["full", "mini"])
@pytest.mark.parametrize(
    "component_gate", [range(5), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4], UNEQUAL],
    ids=["one", "two", "unequal"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["cross_fitted", "plain"])
def test_working_sets_and_components(kind, component_gate, batch_size, noise):
    problem = make_problem(component_gate=component_gate)
    plan = make_plan(working_sets(ROW_SETS[kind](problem.n_rows)))
    result = assert_alone_as_in_company(
        problem, plan, members=ONE_OF_EACH_SET, batch_size=batch_size, noise=noise,
        **STOPPING,
    )  # fmt: skip
    trained = [plan.row_set(k).gates for k in range(plan.n_members)]
    for mu, gates in zip(result.mu, trained, strict=True):
        assert np.array_equal(np.flatnonzero(np.isfinite(mu)), gates)


@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("kind", ["cross_fitted", "plain"])
@pytest.mark.parametrize("batch_size", [None, 7], ids=["full", "mini"])
@pytest.mark.parametrize("large", ["rows", "gates"])
def test_largest_member_may_leave_first(large, batch_size, kind, noise):
    """What is padded to the width of a member stays so after it has left."""
    problem = make_problem(n_rows=30)
    every, half = np.ones(30), np.repeat([1.0, 0.0], 15)
    few, all_gates = np.array([0, 3]), np.arange(5)
    if large == "rows":
        rows, gates = (every, half), (few, few)
        problem.x[15:] = 1e200
    else:
        rows, gates = (half, half), (all_gates, few)
        problem.x[:, 1] = 1e200
    sets = [
        RowSet(r, r if kind == "cross_fitted" else None, order_seed=1, gates=g)
        for r, g in zip(rows, gates, strict=True)
    ]
    result = assert_alone_as_in_company(
        problem, make_plan(sets, [0, 1]), batch_size=batch_size, noise=noise,
        max_iter=MORE_THAN_A_BLOCK_OF_NOISE,
    )  # fmt: skip
    assert result.n_iter.tolist() == [CONFIG.score_every, MORE_THAN_A_BLOCK_OF_NOISE]
    assert result.finite.tolist() == [False, True]


@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("batch_size", [None, 7], ids=["full", "mini"])
@pytest.mark.parametrize(
    ("kind", "component_gate"), [("cross_fitted", UNEQUAL), ("plain", range(5))]
)
def test_shared_row_set(kind, component_gate, batch_size, noise):
    """Members of a row set with four or more members share its rows."""
    problem = make_problem(component_gate=component_gate)
    sets = working_sets(ROW_SETS[kind](problem.n_rows))
    plan = make_plan(sets, index=[0, 1, 1, 2, 1, 1])
    assert [len(batch) for batch in plan.chunks(100)] == [4, 2]
    assert_alone_as_in_company(
        problem, plan, batch_size=batch_size, noise=noise, **STOPPING
    )


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("kind", ["cross_fitted", "plain"])
def test_objectives(kind, objective):
    problem = make_problem(objective)
    plan = make_plan(ROW_SETS[kind](problem.n_rows))
    assert_alone_as_in_company(problem, plan)
    assert_alone_as_in_company(problem, plan, members=ONE_OF_EACH_SET, batch_size=7)


@pytest.mark.parametrize(
    "changes",
    [
        {"hidden_layer_sizes": ()},
        {"hidden_layer_sizes": (5,)},
        {"hidden_layer_sizes": (4, 3, 3)},
        {"weight_decay": 0.0},
        {"weight_decay": 1.0},
        {"mu_range": None},
        {"mu_range": (0.4, 0.6)},
        {"mu_init": 0.1, "gate_std": 1.0},
        *({"activation": name} for name in ACTIVATIONS),
    ],
    ids=str,
)
def test_settings_of_the_network(changes):
    problem = make_problem(component_gate=UNEQUAL)
    plan = make_plan(working_sets(cross_fitted_sets(problem.n_rows)))
    # long enough for the gates to reach the end of their range
    result = assert_alone_as_in_company(
        problem, plan, members=ONE_OF_EACH_SET, **changes, max_iter=24
    )
    same = fit(problem, plan, max_iter=24)
    defaults = all(getattr(CONFIG, k) == v for k, v in changes.items())
    assert np.allclose(result.mu, same.mu, equal_nan=True) == defaults


def test_score_on_a_part_of_many_rows(monkeypatch):
    monkeypatch.setattr("stg_select.engine._run.MAX_SCORE_ROWS", 8)
    problem = make_problem(component_gate=UNEQUAL)
    plan = make_plan(working_sets(cross_fitted_sets(problem.n_rows)))
    assert_alone_as_in_company(problem, plan)


@pytest.mark.parametrize("batch_size", [None, 7], ids=["full", "mini"])
def test_order_of_the_members_does_not_matter(batch_size):
    problem = make_problem()
    plan = make_plan(ROW_SETS["mixed"](problem.n_rows))
    order = np.random.default_rng(0).permutation(plan.n_members)
    result = fit(problem, plan, batch_size=batch_size, **STOPPING)
    other = fit(
        problem, take_members(plan, order), batch_size=batch_size, **STOPPING
    )  # fmt: skip
    for j, i in enumerate(order):
        assert_same_member(result, i, other, j)


@pytest.mark.parametrize("index", [(), (0,) * 6], ids=["own_rows", "shared_rows"])
def test_chunk_size_does_not_matter(index):
    problem = make_problem()
    plan = make_plan(cross_fitted_sets(problem.n_rows), index)
    expected = fit(problem, plan)
    largest = set()
    for budget in (1, 40_000, 60_000, 10**6):
        sizes = []
        result = fit(
            problem,
            plan,
            on_score=lambda n_members, *_, sizes=sizes: sizes.append(n_members),
            memory_budget=budget,
        )
        largest.add(max(sizes))
        for member in range(plan.n_members):
            assert_same_member(expected, member, result, member)
    assert min(largest) == 1
    assert max(largest) == plan.n_members
    assert len(largest) > 2


member_descriptions = st.tuples(
    st.integers(0, 5), st.integers(0, 2**62), st.floats(0.0, 1.0)
)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    companions=st.lists(member_descriptions, max_size=6),
    position=st.integers(0, 6),
    batch_size=st.sampled_from([None, 5]),
)
def test_seed_gives_the_same_member_in_any_plan(companions, position, batch_size):
    problem = make_problem()
    sets = (*cross_fitted_sets(problem.n_rows), *plain_sets(problem.n_rows))
    members = list(companions)
    position = min(position, len(members))
    members.insert(position, (1, 12345, 0.02))
    index, seeds, prices = map(np.array, zip(*members, strict=True))
    prices = np.outer(prices, np.ones(5))
    plan = TrainingPlan(prices, seeds, sets, index)
    alone = TrainingPlan(
        np.full((1, 5), 0.02), np.array([12345]), (sets[1],), np.array([0])
    )
    changes = {"batch_size": batch_size, "max_iter": 12}
    assert_same_member(
        fit(problem, plan, **changes), position, fit(problem, alone, **changes), 0
    )


def test_seed_and_row_order_change_a_member():
    problem = make_problem()
    sets = plain_sets(problem.n_rows)
    sets = (sets[0], replace(sets[0], order_seed=99))
    plan = TrainingPlan(
        np.full((3, 5), 0.1), np.array([1, 2, 1]), sets, np.array([0, 0, 1])
    )
    full, mini = fit(problem, plan), fit(problem, plan, batch_size=7)
    assert abs(full.mu[0] - full.mu[1]).max() > 1e-3
    assert_same_member(full, 0, full, 2)
    assert abs(mini.mu[0] - mini.mu[2]).max() > 1e-3


@pytest.mark.parametrize("kind", ["cross_fitted", "plain"])
def test_order_of_the_rows_does_not_matter_in_full_batches(kind):
    problem = make_problem()
    order = np.random.default_rng(7).permutation(problem.n_rows)
    sets = ROW_SETS[kind](problem.n_rows)
    moved = [
        replace(
            s,
            network_weights=s.network_weights[order],
            gate_row_weights=None
            if s.gate_row_weights is None
            else s.gate_row_weights[order],
        )
        for s in sets
    ]
    result = fit(problem, make_plan(sets))
    other = fit(problem.rows(order), make_plan(moved))
    np.testing.assert_allclose(result.mu, other.mu, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(result.raw[:, order], other.raw, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("noise", ["member", "row"])
def test_working_set_is_a_table_of_its_columns(noise):
    problem = make_problem(component_gate=UNEQUAL)
    gates = np.array([1, 2, 4])
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    sets = tuple(replace(s, gates=gates) for s in plan.row_sets)
    result = fit(problem, replace(plan, row_sets=sets), noise=noise)
    columns = np.isin(problem.component_gate, gates)
    part = replace(
        problem,
        x=np.ascontiguousarray(problem.x[:, columns]),
        component_gate=np.searchsorted(gates, problem.component_gate[columns]),
    )
    other = fit(part, replace(plan, prices=plan.prices[:, gates]), noise=noise)
    np.testing.assert_allclose(result.cost, other.cost, rtol=1e-10)
    np.testing.assert_allclose(result.mu[:, gates], other.mu, rtol=1e-10)
    np.testing.assert_allclose(result.raw, other.raw, rtol=1e-9, atol=1e-9)
    assert np.isnan(result.mu[:, [0, 3]]).all()
