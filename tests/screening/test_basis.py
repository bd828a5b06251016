"""What the screen looks at: orthonormal polynomials, a residual without outliers."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from draws import mixed_columns, ranks, seeds
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import eval_legendre
from sklearn.decomposition import PCA

from stg_select.screening import _basis
from stg_select.screening._basis import (
    DEGREE,
    WAVE_DEGREE,
    legendre,
    orthonormal_basis,
    principal,
)
from stg_select.weighted import standardized


def basis_of(x, weight, degree=DEGREE):
    return orthonormal_basis(ranks(x, weight).T, weight, degree)


def weights_of(rng, n_rows):
    return rng.uniform(0.5, 2.0, n_rows)


@given(
    seed=seeds,
    n_rows=st.integers(500, 700),
    degree=st.sampled_from([DEGREE, WAVE_DEGREE]),
)
def test_functions_of_a_column_are_orthonormal(seed, n_rows, degree):
    rng = np.random.default_rng(seed)
    x, weight = mixed_columns(rng, n_rows, 6), weights_of(rng, n_rows)
    basis = basis_of(x, weight, degree)
    assert basis.shape == (degree, 6, n_rows)
    assert basis.dtype == np.float32
    share = weight / weight.sum()
    for column in range(6):
        functions = basis[:, column].astype(np.float64)
        n_functions = min(degree, len(np.unique(x[:, column])) - 1)
        expected = np.diag(np.arange(degree) < n_functions).astype(float)
        gram = functions @ (share[:, None] * functions.T)
        np.testing.assert_allclose(gram, expected, atol=1e-3)
        np.testing.assert_allclose(functions @ share, 0.0, atol=1e-3)
        assert not functions[n_functions:].any()


def test_polynomials_are_those_of_legendre():
    u = np.linspace(-1.0, 1.0, 41)
    for degree, values in zip(range(1, 9), legendre(u), strict=False):
        expected = np.sqrt(2 * degree + 1) * eval_legendre(degree, u)
        np.testing.assert_allclose(values, expected, atol=1e-12)
    single = next(islice(legendre(u.astype(np.float32)), 7, None))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, values, atol=1e-5)


@given(seed=seeds)
def test_functions_are_those_of_a_qr_decomposition(seed):
    """Of the weighted powers 1, u, u^2, ..., with leading coefficients above 0."""
    rng = np.random.default_rng(seed)
    x, weight = rng.standard_normal((600, 2)), weights_of(rng, 600)
    u, basis = ranks(x, weight), basis_of(x, weight)
    root = np.sqrt(weight / weight.sum())[:, None]
    for column in range(2):
        powers = np.vander(u[:, column].astype(float), DEGREE + 1, increasing=True)
        q, r = np.linalg.qr(root * powers)
        expected = q * np.sign(np.diag(r)) / root
        np.testing.assert_allclose(basis[:, column].T, expected[:, 1:], atol=5e-3)


@pytest.mark.parametrize("n_values", [1, 2, 3, 4, 5, 9])
def test_columns_of_few_values_are_represented_exactly(n_values):
    """Any function of k values is a sum of k - 1 functions and a constant."""
    rng = np.random.default_rng(n_values)
    x = rng.permutation(np.arange(600) % n_values)[:, None]
    weight = weights_of(rng, 600)
    functions = basis_of(x.astype(float), weight)[:, 0].astype(float)
    kept = functions[functions.any(axis=1)]
    assert len(kept) == min(n_values - 1, DEGREE)
    if n_values <= DEGREE + 1:
        target = rng.standard_normal(n_values)[x[:, 0]]
        design = np.column_stack([np.ones(600), kept.T])
        fitted = design @ np.linalg.lstsq(design, target, rcond=None)[0]
        np.testing.assert_allclose(fitted, target, atol=1e-4)


@pytest.mark.parametrize(
    ("n_rows", "n_degrees"), [(40, 2), (249, 2), (250, 3), (499, 3), (500, 4)]
)
def test_few_rows_have_few_degrees(n_rows, n_degrees):
    x = np.random.default_rng(0).standard_normal((n_rows, 2))
    basis = basis_of(x, np.ones(n_rows))
    assert basis[:n_degrees].any(axis=2).all()
    assert not basis[n_degrees:].any()
    # but for those of waves, which are asked for
    assert basis_of(x, np.ones(n_rows), WAVE_DEGREE).any(axis=2).all()


@pytest.mark.parametrize("cells", [1, 1300, 2**20])
def test_blocks_of_the_cache_do_not_matter(cells, monkeypatch):
    rng = np.random.default_rng(0)
    x, weight = mixed_columns(rng, 600, 7), weights_of(rng, 600)
    expected = basis_of(x, weight)
    monkeypatch.setattr(_basis, "CACHE_CELLS", cells)
    np.testing.assert_allclose(basis_of(x, weight), expected, atol=1e-4)


@given(seed=seeds)
def test_directions_are_the_whitened_principal_components(seed):
    rng = np.random.default_rng(seed)
    mixed = rng.standard_normal((80, 5)) * [5, 4, 3, 2, 1] @ rng.standard_normal((5, 5))
    mixed -= mixed.mean(axis=0)
    found = principal(mixed, np.ones(80), 3)
    pca = PCA(n_components=3, whiten=True)
    expected = pca.fit_transform(mixed) * np.sqrt(80 / 79)
    np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=1e-6)


def test_few_outputs_stay_and_equal_ones_are_one_direction():
    residual = np.random.default_rng(0).standard_normal((50, 3))
    assert principal(residual, np.ones(50), 3) is residual
    same = standardized(residual[:, :1], np.ones(50))
    found = principal(np.repeat(same, 5, axis=1), np.ones(50), 3)
    np.testing.assert_allclose(np.abs(found), np.abs(same), atol=1e-9)


@given(seed=seeds)
def test_weights_of_directions_are_repeated_rows(seed):
    rng = np.random.default_rng(seed)
    residual, count = rng.standard_normal((30, 5)), rng.integers(1, 4, 30)
    residual = standardized(residual, count.astype(float))
    weighted = np.repeat(principal(residual, count.astype(float), 2), count, axis=0)
    repeated = principal(np.repeat(residual, count, axis=0), np.ones(count.sum()), 2)
    np.testing.assert_allclose(np.abs(weighted), np.abs(repeated), atol=1e-6)
