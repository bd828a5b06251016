"""Curves of several waves: which columns can have them, and the scan for them."""

from __future__ import annotations

import numpy as np
import pytest
from draws import deviate_of, noise_of, ranks, score_of, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import eval_legendre

from stg_select.screening import _waves
from stg_select.screening._basis import orthonormal_basis
from stg_select.screening._held_out import judged_on
from stg_select.screening._score_tests import score_tests
from stg_select.screening._search import Search
from stg_select.screening._term_values import term_values
from stg_select.screening._terms import _designs
from stg_select.screening._waves import columns_of_waves, scan_waves
from stg_select.weighted import standardized


def table(seed, n_rows, n_columns, n_outputs=1):
    rng = np.random.default_rng(seed)
    weight = rng.uniform(0.5, 2.0, n_rows)
    weight /= weight.mean()
    u = ranks(rng.standard_normal((n_rows, n_columns)), weight)
    residual = standardized(rng.standard_normal((n_rows, n_outputs)), weight)
    return u, residual, weight


def wave_of(u):
    return np.sin(2.5 * np.pi * u.astype(float))


@pytest.mark.parametrize(
    ("n_rows", "n_values", "expected"),
    [(500, 500, True), (499, 499, False), (512, 16, True), (510, 15, False)],
)
def test_waves_take_many_rows_and_values(n_rows, n_values, expected):
    x = np.column_stack([np.arange(n_rows) % n_values, np.zeros(n_rows)])
    found = columns_of_waves(ranks(x.astype(float)).T)
    assert found.tolist() == ([0] if expected else [])


@given(seed=seeds, n_outputs=st.integers(1, 3), cells=st.sampled_from([1, 900, 2**16]))
@settings(max_examples=20)
def test_scores_are_the_formula(seed, n_outputs, cells):
    u, residual, weight = table(seed, 500, 3, n_outputs)
    lines = u.T.astype(np.float64)
    patch = pytest.MonkeyPatch()
    patch.setattr(_waves, "CACHE_CELLS", cells)
    found = scan_waves(lines, residual, weight)
    patch.undo()
    for line, score in zip(lines, found, strict=True):
        functions = [np.sqrt(2 * k + 1) * eval_legendre(k, line) for k in (5, 6, 7, 8)]
        statistics = [
            sum(
                (score_of(f, r, weight) / noise_of(f, r, weight)) ** 2
                for f in functions
            )
            for r in residual.T
        ]
        assert score == pytest.approx(deviate_of(max(statistics), 4), abs=1e-6)


def test_of_columns_without_ties_the_scan_says_about_what_the_test_does():
    u, residual, weight = table(0, 2000, 30)
    scores = scan_waves(u.T, residual, weight)
    for column, score in enumerate(scores):
        basis = orthonormal_basis(u.T[[column]], weight, 8)
        tested = score_tests(*_designs("wave", basis), residual, weight)
        assert tested[0] == pytest.approx(score, abs=0.3)


def search(u, y):
    found = Search(u, np.arange(len(u)), y[:, None], np.ones(len(u)), 100)
    while found.next_round():
        pass
    return found


def test_waves_of_several_periods_are_found_and_weighed():
    u, residual, _ = table(0, 800, 40)
    y = wave_of(u[:, [3, 8, 30]]).sum(axis=1) + 0.5 * residual[:, 0]
    found = search(u, y)
    assert {term.columns[0] for term in found.found()[:3]} == {3, 8, 30}
    assert {term.kind for term in found.found()[:3]} == {"wave"}
    others = np.delete(np.arange(40), [3, 8, 30])
    assert found.marginal[[3, 8, 30]].min() > 2.0 > found.marginal[others].max()
    np.testing.assert_array_equal(found.alone[[3, 8, 30]], found.marginal[[3, 8, 30]])
    coefficients = found.coefficients()
    assert coefficients[[3, 8, 30]].min() > 2.0 * coefficients[others].max()


@pytest.mark.parametrize("louder", [False, True])
def test_by_chance_one_in_twenty_is_significant(louder):
    """Also where the noise itself comes in waves."""
    n_rejected = 0
    for seed in range(200):
        u, residual, weight = table(seed, 600, 1)
        if louder:
            residual = standardized(residual * (1.1 + wave_of(u)), weight)
        basis = orthonormal_basis(u.T, weight, 8)
        n_rejected += score_tests(*_designs("wave", basis), residual, weight)[0] > 1.96
    assert 0.0 < n_rejected / 200 < 0.09


def test_a_cubic_curve_is_no_wave():
    u, residual, _ = table(0, 800, 10)
    y = 5.0 * u[:, 0] ** 3 - 3.0 * u[:, 0] + 0.3 * residual[:, 0]
    assert "wave" not in {term.kind for term in search(u, y).found()}


def test_a_wave_predicts_rows_that_it_has_not_seen():
    u, residual, _ = table(0, 1600, 3)
    y = wave_of(u[:, [1]]) + 0.3 * residual
    term = search(u[:800], y[:800, 0]).found()[0]
    assert (term.kind, term.columns) == ("wave", (1,))
    learn, judge = np.arange(1600) < 800, np.arange(1600) >= 800
    weights = learn.astype(float), judge.astype(float)
    (judged,) = judged_on([term], u, (y, y), weights)
    assert judged.explained > 0.7
    values, of_term = term_values([term], u, np.arange(1600), y[:800], np.ones(800))
    assert of_term.tolist() == [0]
    assert np.corrcoef(values[0, 800:], y[800:, 0])[0, 1] > 0.85
