"""Scores of columns, pairs and triples against the formulas written out as loops."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from draws import (
    deviate_of,
    draw,
    every,
    functions_of,
    interaction_score,
    noise_of,
    product_score,
    score_of,
    seeds,
    triple_score,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from stg_select.screening import _scans
from stg_select.screening._scans import (
    chance,
    column_scores,
    deviate,
    inflation,
    scan_interactions,
    scan_products,
    scan_triples,
)

blocks = st.sampled_from([(1, 1), (1, 3), (2, 2), (2, 5), (3, 2), (4, 512), (128, 3)])
n_columns = st.integers(2, 6)


def in_blocks(sizes):
    """Cut pairs of columns into blocks smaller than the table."""
    patch = pytest.MonkeyPatch()
    patch.setattr(_scans, "BLOCK", sizes[0])
    patch.setattr(_scans, "WIDE_BLOCK", sizes[1])
    return patch


@given(
    statistic=st.floats(0.01, 200.0),
    df=st.integers(1, 16),
)
def test_deviates_are_as_rare_as_the_statistic(statistic, df):
    found = deviate(np.array([statistic]), df)[0]
    assert found == pytest.approx(deviate_of(statistic, df), rel=1e-6, abs=1e-6)


@given(z=st.floats(1e-3, 30.0))
def test_one_parameter_is_its_own_deviate(z):
    assert deviate(np.array([z**2]), 1)[0] == pytest.approx(z, rel=1e-6)


def test_deviates_stay_finite_far_out():
    statistic = np.array([0.0, 1e2, 1e3, 1e4, 1e5])
    for df in (0, 1, 16):
        found = deviate(statistic, df)
        assert np.isfinite(found).all()
        assert (np.diff(found) > 0.0).all()
        assert found[0] == pytest.approx(0.0, abs=1e-6)
    # -2 log of a normal tail is about the square of its deviate
    assert deviate(np.array([1e5]), 1)[0] == pytest.approx(sqrt(1e5), rel=1e-3)


@pytest.mark.parametrize("n_terms", [0, 1, 2, 100, 1e6])
def test_level_of_chance(n_terms):
    assert chance(n_terms) == pytest.approx(sqrt(2 * log(max(n_terms, 2))))


def test_largest_of_many_deviates_is_about_chance():
    largest = np.abs(np.random.default_rng(0).standard_normal((200, 5000))).max(axis=1)
    assert largest.mean() / chance(5000) == pytest.approx(0.95, abs=0.05)


@given(seed=seeds, n_rows=st.sampled_from([40, 260, 510]))
def test_spread_is_the_formula(seed, n_rows):
    basis, residual, weight = draw(seed, n_rows, 4)
    output = residual[:, 0]
    expected = [
        [noise_of(basis[k, d], output, weight) for d in range(4)] for k in range(4)
    ]
    np.testing.assert_allclose(inflation(basis, output, weight), expected, rtol=1e-6)


def test_spread_is_larger_for_a_column_that_moves_the_variance():
    basis, residual, _ = draw(0, 2000, 1)
    loud = residual[:, 0] * np.abs(basis[0, 0])
    spread = inflation(basis, loud / loud.std(), np.ones(2000))[:, 0]
    # E r^2 phi^2 of r = phi e is the fourth moment of a uniform column, 9/5
    assert spread[0] ** 2 == pytest.approx(1.8, abs=0.2)


@given(seed=seeds, n_rows=st.sampled_from([40, 260, 510]), n_outputs=st.integers(1, 3))
@settings(max_examples=30)
def test_scores_of_columns_are_the_formula(seed, n_rows, n_outputs):
    basis, residual, weight = draw(seed, n_rows, 4, n_outputs)
    single, smooth = column_scores(basis, residual, weight)
    for d in range(4):
        scores = np.array(
            [
                [
                    score_of(basis[k, d], r, weight) / noise_of(basis[k, d], r, weight)
                    for k in range(4)
                ]
                for r in residual.T
            ]
        )
        np.testing.assert_allclose(
            single[:, d], np.abs(scores[:, :2]).max(axis=0), rtol=1e-6, atol=1e-9
        )
        statistic = (scores**2).sum(axis=1).max()
        expected = deviate_of(statistic, len(functions_of(basis, d)))
        assert smooth[d] == pytest.approx(expected, rel=1e-6, abs=1e-6)


def assert_best_pairs(scan, scores, m, tol):
    """Every column is paired with the partner it scores most with."""
    for d in range(m):
        pair = tuple(scan.columns[d])
        assert d in pair
        assert scan.score[d] == pytest.approx(scores[pair], rel=1e-5, abs=1e-5)
        assert scan.score[d] >= max(s for p, s in scores.items() if d in p) - tol


@given(seed=seeds, m=n_columns, n_outputs=st.integers(1, 2), sizes=blocks)
@settings(max_examples=50)
def test_products_are_the_best_of_all_pairs(seed, m, n_outputs, sizes):
    basis, residual, weight = draw(seed, 40, m, n_outputs)
    patch = in_blocks(sizes)
    scan = scan_products(basis, residual, weight)
    patch.undo()
    assert scan.kind == "product"
    scores = every(2, m, product_score, basis, residual, weight)
    assert_best_pairs(scan, scores, m, 1e-6)


@given(
    seed=seeds,
    m=n_columns,
    n_rows=st.sampled_from([40, 260, 510]),
    n_outputs=st.integers(1, 2),
    sizes=blocks,
)
@settings(max_examples=25, deadline=None)
def test_interactions_are_the_best_of_all_pairs(seed, m, n_rows, n_outputs, sizes):
    """Up to what the cube root that compares pairs is off the deviate."""
    basis, residual, weight = draw(seed, n_rows, m, n_outputs)
    patch = in_blocks(sizes)
    scan = scan_interactions(basis, residual, weight)
    patch.undo()
    assert scan.kind == "interaction"
    scores = every(2, m, interaction_score, basis, residual, weight)
    assert_best_pairs(scan, scores, m, 0.1)


@given(seed=seeds, m=st.integers(1, 6), n_outputs=st.integers(1, 3))
@settings(max_examples=50)
def test_triples_are_the_best_of_every_first_column(seed, m, n_outputs):
    basis, residual, weight = draw(seed, 30, m, n_outputs)
    scan = scan_triples(basis[0], residual, weight)
    assert scan.kind == "triple"
    assert len(scan.score) == len(scan.columns) == max(m - 2, 0)
    scores = every(3, m, triple_score, basis, residual, weight)
    for first, (score, triple) in enumerate(zip(scan.score, scan.columns, strict=True)):
        best = max(s for t, s in scores.items() if t[0] == first)
        assert score == pytest.approx(best)
        assert scores[tuple(triple)] == pytest.approx(score)
