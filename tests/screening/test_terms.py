"""Terms: their test under several kinds of noise, and which of them are kept."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from draws import deviate_of, draw, ranks, score_test, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from stg_select.screening import _terms
from stg_select.screening._basis import WAVE_DEGREE, orthonormal_basis
from stg_select.screening._clusters import Clusters
from stg_select.screening._levels import chance
from stg_select.screening._scans import Scan
from stg_select.screening._score_tests import best_score_tests
from stg_select.screening._terms import (
    TERMS_A_ROUND,
    Term,
    _designs,
    best_terms,
    left_over,
)
from stg_select.weighted import standardized

N_DRAWS = 200
ORDER = {
    "linear": 1,
    "smooth": 1,
    "wave": 1,
    "product": 2,
    "interaction": 2,
    "triple": 3,
    "cells": 3,
}
KINDS = st.sampled_from(list(ORDER))
DEGREES = {"wave": WAVE_DEGREE}
INTERACTIONS = [kind for kind, order in ORDER.items() if order > 1]


def one(kind, order):
    """Look through one term of every kind."""
    return 1.0


def terms_of(scans, basis, residual, n_terms=one, weight=None):
    weight = np.ones(basis.shape[2]) if weight is None else weight

    def basis_of(kind, columns):
        return basis[: DEGREES.get(kind, 4), list(columns)]

    data = residual, weight, None
    tested = _terms.tested_terms(scans, n_terms, basis_of, *data)
    return best_terms(tested, basis_of, *data)


def least_squares(design, target, weight):
    """What weighted least squares leave over."""
    root = np.sqrt(weight)
    scaled = (root * target.T).T
    coefficient = np.linalg.lstsq(root[:, None] * design, scaled, rcond=None)[0]
    return target - design @ coefficient


def statistic_of(own, noise, score):
    return score @ np.linalg.solve((own.T * noise) @ own, score)


@given(seed=seeds, kind=KINDS, n_outputs=st.integers(1, 3))
def test_scores_are_those_of_the_null_model(seed, kind, n_outputs):
    """Inverted variance of all scores together, even or as the residual has it."""
    n = 600 if kind == "wave" else 300
    basis, residual, weight = draw(seed, n, 6, n_outputs, DEGREES.get(kind, 4))
    columns = (0, 3, 2)[: ORDER[kind]]
    lower, functions = _designs(kind, basis[:, list(columns)])
    lower = lower[:, lower.any(axis=0)]
    functions = functions[:, functions.any(axis=0)]
    own = least_squares(lower, functions, weight)
    free = 1.0 - lower.shape[1] / n
    expected = []
    for output in residual.T:
        rest = weight * least_squares(lower, output, weight)
        even = weight**2 * (rest**2).mean() / (weight**2).mean()
        both = [statistic_of(own, n, own.T @ rest) for n in (even, rest**2)]
        expected.append(deviate_of(free * min(both), functions.shape[1]))
    alone = [score_test(lower, functions, r[:, None], weight) for r in residual.T]
    found = [deviate for _, deviate in alone]
    np.testing.assert_allclose(found, expected, rtol=1e-2, atol=1e-2)
    output, deviate = score_test(lower, functions, residual, weight)
    assert output == np.argmax(found)
    assert deviate == pytest.approx(max(found))


@given(seed=seeds, kind=KINDS, n_outputs=st.integers(1, 3), grouped=st.booleans())
def test_a_term_is_tested_as_if_alone(seed, kind, n_outputs, grouped):
    n = 600 if kind == "wave" else 300
    basis, residual, weight = draw(seed, n, 6, n_outputs, DEGREES.get(kind, 4))
    clusters = Clusters(np.arange(n) // 10) if grouped else None
    sets = combinations(range(6), ORDER[kind])
    designs = [_designs(kind, basis[:, list(columns)]) for columns in sets]
    shapes = [(lower.shape, functions.shape) for lower, functions in designs]
    designs = [
        d for d, shape in zip(designs, shapes, strict=True) if shape == shapes[0]
    ]
    lower, functions = (
        np.stack([design.T for design in part]) for part in zip(*designs, strict=True)
    )
    together = best_score_tests(lower, functions, residual, weight, clusters)
    for at in range(len(designs)):
        one = slice(at, at + 1)
        alone = best_score_tests(lower[one], functions[one], residual, weight, clusters)
        assert alone[0] == together[0][one]
        np.testing.assert_allclose(alone[1], together[1][one], rtol=1e-9)


def test_batches_of_terms_make_no_difference(monkeypatch):
    basis, residual, weight = draw(3, 300, 6, 2)
    scans = [
        Scan(kind, np.arange(2.0, 2.0 + len(sets)), sets)
        for kind, order in ORDER.items()
        if kind != "wave"
        for sets in [np.array([*combinations(range(6), order)])]
    ]

    def tested():
        data = residual, weight, None
        return _terms.tested_terms(scans, one, lambda _, at: basis[:, list(at)], *data)

    expected = tested()
    keys = [(term.kind, term.columns) for term in expected]
    assert len(set(keys)) == len(keys) == 12 * len(scans) - 2 * 6
    monkeypatch.setattr(_terms, "TEST_CELLS", 0)
    found = tested()
    assert [(term.kind, term.columns) for term in found] == keys
    scores = [term.score for term in expected]
    assert [term.score for term in found] == pytest.approx(scores, rel=1e-9)


@pytest.mark.parametrize("n_rare", [2, 5, 12])
def test_a_word_of_few_rows_is_not_sure(n_rare):
    """All its rows in one class allow the root of their number, not nine."""
    x = (np.arange(1000) < n_rare).astype(float)[:, None]
    basis = orthonormal_basis(ranks(x).T, np.ones(1000))
    residual = np.where(np.arange(1000) % 2 == 0, 1.0, -1.0)[:, None]
    residual[:n_rare] = 1.0
    lower, functions = _designs("linear", basis)
    residual = standardized(residual, np.ones(1000))
    _, found = score_test(lower, functions, residual, np.ones(1000))
    assert 0.9 < found / np.sqrt(n_rare) <= 1.02


def normal(rng, x):
    return rng.standard_normal(len(x))


def louder_to_the_sides(rng, x):
    """Noise whose spread follows both columns, as an interaction would."""
    return rng.standard_normal(len(x)) * (0.3 + x[:, 0] ** 2 + x[:, 1] ** 2)


def main_effects(rng, x):
    """Curved effects of correlated columns, with no interaction."""
    curved = np.cos(x[:, 0]) + np.tanh(x[:, 1]) ** 2
    return curved + 0.7 * rng.standard_normal(len(x))


@pytest.mark.parametrize("noise", [normal, louder_to_the_sides, main_effects])
def test_without_an_interaction_one_in_twenty_is_significant(noise):
    """Of correlated columns too: lower terms and the variance are seen to."""
    n_rejected, n_naive = Counter(), Counter()
    weight = np.ones(600)
    for seed in range(N_DRAWS):
        rng = np.random.default_rng(seed)
        x = rng.standard_normal((600, 3))
        x[:, 1] = 0.7 * x[:, 0] + 0.7 * x[:, 1]
        basis = orthonormal_basis(ranks(x).T, weight)
        residual = standardized(noise(rng, x)[:, None], weight)[:, 0]
        for kind in INTERACTIONS:
            lower, functions = _designs(kind, basis[:, : ORDER[kind]])
            _, found = score_test(lower, functions, residual[:, None], weight)
            n_rejected[kind] += found > 1.96
            product = standardized(functions[:, :1].astype(float), weight)[:, 0]
            n_naive[kind] += abs(product @ residual) / np.sqrt(600) > 1.96
    for kind in INTERACTIONS:
        assert 0.0 < n_rejected[kind] / N_DRAWS < 0.09, kind
        # without lower terms and the right variance, many would be
        if noise is not normal and ORDER[kind] == 2:
            assert n_naive[kind] / N_DRAWS > 0.2, kind


@pytest.mark.parametrize(
    ("kind", "function"),
    [
        ("linear", lambda x: x[:, 0]),
        ("smooth", lambda x: np.cos(2 * x[:, 0])),
        ("wave", lambda x: np.sin(2.5 * np.pi * ranks(x)[:, 0].astype(float))),
        ("product", lambda x: x[:, 0] * x[:, 1]),
        ("interaction", lambda x: (x[:, 0] ** 2 - 1) * (x[:, 1] ** 2 - 1)),
        ("triple", lambda x: x[:, 0] * x[:, 1] * x[:, 2]),
        ("cells", lambda x: (x[:, 0] ** 2 - 1) * x[:, 1] * x[:, 2]),
    ],
)
def test_planted_terms_are_significant(kind, function):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((600, 3))
    weight = rng.uniform(0.5, 1.5, 600)
    weight /= weight.mean()
    y = standardized(function(x)[:, None], weight) + rng.standard_normal((600, 1))
    residual = standardized(y, weight)
    basis = orthonormal_basis(ranks(x, weight).T, weight, WAVE_DEGREE)
    columns = tuple(range(ORDER[kind]))
    scan = Scan(kind, np.array([2.0]), np.array([columns]))
    terms = terms_of([scan], basis, residual, weight=weight)
    assert (terms[0].kind, terms[0].columns) == (kind, columns)
    assert terms[0].score * chance(1.0) > 5.0
    values = terms[0].values
    assert np.average(values, weights=weight) == pytest.approx(0.0, abs=1e-6)
    assert np.average(values**2, weights=weight) == pytest.approx(1.0)
    assert abs(np.corrcoef(values, function(x))[0, 1]) > 0.75
    if kind in ("smooth", "wave", "interaction", "cells"):
        assert 0.8 < terms[0].reliability < 1.0
    else:
        assert terms[0].reliability == 1.0
    left = left_over(terms, residual, weight)
    assert 0.4 < np.average(left**2, weights=weight[:, None]) < 0.8


def test_terms_of_noise_that_many_parameters_explain_are_not_reliable():
    rng = np.random.default_rng(0)
    basis = orthonormal_basis(ranks(rng.standard_normal((60, 2))).T, np.ones(60))
    weak = basis[0, 0] * basis[0, 1] + 3.0 * rng.standard_normal(60)
    residual = standardized(weak[:, None].astype(float), np.ones(60))
    scan = Scan("interaction", np.array([2.0]), np.array([[0, 1]]))
    weight = np.ones(60)
    [tested] = _terms.tested_terms(
        [scan], one, lambda *_: basis, residual, weight, None
    )
    term = _terms._fitted(tested, basis, residual[:, 0], weight, None)
    assert term.reliability < 0.75


@pytest.mark.parametrize("n_copies", [2, 5])
def test_in_groups_of_equal_rows_parameters_explain_more_by_chance(n_copies):
    """As many times as there are rows in a group, but for what the mean takes up."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((60, 2))
    y = x[:, 0] * x[:, 1] + 1.5 * rng.standard_normal(60)
    rows, weight = np.repeat(np.arange(60), n_copies), np.ones(60 * n_copies)
    basis = orthonormal_basis(ranks(x[rows]).T, weight)
    output = standardized(y[rows], weight)
    tested = _terms.Tested("interaction", (0, 1), 0, 2.0, 2.0, 1e-3)
    by_chance = [
        1.0 - _terms._fitted(tested, basis, output, weight, clusters).reliability
        for clusters in (None, Clusters(np.arange(len(rows))), Clusters(rows))
    ]
    assert by_chance[1] == pytest.approx(by_chance[0], rel=0.02)
    assert 0.8 * n_copies < by_chance[2] / by_chance[0] <= n_copies


def planted(n_columns=8):
    """A residual that depends on the columns 0 to 5, least on the last."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((500, n_columns))
    y = x[:, :6] @ [6.0, 5.0, 4.0, 3.0, 2.0, 1.0] + 0.3 * rng.standard_normal(500)
    basis = orthonormal_basis(ranks(x).T, np.ones(500))
    return basis, standardized(y[:, None], np.ones(500))


def test_the_best_are_kept_best_first_and_no_more_than_a_round_takes():
    basis, residual = planted()
    scan = Scan("linear", np.full(8, 2.0), np.arange(8)[:, None])
    terms = terms_of([scan], basis, residual)
    assert [term.columns for term in terms] == [(0,), (1,), (2,), (3,)]
    assert len(terms) == TERMS_A_ROUND
    assert (np.diff([term.score for term in terms]) < 0.0).all()


def test_a_column_comes_straight_unless_its_shape_says_more():
    basis, residual = planted()
    scans = [
        Scan(kind, np.full(2, 2.0), np.arange(2)[:, None])
        for kind in ("linear", "smooth")
    ]
    terms = terms_of(scans, basis, residual)
    assert [(term.kind, term.columns) for term in terms] == [
        ("linear", (0,)),
        ("linear", (1,)),
    ]
    bent = standardized(residual + 3.0 * basis[[1], 0].T, np.ones(500))
    terms = terms_of(scans, basis, bent)
    assert [(term.kind, term.columns) for term in terms[:1]] == [("smooth", (0,))]


def test_candidates_below_chance_are_not_looked_at():
    basis, residual = planted()
    scan = Scan("linear", np.array([0.9, 1.0, 0.5]), np.arange(3)[:, None])
    terms = terms_of([scan], basis, residual)
    assert [term.columns for term in terms] == [(1,)]


def test_more_terms_looked_through_ask_for_more():
    basis, residual = planted()
    scan = Scan("linear", np.full(8, 2.0), np.arange(8)[:, None])
    few, many = (
        terms_of([scan], basis, residual, lambda *_, count=count: count)
        for count in (10.0, 1e9)
    )
    ratio = chance(1e9) / chance(10.0)
    assert len(many) <= len(few)
    for one, other in zip(few, many, strict=False):
        assert one.score == pytest.approx(ratio * other.score)


def test_no_candidates_no_terms():
    basis, residual = planted()
    scans = [Scan("product", np.zeros(0), np.zeros((0, 2), dtype=np.int64))]
    assert terms_of(scans, basis, residual) == []


@given(seed=seeds, n_outputs=st.integers(1, 3), n_terms=st.integers(1, 6))
@settings(max_examples=30)
def test_what_is_left_over_is_that_of_a_ridge_regression(seed, n_outputs, n_terms):
    basis, residual, weight = draw(seed, 50, 4, n_outputs)
    pairs = list(combinations(range(4), 2))[:n_terms]
    terms = [
        Term("product", pair, basis[0, list(pair)].prod(axis=0), 1.0) for pair in pairs
    ]
    design = np.column_stack([np.ones(50), *(term.values for term in terms)])
    ridge = Ridge(alpha=0.01 * 50, fit_intercept=False)
    expected = residual - ridge.fit(design, residual, weight).predict(design).reshape(
        residual.shape
    )
    found = left_over(terms, residual, weight)
    np.testing.assert_allclose(found, expected, atol=1e-8)
