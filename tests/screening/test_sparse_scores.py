"""Scores of columns that are mostly zeros equal those of the dense columns."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from stg_select.columns import SparseRanks, rank_uniform
from stg_select.screening import (
    _all_columns,
    _budget,
    _sparse_scores,
    gate_scores,
)
from stg_select.screening._all_columns import all_column_scores
from stg_select.screening._basis import orthonormal_basis
from stg_select.screening._clusters import Clusters
from stg_select.screening._scans import column_scores
from stg_select.screening._sparse_scores import sparse_column_scores
from stg_select.screening._wide import columns_of_few_values
from stg_select.weighted import winsorized

RNG = np.random.default_rng(0)
N_ROWS, N_COLUMNS = 300, 60
X = RNG.poisson(RNG.uniform(0.005, 1.5, N_COLUMNS), (N_ROWS, N_COLUMNS)).astype(float)
X[:, 5] = np.arange(N_ROWS) == 7
X[:, 6] -= 1.0
WEIGHT = RNG.uniform(0.5, 2.0, N_ROWS)
WEIGHT /= WEIGHT.mean()
THIN = SparseRanks.of_table(sparse.csc_array(X), WEIGHT)
DENSE = rank_uniform(X, WEIGHT).astype(np.float32)


@pytest.mark.parametrize("cells", [10, 5000, 2**21])
@pytest.mark.parametrize("n_outputs", [1, 2])
def test_scores_equal_those_of_dense_columns(n_outputs, cells, monkeypatch):
    monkeypatch.setattr(_sparse_scores, "BLOCK_CELLS", cells)
    residual = winsorized(RNG.standard_normal((N_ROWS, n_outputs)), WEIGHT)
    single, smooth = sparse_column_scores(THIN, residual, WEIGHT)
    basis = orthonormal_basis(DENSE.T, WEIGHT)
    expected = column_scores(basis, residual, WEIGHT)
    np.testing.assert_allclose(single, expected[0], atol=1e-4)
    np.testing.assert_allclose(smooth, expected[1], atol=2e-3)


@pytest.mark.parametrize("n_columns", [1, 6, N_COLUMNS])
def test_dense_columns_that_are_mostly_low_are_scored_as_sparse_ones(
    n_columns, monkeypatch
):
    """Each as it is, whatever block it is in; with groups none is."""
    monkeypatch.setattr("stg_select.columns._blocks.BLOCK_CELLS", n_columns * N_ROWS)
    residual = winsorized(RNG.standard_normal((N_ROWS, 2)), WEIGHT)
    thin_columns = []

    def scored(u, *data):
        thin_columns.append(u.shape[1])
        return sparse_column_scores(u, *data)

    monkeypatch.setattr(_all_columns, "sparse_column_scores", scored)
    rows = np.arange(N_ROWS)
    single, smooth = all_column_scores(DENSE, rows, residual, WEIGHT)
    n_higher = np.count_nonzero(DENSE.min(axis=0) < DENSE, axis=0)
    assert 0 < sum(thin_columns) == np.count_nonzero(n_higher <= N_ROWS / 8) < N_COLUMNS
    expected = column_scores(orthonormal_basis(DENSE.T, WEIGHT), residual, WEIGHT)
    np.testing.assert_allclose(single, expected[0], atol=1e-4)
    np.testing.assert_allclose(smooth, expected[1], atol=2e-3)
    thin_columns.clear()
    all_column_scores(DENSE, rows, residual, WEIGHT, Clusters(rows // 5))
    assert not thin_columns


def test_columns_of_few_values_are_the_same():
    rows = np.arange(20, N_ROWS)
    np.testing.assert_array_equal(
        columns_of_few_values(THIN, rows), columns_of_few_values(DENSE, rows)
    )


def test_a_screen_of_a_sparse_table_is_that_of_the_dense_one(monkeypatch):
    monkeypatch.setattr(_budget, "KEPT_COLUMNS", 20)
    residual = (X[:, 40] - X[:, 41] + RNG.standard_normal(N_ROWS))[:, None]
    scores = [
        gate_scores(table, np.arange(N_COLUMNS), residual, WEIGHT, pair_columns=10)
        for table in (THIN, DENSE)
    ]
    for name in ("coefficient", "marginal"):
        np.testing.assert_allclose(*(getattr(s, name) for s in scores), atol=1e-3)
    assert scores[0].marginal.argmax() in (40, 41)
