"""Boosted trees on the best gates of a split."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from encoded import table_of
from scipy import sparse

from stg_select.boosting import N_TREES, boosted_outputs
from stg_select.columns import Components, SparseRanks
from stg_select.crossfit import RowPlan, build_table
from stg_select.crossfit._judged_rows import judged_rows
from stg_select.crossfit._members import deal_rows
from stg_select.crossfit._shortlists import Shortlist
from stg_select.crossfit._trees import tree_losses
from stg_select.selectors._targets import encode_target


def make_rows(n_rows=900):
    """Two classes: which of eight boxes of the first three columns a row is in."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((n_rows, 5))
    return X, np.logical_xor.reduce(X[:, :3] > 0.3, axis=1).astype(int)


def rows_of(table, ranking):
    dealt = deal_rows(table, n_repeats=1, n_folds=3, seed=5)
    gates = Shortlist(np.array(ranking), 3)
    return judged_rows(table, replace(dealt[0], shortlist=gates))


def test_losses_are_of_held_out_rows_and_the_best_gates():
    table = table_of(*make_rows())
    rows = rows_of(table, [2, 3, 1, 5, 4])
    losses = tree_losses(table, rows, (1, 2, 3, 5))
    assert losses.shape == (N_TREES, 4)
    least = losses.min(axis=0)
    assert least[1] > 0.9  # a gate is missing
    assert least[2] < 0.3
    # by hand, of the columns of the best two gates
    X = np.round(127 * table.ranks[:, [0, 2]])
    weight = rows.learn / rows.learn.mean()
    learn = X[rows.network], table.target[rows.network], weight
    raw = boosted_outputs(table.objective, *learn, X[rows.gate])
    of_gates, null = table.target[rows.gate], table.null_deviance
    expected = table.objective.losses_of(raw, of_gates, rows.judge) / rows.judge.sum()
    np.testing.assert_allclose(losses[:, 1], expected / null, rtol=1e-6)


def test_gates_that_stay_open_are_seen_with_every_size():
    table = table_of(*make_rows())
    kept = rows_of(table, [0, 0, 1, 3, 2])
    np.testing.assert_array_equal(
        tree_losses(table, kept, (0, 1)),
        tree_losses(table, rows_of(table, [1, 2, 3, 5, 4]), (2, 3)),
    )


@pytest.mark.parametrize("factor", [0.01, 100.0])
def test_the_unit_of_weights_changes_nothing(factor):
    table = table_of(*make_rows())
    counts, weight = factor * table.counts, factor * table.weight
    scaled = replace(table, counts=counts, weight=weight)
    expected, losses = (
        tree_losses(t, rows_of(t, [1, 2, 3, 4, 5]), (3,)) for t in (table, scaled)
    )
    np.testing.assert_allclose(losses, expected, rtol=1e-6)


def test_rows_of_few_kinds_count_as_often_as_they_come():
    """Parity of three of four columns, in 32 kinds of rows."""
    rng = np.random.default_rng(2)
    X = rng.integers(0, 2, (4000, 4)).astype(float)
    y = X[:, :3].sum(axis=1) % 2 != (rng.random(4000) < 0.2)
    table = build_table(
        Components.of_array(X),
        encode_target(y.astype(int), "auto", np.ones(4000)),
        np.ones(4000),
        np.arange(4),
        RowPlan(3),
        embedded=True,
        standardize=True,
        seed=0,
    )
    assert len(table.weight) == 32
    assert table.few_kinds
    rows = rows_of(table, table.gates + 1)
    least = tree_losses(table, rows, (2, 3)).min(axis=0)
    assert least[0] > 0.98
    # .72 is the best that can be done
    assert least[1] < 0.75


def test_sparse_tables_have_the_same_losses():
    rng = np.random.default_rng(4)
    X = rng.random((900, 5)) * (rng.random((900, 5)) < 0.3)
    table = table_of(X, ((X[:, 0] > 0) ^ (X[:, 1] > 0.2)).astype(int))
    mostly = np.median(table.ranks, axis=0)
    others = sparse.csc_array(np.where(table.ranks == mostly, 0.0, table.ranks))
    as_sparse = replace(table, ranks=SparseRanks(mostly, others))
    rows = rows_of(table, [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(
        tree_losses(as_sparse, rows, (2, 5)), tree_losses(table, rows, (2, 5))
    )
