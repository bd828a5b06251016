"""Weights are repeated rows, zeros are removed ones, and their scale says nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import (
    OBJECTIVES,
    assert_same_member,
    cross_fitted_sets,
    fit,
    make_plan,
    make_problem,
    plain_sets,
)

from stg_select.engine import RowSet

SETS = {"cross_fitted": cross_fitted_sets, "plain": plain_sets}


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("kind", ["cross_fitted", "plain"])
def test_integer_weights_are_repeated_rows(kind, objective):
    problem = make_problem(objective, n_rows=28)
    rng = np.random.default_rng(5)
    counts = rng.integers(0, 4, problem.n_rows)
    repeats = np.repeat(np.arange(problem.n_rows), counts)
    to_gates = rng.permutation(problem.n_rows) % 3 == 0
    weighted, repeated = [], []
    for sets, weight, gate_rows in (
        (weighted, counts.astype(float), to_gates),
        (repeated, np.ones(len(repeats)), to_gates[repeats]),
    ):
        if kind == "plain":
            sets.append(RowSet(weight, None, order_seed=0))
        else:
            sets.append(RowSet(weight * ~gate_rows, weight * gate_rows, order_seed=0))
    result = fit(problem, make_plan(weighted))
    other = fit(problem.rows(repeats), make_plan(repeated))
    for member in range(2):
        np.testing.assert_allclose(
            result.mu[member], other.mu[member], rtol=1e-10, atol=1e-10
        )
        np.testing.assert_allclose(
            result.history["score"][:, member], other.history["score"][:, member],
            rtol=1e-10,
        )  # fmt: skip
        np.testing.assert_allclose(
            result.raw[member][repeats], other.raw[member], rtol=1e-9, atol=1e-8
        )


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("batch_size", [None, 7], ids=["full", "mini"])
@pytest.mark.parametrize("kind", ["cross_fitted", "plain"])
def test_weight_zero_is_a_removed_row(kind, batch_size, noise, objective):
    problem = make_problem(objective, n_rows=28)
    kept = np.flatnonzero(np.random.default_rng(6).uniform(size=28) < 0.8)
    with_zeros, without = [], []
    for row_set in SETS[kind](problem.n_rows):
        network, gate = (
            None if w is None else np.where(np.isin(np.arange(28), kept), w, 0.0)
            for w in (row_set.network_weights, row_set.gate_row_weights)
        )
        with_zeros.append(RowSet(network, gate, row_set.order_seed))
        without.append(
            RowSet(
                network[kept],
                None if gate is None else gate[kept],
                row_set.order_seed,
            )
        )
    changes = {"batch_size": batch_size, "noise": noise}
    result = fit(problem, make_plan(with_zeros), **changes)
    result = replace(result, raw=result.raw[:, kept])
    other = fit(problem.rows(kept), make_plan(without), **changes)
    for member in range(6):
        assert_same_member(result, member, other, member)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(factor=st.floats(1e-3, 1e3), objective=st.sampled_from(sorted(OBJECTIVES)))
def test_scale_of_the_weights_does_not_matter(factor, objective):
    problem = make_problem(objective)
    sets = cross_fitted_sets(problem.n_rows)
    scaled = [
        replace(
            s,
            network_weights=factor * s.network_weights,
            gate_row_weights=factor * s.gate_row_weights,
        )
        for s in sets
    ]
    result, other = fit(problem, make_plan(sets)), fit(problem, make_plan(scaled))
    for member in range(6):
        assert_same_member(result, member, other, member)
