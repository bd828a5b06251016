"""Coefficients of the screen's Lasso against one that is put together by hand."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from draws import draw, ranks, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Lasso, LinearRegression

from stg_select.screening._basis import orthonormal_basis, standardized
from stg_select.screening._lasso import PENALTY, SQUARE_SCALE, lasso_coefficients
from stg_select.screening._terms import Term


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


@given(seed=seeds, n_outputs=st.integers(1, 2))
@settings(max_examples=25)
def test_coefficients_are_those_of_scikit_learn(seed, n_outputs):
    """Straight terms, squares at half the size, and a term of two columns."""
    n_rows, m = 80, 5
    basis, residual, weight = draw(seed, n_rows, m, n_outputs)
    residual = residual + basis[0, [1]].T + basis[1, [3]].T
    values = basis[0, 0] * basis[0, 4]
    terms = [
        Term("linear", (1,), basis[0, 1], 1.0, 1.0),
        Term("interaction", (0, 4), values, 0.6, 1.0),
    ]
    columns, spread = np.array([3, 1, 4]), np.linspace(0.5, 0.9, n_outputs)
    found = lasso_coefficients(basis, columns, terms, residual, spread, weight, m)
    expected = np.zeros((n_outputs, m))
    design = np.column_stack(
        [*basis[0, columns], *(SQUARE_SCALE * basis[1, columns]), values]
    )
    for output in range(n_outputs):
        level = PENALTY * spread[output] * sqrt(2 * log(2 * m) / n_rows)
        lasso = Lasso(alpha=level + 1e-6, tol=1e-8, max_iter=10000)
        size = np.abs(lasso.fit(design, residual[:, output], weight).coef_)
        for place, column in enumerate(columns):
            expected[output, column] = max(size[place], SQUARE_SCALE * size[3 + place])
        for column in (0, 4):
            expected[output, column] = max(expected[output, column], 0.6 * size[6])
    expected = np.sqrt((expected**2).mean(axis=0))
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
    found = lasso_coefficients(
        basis, np.arange(4), [], target, np.array([0.05]), weight, 4
    )
    np.testing.assert_allclose(found, expected, atol=5e-3)
    assert (found[:3] > 0.05).all()


def test_weights_are_repeated_rows():
    """At the number of rows that the penalty goes by."""
    rng = np.random.default_rng(2)
    count = rng.integers(1, 4, 600)
    basis, target = sure_table(count.astype(float))
    weighted, repeated = (
        lasso_coefficients(b, np.arange(4), [], t, np.array([s]), w, 4)
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
        lasso_coefficients(
            basis, np.arange(4), [], target, np.array([sigma]), np.ones(500), 4
        ).sum()
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
    found = lasso_coefficients(
        basis, np.arange(50), [], target, np.array([0.0]), np.ones(60), 50
    )
    assert np.isfinite(found).all()
