"""Scores of columns that are mostly zeros equal those of the dense columns."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from stg_select.columns import SparseRanks, rank_uniform
from stg_select.screening import _search, _sparse_scores, gate_scores
from stg_select.screening._basis import orthonormal_basis
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


def test_dense_columns_that_are_mostly_low_are_scored_as_sparse_ones(monkeypatch):
    """Block by block, each as it is."""
    monkeypatch.setattr(_search, "KEPT_CELLS", 1)
    monkeypatch.setattr(_search, "WEIGHED_COLUMNS", 10)
    monkeypatch.setattr(_search, "WEIGHED_CELLS", 1)
    monkeypatch.setattr(_search, "FEWEST_WIDE", 1)
    monkeypatch.setattr("stg_select.columns._blocks.BLOCK_CELLS", 6 * N_ROWS)
    residual = winsorized(RNG.standard_normal((N_ROWS, 2)), WEIGHT)
    thin_blocks = []

    def scored(u, *data):
        thin_blocks.append(u.shape[1])
        return sparse_column_scores(u, *data)

    monkeypatch.setattr(_search, "sparse_column_scores", scored)
    n_low = np.count_nonzero(DENSE.min(axis=0) == DENSE, axis=0)
    by_share = DENSE[:, np.argsort(-n_low)]
    search = [
        _search.Search(u, np.arange(N_ROWS), residual, WEIGHT, 1)
        for u in (by_share, -by_share)  # none of which is mostly low
    ]
    assert 0 < len(thin_blocks) < 10
    np.testing.assert_allclose(*(s.marginal for s in search), atol=2e-3)


def test_columns_of_few_values_are_the_same():
    rows = np.arange(20, N_ROWS)
    np.testing.assert_array_equal(
        columns_of_few_values(THIN, rows), columns_of_few_values(DENSE, rows)
    )


def test_a_screen_of_a_sparse_table_is_that_of_the_dense_one(monkeypatch):
    monkeypatch.setattr(_search, "KEPT_COLUMNS", 20)
    residual = (X[:, 40] - X[:, 41] + RNG.standard_normal(N_ROWS))[:, None]
    scores = [
        gate_scores(table, np.arange(N_COLUMNS), residual, WEIGHT, pair_columns=10)
        for table in (THIN, DENSE)
    ]
    for name in ("coefficient", "marginal"):
        np.testing.assert_allclose(*(getattr(s, name) for s in scores), atol=1e-3)
    assert scores[0].marginal.argmax() in (40, 41)
