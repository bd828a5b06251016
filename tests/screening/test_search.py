"""The greedy search: what one round notes, and that its blocks do not matter."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from draws import (
    cells_score,
    deviate_of,
    every,
    functions_of,
    mixed_columns,
    noise_of,
    ranks,
    score_of,
    seeds,
    straight_score,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from stg_select.columns import _blocks
from stg_select.screening import _budget, _terms
from stg_select.screening._basis import orthonormal_basis
from stg_select.screening._levels import chance
from stg_select.screening._scans import Scan, best_positions
from stg_select.screening._search import BELOW_CHANCE, Search
from stg_select.weighted import standardized


def search(x, residual, weight=None, pair_columns=100):
    weight = np.ones(len(x)) if weight is None else weight
    return Search(ranks(x, weight), np.arange(len(x)), residual, weight, pair_columns)


def wide_table(n_rows=300, n_columns=120, seed=0):
    """Columns 3 and 50 act alone, 80 and 101 together."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n_rows, n_columns))
    y = x[:, 3] + x[:, 50] ** 2 + 1.5 * x[:, 80] * x[:, 101]
    return x, (y + 0.3 * rng.standard_normal(n_rows))[:, None]


@given(seed=seeds, m=st.integers(1, 5), n_rows=st.sampled_from([60, 300]))
@settings(max_examples=30)
def test_marginals_of_one_round_are_the_best_terms_of_a_column(seed, m, n_rows):
    """All pairs and triples are scored: there are few columns."""
    rng = np.random.default_rng(seed)
    x, weight = mixed_columns(rng, n_rows, m), rng.uniform(0.5, 2.0, n_rows)
    weight /= weight.mean()
    # nothing is beyond three standard deviations
    residual = standardized(rng.uniform(-1.0, 1.0, (n_rows, 1)), weight)
    found = search(x, residual, weight)
    found.next_round()
    basis = orthonormal_basis(ranks(x, weight).T, weight).astype(float)
    output = residual[:, 0]
    best = np.zeros(m)
    for d in range(m):
        scores = [
            score_of(f, output, weight) / noise_of(f, output, weight)
            for f in functions_of(basis, d)
        ]
        straight = np.abs(scores[:2]).max() / chance(2 * m)
        smooth = deviate_of(np.square(scores).sum(), len(scores)) / chance(m)
        best[d] = max(straight, smooth)
    sets = [(2, straight_score), (3, straight_score), (3, cells_score)]
    for order, score in sets:
        level = chance(comb(m, order))
        for chosen, value in every(order, m, score, basis, residual, weight).items():
            columns = list(chosen)
            best[columns] = np.maximum(best[columns], value / level)
    # pairs of any shape can only add; what is above chance is tested again
    below = best < BELOW_CHANCE
    assert (found.marginal[below] >= best[below] - 0.02).all()


def test_several_outputs_share_their_coefficients():
    """One column says most about two of them, a pair all about the third."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((400, 40))
    noise = 0.3 * rng.standard_normal((400, 3))
    signals = [x[:, 3] + x[:, 7], x[:, 3], x[:, 20] * x[:, 31]]
    found = search(x, np.column_stack(signals) + noise)
    before = found.coefficients()
    while found.next_round():
        pass
    after = found.coefficients()
    assert set(np.argsort(-before)[:2]) == {3, 7}
    assert set(np.argsort(-after)[:4]) == {3, 7, 20, 31}
    assert after[[20, 31]].min() > 3.0 * np.delete(after, [3, 7, 20, 31]).max()
    # what the search has explained still counts
    np.testing.assert_allclose(after[3], before[3], rtol=0.02)


def test_rounds_find_what_a_strong_term_hides():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((400, 30))
    y = 10.0 * np.tanh(x[:, 0]) + 0.6 * x[:, 1] * x[:, 2]
    found = search(x, (y + 0.3 * rng.standard_normal(400))[:, None])
    assert found.next_round()
    hidden = found.marginal[[1, 2]].copy()
    assert hidden.max() < 1.0
    while found.next_round():
        pass
    assert found.marginal[[1, 2]].min() > 1.5
    assert set(np.argsort(-found.coefficients())[:3]) == {0, 1, 2}


@pytest.mark.parametrize(("n_outputs", "n_equal"), [(1, 1), (3, 1), (5, 1), (5, 2)])
def test_terms_of_every_output_are_looked_through(n_outputs, n_equal):
    """Columns of all that differ; sets of the three main ones at most."""
    rng = np.random.default_rng(0)
    x, residual = rng.standard_normal((80, 6)), rng.standard_normal((80, n_outputs))
    found = search(x, np.tile(residual, n_equal))
    assert found._n_terms("linear", 1) == 2 * 6 * n_outputs
    assert found._n_terms("smooth", 1) == 6 * n_outputs
    assert found._n_terms("product", 2) == comb(6, 2) * min(n_outputs, 3)
    assert found._n_terms("cells", 3) == comb(6, 3) * min(n_outputs, 3)


@pytest.mark.parametrize(
    ("kind", "noted"), [("product", BELOW_CHANCE), ("linear", 1.4)]
)
def test_a_set_that_its_test_does_not_confirm_is_below_chance(kind, noted):
    """The scan of straight columns is a test already."""
    rng = np.random.default_rng(0)
    found = search(rng.standard_normal((80, 6)), rng.standard_normal((80, 1)))
    found.marginal[:] = found.alone[:] = 0.0
    order = 2 if kind == "product" else 1
    columns = np.arange(3 * order).reshape(3, order)
    scan = Scan(kind, np.array([1.4, 1.3, 0.5]), columns)
    confirmed = _terms.Tested(kind, tuple(columns[1].tolist()), 0, 1.1, 1.1, 0.1)
    found._note_tested([scan], [confirmed])
    of_set = [noted, 1.1 if kind == "product" else 1.3, 0.5]
    expected = np.pad(np.repeat(of_set, order), (0, 6 - 3 * order))
    np.testing.assert_array_equal(found.marginal, expected)
    np.testing.assert_array_equal(found.alone, expected * (order == 1))
    np.testing.assert_array_equal(scan.score, [1.4, 1.3, 0.5])


def test_search_ends_where_nothing_beats_chance():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((200, 40))
    found = search(x, rng.standard_normal((200, 1)))
    rounds = [found.next_round() for _ in range(3)]
    assert not all(rounds)
    # with nothing found, there is nothing new to look at
    assert not rounds[-1]


@pytest.mark.parametrize("n_kept", [10, 40, 119])
def test_columns_that_are_not_kept_have_a_score_of_their_own(n_kept, monkeypatch):
    """What is kept is decided one column at a time."""
    x, residual = wide_table()
    whole = search(x, residual)
    whole.next_round()
    monkeypatch.setattr(_budget, "KEPT_COLUMNS", n_kept)
    few = search(x, residual)
    alone = few.marginal.copy()
    kept = np.argsort(-alone)[:n_kept]
    assert {3, 50} <= set(kept)
    assert (alone <= whole.marginal + 1e-6).all()
    few.next_round()
    others = np.setdiff1d(np.arange(120), kept)
    np.testing.assert_array_equal(few.marginal[others], alone[others])
    assert (few.coefficients()[others] == 0.0).all()
    assert {3, 50} <= set(np.argsort(-few.coefficients())[:4])


@pytest.mark.parametrize("cells", [1, 300 * 7, 2**21])
def test_blocks_of_columns_do_not_matter(cells, monkeypatch):
    x, residual = wide_table()
    monkeypatch.setattr(_budget, "KEPT_COLUMNS", 60)
    expected = search(x, residual).marginal
    monkeypatch.setattr(_blocks, "BLOCK_CELLS", cells)
    np.testing.assert_allclose(search(x, residual).marginal, expected, atol=1e-4)


def test_pairs_of_curved_terms_are_looked_for_among_the_best_columns():
    """A ring of two columns that say nothing alone needs them among the pairs."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((500, 60))
    inside = (x[:, 20] ** 2 - 1.0) * (x[:, 40] ** 2 - 1.0)
    residual = (inside + rng.standard_normal(500))[:, None]
    many, few = (search(x, residual, pair_columns=count) for count in (60, 2))
    for found in (many, few):
        found.next_round()
    assert many.marginal[[20, 40]].min() > few.marginal[[20, 40]].min()
    assert many.in_pairs.all()
    assert few.in_pairs.sum() == 2


def test_more_rows_look_at_fewer_pairs():
    """All pairs up to 1000 rows; the work is the root of what it would be beyond."""
    rng = np.random.default_rng(0)
    for n_rows, expected in ((500, 100), (1000, 100), (4000, 50)):
        found = search(rng.standard_normal((n_rows, 3)), rng.random((n_rows, 1)))
        assert found._budget.pairs == expected


@given(
    score=st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=1, max_size=9),
    count=st.integers(0, 12),
)
def test_best_positions_put_the_first_of_equals_first(score, count):
    expected = sorted(range(len(score)), key=lambda i: (-score[i], i))[:count]
    assert best_positions(np.array(score), count).tolist() == expected


def test_terms_among_the_best_columns_are_noted_for_these(monkeypatch):
    """Positions among the columns that are looked at are not those of the table."""
    monkeypatch.setattr(_budget, "TRIPLE_COLUMNS", (6, 6))
    rng = np.random.default_rng(0)
    x = rng.standard_normal((500, 120))
    true = [100, 105, 110]
    y = x[:, true].sum(axis=1) + x[:, true].prod(axis=1)
    found = search(x, (y + 0.3 * rng.standard_normal(500))[:, None])
    while found.next_round():
        pass
    assert found.marginal[true].min() > 1.5
    assert np.delete(found.marginal, true).max() < 1.4
    named = [term.columns for term in found.found()]
    assert {column for columns in named for column in columns} >= set(true)
    assert (*true,) in named


@pytest.mark.parametrize(("n_rows", "searched"), [(16, False), (17, True)])
def test_pairs_are_looked_at_where_they_may_be_above_chance(n_rows, searched):
    """Of 80 columns they have to reach 4.01; no score exceeds the root of the rows."""
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((n_rows, 80)), rng.standard_normal((n_rows, 1))
    found = search(x, y)
    found.next_round()
    assert found.in_pairs.any() == searched
    assert (found.marginal > found.alone).any() == searched
