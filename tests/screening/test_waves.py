"""Curves of several waves: which columns can have them, and the scan for them."""

from __future__ import annotations

import numpy as np
import pytest
from draws import deviate_of, noise_of, ranks, score_of, score_test, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import eval_legendre

from stg_select.screening import _budget, _search, _waves
from stg_select.screening._basis import orthonormal_basis
from stg_select.screening._held_out import judged_on
from stg_select.screening._levels import chance
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
    [(300, 300, True), (299, 299, False), (512, 16, True), (510, 15, False)],
)
def test_waves_take_many_rows_and_values(n_rows, n_values, expected):
    x = np.column_stack([np.arange(n_rows) % n_values, np.zeros(n_rows)])
    found = columns_of_waves(ranks(x.astype(float)).T)
    assert found.tolist() == ([0] if expected else [])


@given(seed=seeds, n_outputs=st.integers(1, 3), cells=st.sampled_from([1, 1300, 2**16]))
@settings(max_examples=20)
def test_scores_are_the_formula(seed, n_outputs, cells):
    u, residual, weight = table(seed, 500, 3, n_outputs)
    lines = u.T.astype(np.float64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_waves, "CACHE_CELLS", cells)
        found = scan_waves(lines, residual, weight)
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
        _, tested = score_test(*_designs("wave", basis), residual, weight)
        assert tested == pytest.approx(score, abs=0.3)


def search(u, y, group=None):
    y = y.reshape(len(u), -1)
    found = Search(u, np.arange(len(u)), y, np.ones(len(u)), 100, group)
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
        u, residual, weight = table(seed, 300, 1)
        if louder:
            residual = standardized(residual * (1.1 + wave_of(u)), weight)
        basis = orthonormal_basis(u.T, weight, 8)
        _, found = score_test(*_designs("wave", basis), residual, weight)
        n_rejected += found > 1.96
    assert 0.02 < n_rejected / 200 < 0.09


def test_a_wave_of_one_of_several_outputs_is_found():
    u, residual, _ = table(0, 800, 40, 2)
    y = residual.copy()
    y[:, 1] += wave_of(u[:, 7])
    found = search(u, y)
    assert [(t.kind, t.columns) for t in found.found()[:1]] == [("wave", (7,))]


def test_columns_of_groups_do_not_crowd_out_a_wave():
    """40 columns are constant in 60 groups, as is a part of the target."""
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(60), 20)
    x = rng.standard_normal((1200, 50))
    x[:, 10:] = rng.standard_normal((60, 40))[group]
    u = ranks(x)
    noise = rng.standard_normal(1200) + 1.5 * rng.standard_normal(60)[group]
    found = search(u, 0.7 * wave_of(u[:, 0]) + noise, group)
    assert found.marginal[0] > 1.5
    assert found.marginal[0] == found.marginal.max()
    assert ("wave", (0,)) in {(t.kind, t.columns) for t in found.found()}


@pytest.mark.parametrize("spread", [0.1, 0.3, 0.6])
def test_a_neighbour_of_a_wave_does_not_seem_to_interact(spread):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((1000, 20))
    x[:, 1] = x[:, 0] + spread * x[:, 1]
    u = ranks(x)
    found = search(u, wave_of(u[:, 0]) + 0.5 * rng.standard_normal(1000))
    assert [t.columns for t in found.found() if len(t.columns) > 1] == []


def test_a_wave_and_an_interaction_of_its_column_are_both_found():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((1000, 20))
    u = ranks(x)
    y = wave_of(u[:, 0]) + 0.7 * x[:, 0] * x[:, 1] + 0.3 * rng.standard_normal(1000)
    terms = search(u, y).found()
    assert ("wave", (0,)) in {(t.kind, t.columns) for t in terms}
    assert {t.columns for t in terms if len(t.columns) > 1} == {(0, 1)}


def test_later_rounds_scan_few_columns_and_tests_have_the_last_word(monkeypatch):
    u, residual, _ = table(0, 400, 60)
    y = 2.0 * u[:, 0] + wave_of(u[:, [5, 6]]).sum(axis=1) + 0.5 * residual[:, 0]
    sizes = []

    def scan(lines, *arguments):
        sizes.append(len(lines))
        score = scan_waves(lines, *arguments)
        score[0] = 50.0  # of a column that has none
        return score

    monkeypatch.setattr(_search, "scan_waves", scan)
    monkeypatch.setattr(_budget, "LATER_COLUMNS", 8)
    found = search(u, y)
    assert sizes[0] == 60
    assert set(sizes[1:]) == {8}
    assert found.marginal[[5, 6]].min() > 2.0
    assert ("wave", (0,)) not in {(t.kind, t.columns) for t in found.found()}
    assert found.marginal[0] < 50.0 / chance(60)


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
