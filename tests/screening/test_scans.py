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
    ranks,
    score_of,
    seeds,
    straight_score,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from stg_select.screening import _scans
from stg_select.screening._basis import orthonormal_basis
from stg_select.screening._levels import chance, deviate
from stg_select.screening._scans import (
    column_scores,
    scan_interactions,
    scan_products,
)
from stg_select.weighted import standardized

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


def test_spread_is_larger_for_a_column_that_moves_the_variance():
    basis, residual, _ = draw(0, 2000, 1)
    loud = residual * np.abs(basis[0, 0])[:, None]
    *_, spread = column_scores(basis, loud / loud.std(), np.ones(2000))
    # E r^2 phi^2 of r = phi e is the fourth moment of a uniform column, 9/5
    assert spread[0, 0, 0] ** 2 == pytest.approx(1.8, abs=0.2)


@pytest.mark.parametrize("n_rare", [1, 3, 12])
def test_a_column_of_few_ones_scores_no_more_than_their_root(n_rare):
    """Not even where a rare class has nothing but them."""
    x = (np.arange(1000) < n_rare).astype(float)[:, None]
    basis = orthonormal_basis(ranks(x).T, np.ones(1000)).astype(float)
    residual = standardized(x, np.ones(1000))
    single, smooth, _ = column_scores(basis, residual, np.ones(1000))
    for score in (single[0, 0], smooth[0]):
        assert 0.9 < score / sqrt(n_rare) <= 1.02


@given(
    seed=seeds,
    n_rows=st.sampled_from([40, 260, 510]),
    n_outputs=st.integers(1, 3),
    cells=st.sampled_from([1, 1000, 2**18]),
)
@settings(max_examples=30)
def test_scores_of_columns_are_the_formula(seed, n_rows, n_outputs, cells):
    basis, residual, weight = draw(seed, n_rows, 4, n_outputs)
    patch = pytest.MonkeyPatch()
    patch.setattr(_scans, "BLOCK_CELLS", cells)
    single, smooth, spread = column_scores(basis, residual, weight)
    patch.undo()
    for d in range(4):
        noise = [[noise_of(f, r, weight) for f in basis[:, d]] for r in residual.T]
        scores = [[score_of(f, r, weight) for f in basis[:, d]] for r in residual.T]
        scores = np.array(scores) / noise
        np.testing.assert_allclose(spread[:, d].T, noise, rtol=1e-6)
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
    scores = every(2, m, straight_score, basis, residual, weight)
    assert_best_pairs(scan, scores, m, 1e-6)


@given(
    seed=seeds,
    m=n_columns,
    n_rows=st.sampled_from([40, 260, 510]),
    n_outputs=st.integers(1, 2),
    sizes=blocks,
    continuous=st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_interactions_are_the_best_of_all_pairs(
    seed, m, n_rows, n_outputs, sizes, continuous
):
    """Up to what the cube root that compares pairs is off the deviate."""
    basis, residual, weight = draw(seed, n_rows, 3 * m, n_outputs)
    basis = basis[:, ::3] if continuous else basis[:, :m]
    patch = in_blocks(sizes)
    # functions of few rows too
    patch.setattr(_scans, "PRODUCT_ROWS", 0.0)
    scan = scan_interactions(basis, residual, weight)
    patch.undo()
    assert scan.kind == "interaction"
    if all(not values.any() for values in basis[1]):
        assert len(scan.score) == 0
        return
    scores = every(2, m, interaction_score, basis, residual, weight)
    assert_best_pairs(scan, scores, m, 0.1)


def test_interactions_leave_out_functions_of_few_rows():
    """Of two columns of three values, one of them with one of the values twice."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 3, (400, 3)).astype(float)
    x[:, 1] = x[:, 1] == 1.0
    x[:2, 1] = 2.0
    x[:, 2] = np.arange(400) < 3
    basis = orthonormal_basis(ranks(x).T, np.ones(400)).astype(float)
    residual = standardized(rng.standard_normal((400, 1)), np.ones(400))
    scan = scan_interactions(basis, residual, np.ones(400))
    assert scan.columns.tolist() == [[0, 1], [0, 1]]
    basis[1, 1] = 0.0
    score = interaction_score(basis, (0, 1), residual[:, 0], np.ones(400))
    assert scan.score[0] == pytest.approx(score, abs=1e-5)


def test_interactions_leave_out_products_of_few_rows():
    """A rare value counts with common ones, though not with another rare one."""
    rng = np.random.default_rng(0)
    x = rng.choice(3, (1600, 3), p=[0.64, 0.32, 0.04]).astype(float)
    weight = np.ones(1600)
    # every combination of rare and common says something, and nothing by itself
    effect = np.where((x[:, 0] == 2.0) & (x[:, 1] == 1.0), 1.5, 0.0)
    effect -= np.where((x[:, 0] == 2.0) & (x[:, 1] == 0.0), 0.75, 0.0)
    residual = standardized(effect[:, None] + rng.standard_normal((1600, 1)), weight)
    basis = orthonormal_basis(ranks(x).T, weight).astype(float)
    scan = scan_interactions(basis, residual, weight)
    assert scan.columns.tolist()[:2] == [[0, 1], [0, 1]]
    assert scan.score[0] > 1.5 * chance(3)
    # by hand: all products but that of the two rare functions
    statistic = sum(
        (
            score_of(basis[a, 0] * basis[b, 1], residual[:, 0], weight)
            / noise_of(basis[a, 0], residual[:, 0], weight)
            / noise_of(basis[b, 1], residual[:, 0], weight)
        )
        ** 2
        for a, b in ((0, 0), (0, 1), (1, 0))
    )
    assert scan.score[0] == pytest.approx(deviate_of(statistic, 3), abs=1e-5)


@given(seed=seeds, sizes=blocks)
@settings(max_examples=25, deadline=None)
def test_interactions_do_not_depend_on_the_blocks(seed, sizes):
    """Of rare and common values: of a block all, none or some of the products count."""
    rng = np.random.default_rng(seed)
    share = rng.uniform(0.02, 0.5, 12)
    x = rng.binomial(2, share, (400, 12))
    basis = orthonormal_basis(ranks(x).T, np.ones(400)).astype(float)
    residual = standardized(rng.standard_normal((400, 1)), np.ones(400))
    whole = scan_interactions(basis, residual, np.ones(400))
    patch = in_blocks(sizes)
    scan = scan_interactions(basis, residual, np.ones(400))
    patch.undo()
    np.testing.assert_allclose(scan.score, whole.score, rtol=1e-6)
    np.testing.assert_array_equal(scan.columns, whole.columns)


def test_there_is_no_interaction_of_binary_columns_but_their_product():
    basis, residual, weight = draw(0, 400, 9)
    binary = basis[:, 2::3]
    assert len(scan_interactions(binary, residual, weight).score) == 0
    assert len(scan_products(binary, residual, weight).score) == 3
