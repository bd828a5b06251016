"""Columns by which few rows stand apart: rare words and dummies, and rare classes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.stats import binom, norm

from stg_select.columns import SparseRanks, rank_uniform
from stg_select.screening import gate_scores
from stg_select.screening._rare_columns import rare_column_scores

N_ROWS = 2000
EVEN = np.ones(N_ROWS)
ROWS = np.arange(N_ROWS)


def residual_of(y, weight=EVEN):
    mean = np.average(y, weights=weight, axis=0)
    return (y - mean) / np.sqrt(np.average((y - mean) ** 2, weights=weight, axis=0))


def rare_class(size=40):
    """A class of the first rows."""
    return residual_of((np.arange(N_ROWS) < size).astype(float)[:, None])


def word_of(n_hits, n_others):
    """A word in rows of the class, and in rows of others."""
    word = np.zeros(N_ROWS)
    word[:n_hits] = word[100 : 100 + n_others] = 1.0
    return word


def scores_of(X, residual, weight=EVEN):
    return rare_column_scores(rank_uniform(X, weight), ROWS, residual, weight)


@pytest.mark.parametrize("n_hits", [3, 6, 12])
def test_a_word_of_a_rare_class_is_about_as_unlikely_as_it_is(n_hits):
    word = word_of(n_hits, 15 - n_hits)[:, None]
    exact = norm.isf(binom.sf(n_hits - 1, 15, 0.02))
    assert exact - 0.8 < scores_of(word, rare_class())[0] < exact
    # which sums over their own spread do not say of so few rows
    assert n_hits < 6 or exact > 15**0.5


def test_rows_apart_may_be_the_low_ones_or_both():
    word = word_of(12, 3)
    both = np.where(np.cumsum(word) % 2, word, -word)
    first, *others = scores_of(np.stack([word, 1 - word, both], 1), rare_class())
    assert first > 8.0
    assert others == pytest.approx([first, first])


def test_a_class_that_few_rows_avoid_is_no_surprise_beside_one_that_they_are_of():
    half = residual_of((ROWS < N_ROWS // 2).astype(float)[:, None])
    of_it, of_others = word_of(20, 0), word_of(0, 0)
    of_others[-20:] = 1.0
    score = scores_of(np.stack([of_it, of_others], 1), half)
    assert score == pytest.approx(norm.isf(2.0**-20), abs=1e-2)
    avoided = scores_of(of_others[:, None], rare_class())
    assert avoided == 0.0


def test_what_is_not_rare_has_no_score():
    rng = np.random.default_rng(0)
    y = rare_class(300)
    numbers, common, constant = rng.normal(size=N_ROWS), ROWS < 260, np.zeros(N_ROWS)
    X = np.stack([numbers, common, ROWS < 250, constant], 1)
    score = scores_of(X, y)
    assert score[2] > 20.0
    np.testing.assert_array_equal(np.delete(score, 2), 0.0)


def test_the_output_that_says_most_counts():
    one, other = rare_class(), residual_of(word_of(0, 30)[:, None])
    words = np.stack([word_of(12, 3), word_of(0, 9)], 1)
    joint = scores_of(words, np.concatenate([one, other], 1))
    apart = [scores_of(words, y) for y in (one, other)]
    np.testing.assert_allclose(joint, np.max(apart, axis=0))


@pytest.mark.parametrize("kind", ["even", "classes", "survey", "any"])
@pytest.mark.parametrize("target", ["rare class", "heavy tails"])
def test_noise_scores_no_more_than_it_should(kind, target):
    """A bound on the tails is one at every level, also of a few heavy rows.

    Of a survey some columns hold nearly all heavy rows.
    """
    rng = np.random.default_rng(3)
    n_columns, levels = 400, np.array([2.0, 3.0])
    n_looked, n_draws = (3, 100) if kind == "survey" else (n_columns, 10)
    above = np.zeros(2)
    for _ in range(n_draws):
        X = (rng.random((N_ROWS, n_columns)) < rng.uniform(0.002, 0.1, n_columns)) * 1.0
        y = (rng.random(N_ROWS) < 0.03) * 1.0
        if target == "heavy tails":
            y = rng.standard_t(3, N_ROWS)
        weight = {
            "even": EVEN,
            "classes": np.where(y > 0.5, 10.0, 1.0),
            "survey": 1.0 + 299.0 * X[:, :3].any(axis=1) * (rng.random(N_ROWS) < 0.05),
            "any": rng.exponential(size=N_ROWS),
        }[kind]
        weight /= weight.mean()
        X = X[:, :n_looked]
        score = scores_of(X, residual_of(y[:, None], weight), weight)
        above += np.count_nonzero(score >= levels[:, None], axis=1)
    assert (above <= 2 * norm.sf(levels) * n_draws * n_looked).all()
    assert kind != "even" or above[0] > 0


def test_a_row_of_many_weighs_no_more_than_one_that_comes_so_often():
    weight = EVEN.copy()
    weight[0] = 12.0
    lonely = word_of(1, 3)[:, None]
    y = residual_of((ROWS < 40).astype(float)[:, None], weight)
    heavy = scores_of(lonely, y, weight / weight.mean())
    assert heavy < scores_of(word_of(4, 0)[:, None], rare_class())
    assert heavy < 3.0


def test_sparse_columns_are_scored_like_dense_ones():
    rng = np.random.default_rng(1)
    rates = rng.uniform(0.002, 0.2, 300)
    X = rng.integers(-2, 4, (N_ROWS, 300)) * (rng.random((N_ROWS, 300)) < rates)
    X[:, 200:] += 1  # few zeros
    X[:, 290:] = np.where(X[:, 290:] == 2, 0, X[:, 290:])
    rows, y = np.arange(0, N_ROWS, 2), rare_class()[::2]
    dense = rank_uniform(X.astype(float), EVEN)
    low = SparseRanks.of_table(sparse.csc_array(X.astype(float)), EVEN)
    score = rare_column_scores(dense, rows, y, EVEN[::2])
    np.testing.assert_array_equal(rare_column_scores(low, rows, y, EVEN[::2]), score)
    assert 0 < np.count_nonzero(score[:200]) < 200
    assert 0 < np.count_nonzero(score[200:]) < 100


def test_weighted_rows_by_hand():
    """Rows of a class weigh three times as much as others: the weaker bound counts."""
    rows = ROWS < 40
    weight = np.where(rows, 3.0, 1.0)
    weight /= weight.mean()
    y = residual_of(rows[:, None] * 1.0, weight)
    share = np.average(rows, weights=weight)

    def bound(values, mean, weight, count):
        tilts = np.linspace(0.0, 8.0, 4000)
        moments = np.exp(tilts[:, None] * values[[0, -1]]) @ weight
        return count * (tilts * mean - np.log(moments)).max()

    values = y[[0, -1], 0]
    in_weights = bound(values, values[0], [share, 1 - share], 6.0)
    in_rows = bound(values * weight[[0, -1]], values[0] * weight[0], [0.02, 0.98], 6.0)
    expected = norm.isf(np.exp(-min(in_weights, in_rows)))
    score = scores_of(word_of(6, 0)[:, None], y, weight)
    assert in_weights < in_rows
    assert score == pytest.approx(expected, abs=0.02)


def test_the_order_of_rows_changes_no_score():
    rng = np.random.default_rng(5)
    X = (rng.random((N_ROWS, 100)) < 0.03) * 1.0
    weight = rng.exponential(size=N_ROWS)
    weight /= weight.mean()
    y, order = residual_of(rng.normal(size=(N_ROWS, 2)), weight), rng.permutation(ROWS)
    ranks = rank_uniform(X, weight)
    score = rare_column_scores(ranks, ROWS, y, weight)
    again = rare_column_scores(ranks[order], ROWS, y[order], weight[order])
    np.testing.assert_array_equal(score, again)


@pytest.mark.parametrize("how", ["alone", "grouped", "beside what stays"])
def test_the_screen_sees_words_of_a_rare_class(how):
    """But where rows belong together, or the residual was fitted to what stays."""
    rng = np.random.default_rng(2)
    X = (rng.random((N_ROWS, 60)) < 0.03) * 1.0
    X[:, 0] = word_of(12, 3)
    u, y = rank_uniform(X, EVEN), rare_class()
    group = ROWS // 15 if how == "grouped" else None
    given = np.arange(60) == 59 if how == "beside what stays" else None
    scores = gate_scores(u, np.arange(60), y, EVEN, 10, group, given=given)
    if how == "alone":
        # the level of chance of 60 columns with two terms each
        expected = scores_of(X, y)[0] / np.sqrt(2.0 * np.log(120.0))
        assert scores.marginal[0] == pytest.approx(expected)
        assert scores.alone[0] == scores.marginal[0]
    else:
        assert scores.marginal[0] < 15**0.5 / np.sqrt(2.0 * np.log(120.0))
    assert scores.marginal[1:59].max() < 1.1
