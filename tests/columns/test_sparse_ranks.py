"""Ranks of sparse tables, read as an array of ranks would be."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from stg_select.columns import Components, SparseRanks, _encoding, encode, rank_uniform

RNG = np.random.default_rng(0)
X = RNG.poisson(RNG.uniform(0.05, 1.5, 20), (40, 20)).astype(float)
X[:, 3] -= 1.0
X[:, 4] = np.arange(40) == 7
WEIGHT = RNG.uniform(0.5, 2.0, 40)
DENSE = rank_uniform(X, WEIGHT).astype(np.float32)
RANKS = SparseRanks.of_table(sparse.csc_array(X), WEIGHT)


def test_cells_are_the_ranks_of_the_dense_table():
    assert RANKS.shape == DENSE.shape
    assert len(RANKS) == len(DENSE)
    np.testing.assert_allclose(RANKS[:, :], DENSE, atol=1e-7)


@pytest.mark.parametrize(
    "index",
    [
        np.s_[:, 3:7],
        np.s_[:, np.array([4, 0, 9])],
        np.s_[np.array([5, 2]), 3:7],
        np.ix_(np.array([5, 2, 30]), np.array([19, 3])),
    ],
)
def test_an_index_reads_what_it_would_of_an_array(index):
    np.testing.assert_allclose(RANKS[index], DENSE[index], atol=1e-7)


def test_some_rows_are_sparse_ranks_again():
    head = RANKS[:10]
    assert isinstance(head, SparseRanks)
    np.testing.assert_array_equal(head[:, :], RANKS[:, :][:10])
    np.testing.assert_array_equal(
        head.count_others(np.arange(10)), np.count_nonzero(X[:10], axis=0)
    )


def test_columns_that_are_mostly_low_become_sparse():
    low = np.where(RNG.random((60, 30)) < 0.1, RNG.uniform(-0.5, 0.5, (60, 30)), -0.9)
    low[3, 4], low[:, 5] = 0.0, 0.3
    u = low.astype(np.float32)
    thin = SparseRanks.of_low(u)
    np.testing.assert_array_equal(thin[:, :], u)
    higher = (u > u.min(axis=0)).sum(axis=0)
    np.testing.assert_array_equal(thin.count_others(np.arange(60)), higher)


def test_rows_and_columns_in_another_order():
    rows, columns = RNG.permutation(40), RNG.permutation(20)
    np.testing.assert_array_equal(
        RANKS.rearranged(rows, columns)[:, :], RANKS[:, :][np.ix_(rows, columns)]
    )


def test_large_sparse_tables_stay_sparse(monkeypatch):
    gaps = X.copy()
    gaps[2, 0] = gaps[5, 3] = np.nan
    rows, weight = np.arange(3, 40), WEIGHT[3:]
    settings = {"embedded": True, "standardize": True}
    thin = Components.of_array(sparse.csc_array(gaps), WEIGHT)
    chosen = np.arange(thin.n_components)
    expected = encode(thin, rows, weight, chosen, **settings)[1]
    assert isinstance(expected, np.ndarray)
    monkeypatch.setattr(_encoding, "DENSE_CELLS", 100)
    inputs, ranks = encode(thin, rows, weight, chosen, **settings)
    assert isinstance(ranks, SparseRanks)
    assert inputs is ranks
    np.testing.assert_allclose(ranks[:, :], expected, atol=1e-7)
    unembedded = encode(thin, rows, weight, chosen, embedded=False, standardize=True)
    assert isinstance(unembedded[1], np.ndarray)
