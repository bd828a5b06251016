"""What networks see of the table, wherever it lies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from problems import (
    assert_same_member,
    cross_fitted_sets,
    fit,
    make_plan,
    make_problem,
    plain_sets,
)

from stg_select.columns import Polynomials
from stg_select.engine import InputTable

COLUMN_GATE = np.array([0, 1, 1, 2, 3, 3, 4])
EVEN_GATE = np.arange(5)
OWN_GATES = ([0, 1, 2, 3, 4], [0, 3], [1, 2, 4])
SETS = {"cross_fitted": cross_fitted_sets, "plain": plain_sets}


def sets_of(kind, n_rows, own_gates):
    sets = SETS[kind](n_rows)
    if own_gates:
        pairs = zip(sets, OWN_GATES, strict=True)
        sets = [replace(s, gates=np.array(gates)) for s, gates in pairs]
    return sets


def embedded(problem):
    """Columns 1, 3, ... of a wider table with polynomials, and what they stand for."""
    rng = np.random.default_rng(1)
    q = len(problem.component_gate)
    polynomials = Polynomials(rng.uniform(-1, 1, (3, q)), rng.uniform(0.5, 2, (2, q)))
    wide = np.full((problem.n_rows, 2 * q), np.nan)
    columns = 2 * np.arange(q) + 1
    wide[:, columns] = u = rng.uniform(-1, 1, problem.x.shape)
    roots, scales = polynomials
    pairs = [scales[0] * (u - roots[0]), scales[1] * (u - roots[1]) * (u - roots[2])]
    components = replace(
        problem,
        x=np.stack(pairs, axis=-1).reshape(problem.n_rows, -1),
        component_gate=np.repeat(problem.component_gate, 2),
    )
    return InputTable(wide, problem.component_gate, columns, polynomials), components


@pytest.mark.parametrize(
    ("memory_budget", "batch_size"),
    [(None, None), (None, 7), (0, 7)],
    ids=["full", "mini", "mini-one-by-one"],
)
@pytest.mark.parametrize("own_gates", [False, True])
@pytest.mark.parametrize("gate", [COLUMN_GATE, EVEN_GATE], ids=["uneven", "even"])
@pytest.mark.parametrize("kind", SETS)
def test_polynomials_are_as_columns_that_hold_them(
    kind, gate, own_gates, memory_budget, batch_size
):
    problem = make_problem("binary", component_gate=gate)
    table, components = embedded(problem)
    plan = make_plan(sets_of(kind, problem.n_rows, own_gates))
    changes = {"batch_size": batch_size, "memory_budget": memory_budget}
    result = fit(components, plan, table=table, **changes)
    expected = fit(components, plan, **changes)
    for member in range(plan.n_members):
        assert_same_member(result, member, expected, member)


def assert_streaming_changes_nothing(kind, own_gates, noise, batch_size, **changes):
    problem = make_problem("binary", component_gate=COLUMN_GATE, n_rows=60)
    plan = make_plan(sets_of(kind, problem.n_rows, own_gates))
    tables = [(problem.table, problem), embedded(problem)]
    changes |= {"noise": noise, "batch_size": batch_size, "n_iter_no_change": 8}
    for table, components in tables:
        resident = fit(components, plan, table=table, max_iter=40, **changes)
        streamed = fit(
            components, plan, table=table, max_iter=40, data_budget=9, **changes
        )
        for name in ("mu", "loss", "raw", "n_iter"):
            one, other = getattr(streamed, name), getattr(resident, name)
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("batch_size", [None, 7], ids=["full", "mini"])
@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("own_gates", [False, True])
@pytest.mark.parametrize("kind", SETS)
def test_streaming_changes_nothing(kind, own_gates, noise, batch_size):
    assert_streaming_changes_nothing(kind, own_gates, noise, batch_size)


@pytest.mark.cuda
@pytest.mark.parametrize("batch_size", [None, 7], ids=["full", "mini"])
@pytest.mark.parametrize("own_gates", [False, True])
def test_streaming_to_cuda_changes_nothing(cuda_device, own_gates, batch_size):
    assert_streaming_changes_nothing(
        "cross_fitted", own_gates, "member", batch_size, device=str(cuda_device)
    )


@pytest.mark.parametrize("data_budget", [None, 0])
def test_columns_that_cannot_be_written_are_taken(data_budget):
    """Workers that are processes get large arrays as memory maps."""
    problem = make_problem("binary", component_gate=COLUMN_GATE)
    table, components = embedded(problem)
    plan = make_plan(cross_fitted_sets(problem.n_rows))
    expected = fit(components, plan, table=table)
    for array in (table.x, table.columns, table.column_gate, *table.polynomials):
        array.setflags(write=False)
    result = fit(components, plan, table=table, data_budget=data_budget)
    np.testing.assert_array_equal(result.mu, expected.mu)
