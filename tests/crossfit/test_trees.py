"""Boosted trees on the best gates of a split."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from encoded import table_of

from stg_select.boosting import N_TREES, boosted_outputs
from stg_select.crossfit._members import RowAxes, deal_rows
from stg_select.crossfit._regressions import regression_rows
from stg_select.crossfit._shortlists import Shortlist
from stg_select.crossfit._trees import tree_losses


def make_rows(n_rows=900):
    """Two classes: which of eight boxes of the first three columns a row is in."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((n_rows, 5))
    return X, np.logical_xor.reduce(X[:, :3] > 0.3, axis=1).astype(int)


def rows_of(table, ranking):
    axes = RowAxes((table.weight,), n_repeats=1, n_folds=3, seed=5)
    gates = Shortlist(np.array(ranking), 3)
    return regression_rows(table, replace(deal_rows(table, axes)[0], shortlist=gates))


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
    rows = rows_of(table, [1, 2, 3, 4, 5])
    scaled = replace(rows, learn=factor * rows.learn, judge=factor * rows.judge)
    np.testing.assert_allclose(
        tree_losses(table, scaled, (3,)), tree_losses(table, rows, (3,)), rtol=1e-6
    )
