"""Scores of gates: what they do not depend on."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from draws import mixed_columns, ranks, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stg_select.screening import _first_rows, gate_scores

PAIRS = 512


def scores_of(u, residual, weight=None, gate=None):
    """Coefficients and marginals, one line each."""
    weight = np.ones(len(u)) if weight is None else weight
    gate = np.arange(u.shape[1]) if gate is None else gate
    scores = gate_scores(u, gate, residual, weight, PAIRS)
    return np.stack([scores.coefficient, scores.marginal])


def planted(n_rows=300, n_columns=20, seed=0):
    """Three columns and a pair that carry a residual, among others."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n_rows, n_columns))
    residual = x[:, :1] - x[:, 1:2] + x[:, 2:3] + x[:, 3:4] * x[:, 4:5]
    return x, residual + 0.3 * rng.standard_normal((n_rows, 1)), rng


@pytest.mark.parametrize("n_rows", [300, 600])
def test_twice_the_weight_is_the_row_twice(n_rows):
    """Of a strong signal the coefficients hardly notice how many rows there are,
    and straight terms score by the root of it."""
    x, residual, rng = planted(n_rows)
    count = rng.integers(1, 3, n_rows)
    u = ranks(x, count.astype(float))
    weighted = scores_of(u, residual, count.astype(float))
    repeated = scores_of(*(np.repeat(a, count, axis=0) for a in (u, residual)))
    np.testing.assert_allclose(weighted[0], repeated[0], atol=0.06)
    for coefficient in (weighted[0], repeated[0]):
        assert set(np.argsort(-coefficient)[:5]) == set(range(5))
    ratio = repeated[1, :5] / weighted[1, :5]
    np.testing.assert_allclose(ratio, np.sqrt(count.sum() / n_rows), rtol=0.2)


@given(seed=seeds)
@settings(max_examples=30)
def test_rows_of_weight_0_are_not_looked_at(seed):
    rng = np.random.default_rng(seed)
    u = ranks(mixed_columns(rng, 60, 5))
    residual = rng.standard_normal((60, 2))
    weight = rng.uniform(0.5, 2.0, 60) * (rng.random(60) < 0.7)
    expected = scores_of(u, residual, weight)
    u[weight == 0.0], residual[weight == 0.0] = np.nan, np.nan
    np.testing.assert_array_equal(scores_of(u, residual, weight), expected)
    used = weight > 0.0
    alone = scores_of(u[used], residual[used], weight[used])
    np.testing.assert_array_equal(alone, expected)


def test_no_more_rows_are_looked_at_than_allowed(monkeypatch):
    x, residual, _ = planted()
    u = ranks(x)
    expected = scores_of(u[:200], residual[:200])
    monkeypatch.setattr(_first_rows, "MAX_ROWS", 200)
    np.testing.assert_array_equal(scores_of(u, residual), expected)
    # rows without weight do not count
    weight = np.r_[np.zeros(50), np.ones(250)]
    found = scores_of(u, residual, weight)
    np.testing.assert_array_equal(found, scores_of(u[50:250], residual[50:250]))


def outputs(residual, rng, n_outputs):
    """A residual and outputs of noise."""
    noise = rng.standard_normal((len(residual), n_outputs - 1))
    return np.concatenate([residual, noise], axis=1)


@cache
def as_it_came(n_rows, n_columns, n_outputs):
    """Ranks and residual of a planted table, and its scores."""
    x, residual, rng = planted(n_rows, n_columns)
    u, residual = ranks(x), outputs(residual, rng, n_outputs)
    return u, residual, scores_of(u, residual)


@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("scale", [1e-9, 8.0, 1e9])
def test_units_do_not_matter(scale, n_outputs):
    x, residual, rng = planted()
    residual = outputs(residual, rng, n_outputs)
    u, weight = ranks(x), rng.uniform(0.5, 2.0, len(x))
    expected = scores_of(u, residual, weight)
    for changed in ((scale * residual, weight), (residual, scale * weight)):
        np.testing.assert_allclose(scores_of(u, *changed), expected, atol=1e-3)


@pytest.mark.parametrize("function", [np.exp, np.cbrt, lambda x: 1e6 * x**3 - 5.0])
def test_increasing_functions_of_columns_do_not_matter(function):
    x, residual, _ = planted()
    expected = scores_of(ranks(x), residual)
    np.testing.assert_array_equal(scores_of(ranks(function(x)), residual), expected)


def test_precision_and_layout_of_ranks_do_not_matter():
    x, residual, _ = planted()
    u = ranks(x)
    expected = scores_of(u, residual)
    for other in (
        u.astype(np.float64),
        np.asfortranarray(u),
        np.repeat(u, 2, 1)[:, ::2],
    ):
        np.testing.assert_allclose(scores_of(other, residual), expected, atol=1e-3)


@pytest.mark.parametrize("n_outputs", [1, 3])
@given(order=st.permutations(range(12)))
@settings(max_examples=15, deadline=None)
def test_order_of_columns_does_not_matter(n_outputs, order):
    u, residual, expected = as_it_came(300, 12, n_outputs)
    order = list(order)
    shuffled = scores_of(u[:, order], residual)
    np.testing.assert_allclose(shuffled, expected[:, order], atol=1e-3)


@given(order=st.permutations(range(60)))
@settings(max_examples=20, deadline=None)
def test_order_of_rows_does_not_matter(order):
    u, residual, expected = as_it_came(60, 6, 1)
    found = scores_of(u[list(order)], residual[list(order)])
    np.testing.assert_allclose(found, expected, atol=1e-3)


@given(seed=seeds, m=st.integers(1, 7), n_outputs=st.integers(1, 2))
@settings(max_examples=30, deadline=None)
def test_gates_score_their_best_column(seed, m, n_outputs):
    rng = np.random.default_rng(seed)
    u = ranks(mixed_columns(rng, 50, m))
    residual = rng.standard_normal((50, n_outputs)) + u[:, :1]
    gate = np.cumsum(np.r_[0, rng.integers(0, 2, m - 1)])
    alone, joint = scores_of(u, residual), scores_of(u, residual, gate=gate)
    assert joint.shape == (2, gate[-1] + 1)
    for g in range(gate[-1] + 1):
        np.testing.assert_array_equal(joint[:, g], alone[:, gate == g].max(axis=1))


@pytest.mark.parametrize("n_outputs", [1, 2, 5])
def test_residual_that_is_0_scores_nothing(n_outputs):
    u = ranks(np.random.default_rng(0).standard_normal((30, 4)))
    np.testing.assert_allclose(scores_of(u, np.zeros((30, n_outputs))), 0.0, atol=1e-6)


def test_copies_of_an_output_change_nothing_beyond_the_second():
    """The marginals are those of one; its coefficients come from another regression."""
    x, residual, _ = planted()
    u = ranks(x)
    one, two, many = (
        scores_of(u, residual * np.arange(1.0, 1.0 + n)) for n in (1, 2, 6)
    )
    np.testing.assert_allclose(many, two, atol=1e-3)
    np.testing.assert_allclose(many[1], one[1], atol=1e-3)


def test_sign_of_the_residual_and_direction_of_columns_do_not_matter():
    x, residual, rng = planted()
    expected = scores_of(ranks(x), residual)
    sign = rng.choice([-1.0, 1.0], x.shape[1])
    np.testing.assert_allclose(scores_of(ranks(x), -residual), expected, atol=1e-3)
    np.testing.assert_allclose(
        scores_of(ranks(sign * x), residual), expected, atol=1e-3
    )


@given(
    x=hnp.arrays(np.float64, (12, 4), elements=st.sampled_from([-1.0, 0.1, 2.0])),
    seed=seeds,
)
@settings(max_examples=50)
def test_columns_that_do_not_vary_score_nothing(x, seed):
    rng = np.random.default_rng(seed)
    weight = rng.uniform(1.0, 2.0, 12)
    scores = scores_of(ranks(x, weight), rng.standard_normal((12, 1)), weight)
    assert np.isfinite(scores).all()
    np.testing.assert_allclose(scores[:, (x == x[0]).all(axis=0)], 0.0, atol=1e-6)


@pytest.mark.parametrize("n_rows", [2, 3, 5])
@pytest.mark.parametrize("n_columns", [1, 2, 3, 9])
def test_few_rows_give_finite_scores(n_rows, n_columns):
    rng = np.random.default_rng(n_rows)
    u = ranks(rng.standard_normal((n_rows, n_columns)))
    scores = scores_of(u, rng.standard_normal((n_rows, 1)))
    assert scores.shape == (2, n_columns)
    assert np.isfinite(scores).all()
    assert (scores >= 0.0).all()


def test_a_column_that_is_the_target_has_a_finite_score():
    x = np.random.default_rng(0).standard_normal((4000, 3))
    scores = scores_of(ranks(x), x[:, :1])
    assert np.isfinite(scores).all()
    assert scores[1].argmax() == 0


def test_outputs_that_say_the_same_are_one_output():
    """What is sure counts the directions of the outputs, not their number."""
    rng = np.random.default_rng(3)
    x, weight = rng.standard_normal((300, 6)), np.ones(300)
    u = ranks(x)
    residual = x[:, [0]] + rng.standard_normal((300, 1))
    residual -= residual.mean()
    one, three = (
        gate_scores(u, np.arange(6), outputs, weight, 6)
        for outputs in (residual, residual * [1.0, -2.0, 0.5])
    )
    np.testing.assert_allclose(three.alone, one.alone, rtol=1e-5)
    assert one.alone[0] > 3.0
