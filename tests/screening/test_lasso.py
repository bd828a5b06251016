"""Coefficients of the screen's Lasso against one that is put together by hand."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from draws import draw, ranks, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Lasso, LinearRegression

from stg_select.screening._basis import orthonormal_basis
from stg_select.screening._dictionary import SQUARE_SCALE, dictionary_of
from stg_select.screening._lasso import PENALTY, lasso_coefficients
from stg_select.screening._terms import Term
from stg_select.weighted import standardized


def sure_table(weight):
    """Four columns of which three say nearly everything, straight or by squares."""
    rng = np.random.default_rng(0)
    n_rows = len(weight)
    x = rng.uniform(-1.0, 1.0, (n_rows, 4))
    basis = orthonormal_basis(ranks(x, weight).T, weight)
    y = (
        2.0 * x[:, 0]
        - x[:, 1]
        + 0.5 * x[:, 2] ** 2
        + 0.05 * rng.standard_normal(n_rows)
    )
    return basis, standardized(y[:, None], weight)


def coefficients(basis, target, spread, weight):
    """Of all columns and no other terms."""
    n_columns = basis.shape[1]
    dictionary = dictionary_of(basis, np.arange(n_columns), [])
    return lasso_coefficients(dictionary, target[:, 0], spread, weight, n_columns)


@given(seed=seeds, spread=st.floats(0.3, 0.9))
@settings(max_examples=25)
def test_coefficients_are_those_of_scikit_learn(seed, spread):
    """Straight terms, squares at half the size, and a term of two columns."""
    n_rows, m = 80, 5
    basis, residual, weight = draw(seed, n_rows, m)
    output = residual[:, 0] + basis[0, 1] + basis[1, 3]
    values = basis[0, 0] * basis[0, 4]
    terms = [
        Term("linear", (1,), basis[0, 1], 1.0),
        Term("interaction", (0, 4), values, 0.6),
    ]
    columns = np.array([3, 1, 4])
    dictionary = dictionary_of(basis, columns, terms)
    found = lasso_coefficients(dictionary, output, spread, weight, m)
    design = np.column_stack(
        [*basis[0, columns], *(SQUARE_SCALE * basis[1, columns]), values]
    )
    level = PENALTY * spread * sqrt(2 * log(2 * m) / n_rows)
    lasso = Lasso(alpha=level + 1e-6, tol=1e-8, max_iter=10000)
    size = np.abs(lasso.fit(design, output, weight).coef_)
    expected = np.zeros(m)
    for place, column in enumerate(columns):
        expected[column] = max(size[place], SQUARE_SCALE * size[3 + place])
    for column in (0, 4):
        expected[column] = max(expected[column], 0.6 * size[6])
    np.testing.assert_allclose(found, expected, atol=5e-3)
    assert found[2] == 0.0


@pytest.mark.parametrize("weighted", [False, True])
def test_coefficients_of_many_rows_are_those_of_the_linear_model(weighted):
    rng = np.random.default_rng(1)
    weight = rng.uniform(0.5, 2.0, 4000) if weighted else np.ones(4000)
    weight /= weight.mean()
    basis, target = sure_table(weight)
    design = np.concatenate([basis[0], basis[1]]).T
    exact = LinearRegression().fit(design, target[:, 0], weight).coef_
    expected = np.abs(exact.reshape(2, 4)).max(axis=0)
    found = coefficients(basis, target, 0.05, weight)
    np.testing.assert_allclose(found, expected, atol=5e-3)
    assert (found[:3] > 0.05).all()


def test_weights_are_repeated_rows():
    """At the number of rows that the penalty goes by."""
    rng = np.random.default_rng(2)
    count = rng.integers(1, 4, 600)
    basis, target = sure_table(count.astype(float))
    weighted, repeated = (
        coefficients(b, t, s, w)
        for b, t, s, w in (
            (basis, target, 0.3, count / count.mean()),
            (
                np.repeat(basis, count, axis=2),
                np.repeat(target, count, axis=0),
                0.3 * sqrt(count.sum() / 600),
                np.ones(count.sum()),
            ),
        )
    )
    np.testing.assert_allclose(weighted, repeated, atol=2e-3)


def test_more_noise_is_a_larger_penalty():
    basis, target = sure_table(np.ones(500))
    sizes = [
        coefficients(basis, target, sigma, np.ones(500)).sum()
        for sigma in (0.0, 1.0, 4.0, 1e3)
    ]
    assert (np.diff(sizes) < 0.0).all()
    assert sizes[-1] == 0.0


def test_a_penalty_that_is_next_to_none_does_not_warn():
    """Warnings are errors here: a Lasso that has not converged is good enough."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((60, 50))
    x += 3.0 * x[:, :1]
    basis = orthonormal_basis(ranks(x).T, np.ones(60))
    target = standardized(rng.standard_normal((60, 1)), np.ones(60))
    found = coefficients(basis, target, 0.0, np.ones(60))
    assert np.isfinite(found).all()
