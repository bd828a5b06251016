"""Pairs among many columns of few values."""

from __future__ import annotations

import numpy as np
import pytest
from draws import ranks
from hypothesis import given, settings
from hypothesis import strategies as st

from stg_select.columns import _blocks
from stg_select.screening import _budget, _search, _wide
from stg_select.screening._search import Search
from stg_select.screening._wide import columns_of_few_values


def genotypes(n_rows=600, n_columns=80, seed=0):
    """Columns of three values, of which 33 and 71 matter together and not alone."""
    rng = np.random.default_rng(seed)
    x = rng.binomial(2, 0.5, (n_rows, n_columns)).astype(float)
    y = (x[:, 33] == 1) ^ (x[:, 71] == 1)
    return x, (y - y.mean() + 0.5 * rng.standard_normal(n_rows))[:, None]


@given(seed=st.integers(0, 2**32 - 1), n_values=st.integers(1, 6))
@settings(max_examples=30)
def test_columns_of_two_or_three_values_are_few(seed, n_values):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, n_values, (200, 5)).astype(float)
    rows = np.arange(200)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_wide, "PRODUCT_ROWS", 0.01)
        patch.setattr(_blocks, "BLOCK_CELLS", int(rng.integers(1, 2000)))
        found = columns_of_few_values(ranks(x), rows)
    few = [c for c in range(5) if 2 <= len(np.unique(x[:, c])) <= 3]
    assert found.tolist() == few


@pytest.mark.parametrize(("n_rare", "expected"), [(40, []), (46, [0])])
def test_rare_columns_are_left_out(n_rare, expected):
    """The root of ten times the rows: 44.7 of 200."""
    x = (np.arange(200) < n_rare).astype(float)[:, None]
    assert columns_of_few_values(ranks(x), np.arange(200)).tolist() == expected


def test_a_pair_is_found_among_more_columns_than_are_kept(monkeypatch):
    x, residual = genotypes()
    u, rows, weight = ranks(x), np.arange(600), np.ones(600)
    monkeypatch.setattr(_budget, "KEPT_COLUMNS", 10)
    found = Search(u, rows, residual, weight, pair_columns=40)
    while found.next_round():
        pass
    assert set(np.argsort(-found.marginal)[:2]) == {33, 71}
    assert set(np.argsort(-found.coefficients())[:2]) == {33, 71}
    assert found.found()[0].columns == (33, 71)
    assert found.in_pairs.all(), "columns of few values are paired before they go"
    monkeypatch.setattr(_budget, "WIDE_PAIRS", 0)
    monkeypatch.setattr(_budget, "FEWEST_WIDE", 0)
    lost = Search(u, rows, residual, weight, pair_columns=40)
    while lost.next_round():
        pass
    assert lost.marginal[[33, 71]].max() < 1.0


def test_pairs_that_were_scanned_alone_do_not_beat_chance():
    """Only a test does."""
    x, residual = genotypes()
    weight = np.ones(600)
    search = Search(ranks(x), np.arange(600), residual, weight, pair_columns=40)
    assert search.marginal[[33, 71]].tolist() == [_search.BELOW_CHANCE] * 2


@pytest.mark.parametrize(("n_rows", "searched"), [(35, False), (40, True)])
def test_pairs_that_no_rows_could_bear_out_are_not_looked_at(n_rows, searched):
    """Of 1000 columns they have to reach 5.12: four functions do from 36 rows on."""
    rng = np.random.default_rng(0)
    u, rows = ranks(rng.integers(0, 3, (n_rows, 1000))), np.arange(n_rows)
    residual = rng.standard_normal((n_rows, 1))
    search = Search(u, rows, residual, np.ones(n_rows), pair_columns=40)
    few = columns_of_few_values(u, rows)
    assert len(few) > 500
    assert search.in_pairs[few].all() == searched
    assert search.in_pairs.any() == searched
    assert (search.marginal > search.alone).any() == searched
