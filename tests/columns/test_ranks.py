"""Columns as network inputs: standardised, or embedded by their ranks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.polynomial.legendre import Legendre
from scipy.stats import rankdata

from stg_select.columns import legendre_polynomials, rank_uniform
from stg_select.weighted import standardized

shapes = st.shared(
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=15), key="shape"
)
grids = hnp.arrays(np.float64, shapes, elements=st.sampled_from([-2.0, 0.0, 1.0, 7.5]))
reals = hnp.arrays(np.float64, shapes, elements=st.floats(-1e3, 1e3, width=32))
tables = grids | reals
row_weights = hnp.arrays(
    np.float64,
    shapes.map(lambda shape: shape[0]),
    elements=st.floats(0.125, 4.0, width=16),
)
counts = hnp.arrays(np.int64, shapes.map(lambda s: s[0]), elements=st.integers(0, 3))


def evaluate(u, weight):
    """Both polynomials of every column, side by side."""
    roots, scales = legendre_polynomials(u, weight)
    first = scales[0] * (u - roots[0])
    second = scales[1] * (u - roots[1]) * (u - roots[2])
    return np.stack([first, second], axis=-1).reshape(len(u), -1).astype(np.float32)


def embed(x, weight):
    """Embed columns by way of their ranks."""
    return evaluate(rank_uniform(x, weight), weight)


encodings = st.sampled_from([standardized, rank_uniform, embed])

INCREASING = [np.exp, np.cbrt, np.arctan, lambda x: 1e6 * x - 3.0, lambda x: x**3]


def some_rows(count):
    """Row counts of which at least one is positive."""
    return count + (count.sum() == 0)


@pytest.mark.parametrize("value", [0.0, 0.1, -1e300, 5e-324])
def test_constant_columns_become_0(value):
    z = embed(np.full((7, 1), value), np.linspace(0.1, 0.9, 7))
    np.testing.assert_array_equal(z, 0.0)


@given(x=tables)
def test_ranks_are_those_of_scipy(x):
    n_rows = len(x)
    expected = (2.0 * rankdata(x, axis=0) - 1.0) / n_rows - 1.0
    u = rank_uniform(x, np.ones(n_rows))
    np.testing.assert_allclose(u, expected, atol=1e-12)
    assert (np.abs(u) < 1.0).all()


@given(x=tables, weight=row_weights)
def test_ranks_are_the_weight_below_minus_the_weight_above(x, weight):
    below = np.array([weight @ (x < row) for row in x])
    above = np.array([weight @ (x > row) for row in x])
    expected = (below - above) / weight.sum()
    np.testing.assert_allclose(rank_uniform(x, weight), expected, atol=1e-12)


@given(x=tables, weight=row_weights, function=st.sampled_from(INCREASING))
def test_embedding_does_not_see_increasing_functions(x, weight, function):
    x = np.clip(x, -50.0, 50.0).round(1)
    np.testing.assert_array_equal(embed(function(x), weight), embed(x, weight))


@given(x=tables, weight=row_weights)
def test_reversed_columns_change_the_sign_of_the_odd_component(x, weight):
    odd_even = embed(x, weight).reshape(len(x), -1, 2)
    reversed_ = embed(-x, weight).reshape(len(x), -1, 2)
    np.testing.assert_allclose(reversed_[..., 0], -odd_even[..., 0], atol=1e-4)
    np.testing.assert_allclose(reversed_[..., 1], odd_even[..., 1], atol=1e-3)


@given(x=tables, count=counts, encode=encodings)
def test_weights_are_repeated_rows(x, count, encode):
    # no spread is so small that it is taken for none beside a row of weight 0
    x, count = x.round(2), some_rows(count)
    weighted = encode(x, count.astype(float))
    repeated = encode(np.repeat(x, count, axis=0), np.ones(count.sum()))
    np.testing.assert_allclose(np.repeat(weighted, count, axis=0), repeated, atol=1e-3)


@given(x=tables, weight=row_weights, encode=encodings)
def test_order_and_scale_of_weights_do_not_matter(x, weight, encode):
    z = encode(x, weight)
    np.testing.assert_allclose(encode(x[::-1], weight[::-1])[::-1], z, atol=1e-3)
    np.testing.assert_array_equal(encode(x, 4.0 * weight), z)


@given(x=tables, weight=row_weights)
def test_columns_do_not_know_each_other(x, weight):
    alone = [embed(x[:, [j]], weight) for j in range(x.shape[1])]
    np.testing.assert_allclose(np.hstack(alone), embed(x, weight), atol=1e-5)


@given(x=tables, weight=row_weights)
def test_embedding_is_orthonormal(x, weight):
    """Means 0, variances 1, or 0 where a column is constant or binary, no overlap."""
    components = embed(x, weight).astype(np.float64)
    assert components.shape == (len(x), 2 * x.shape[1])
    share = weight / weight.sum()
    np.testing.assert_allclose(share @ components, 0.0, atol=1e-3)
    for j, column in enumerate(x.T):
        pair = components[:, 2 * j : 2 * j + 2]
        n_values = len(np.unique(column))
        gram = pair.T @ (share[:, None] * pair)
        assert gram[0, 1] == pytest.approx(0.0, abs=1e-3)
        assert gram[0, 0] == pytest.approx(float(n_values > 1), abs=1e-3)
        if n_values <= 2:
            assert gram[1, 1] == 0.0
        else:
            assert gram[1, 1] == pytest.approx(1.0, abs=1e-3) or gram[1, 1] == 0.0


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_binary_columns_have_one_component(share):
    x = (np.arange(1000) < 1000 * share).astype(float)[:, None]
    components = embed(x, np.ones(1000))
    np.testing.assert_allclose(
        components[:, :1], standardized(x, np.ones(1000)), atol=1e-5
    )
    np.testing.assert_array_equal(components[:, 1], 0.0)


def test_three_values_have_two_components():
    x = np.repeat([0.0, 1.0, 5.0], [5, 90, 5])[:, None]
    components = embed(x, np.ones(100))
    np.testing.assert_allclose(components.var(axis=0), 1.0, rtol=1e-4)


def test_many_rows_give_legendre_polynomials():
    """Without ties the components tend to sqrt(2 d + 1) P_d on (-1, 1)."""
    x = np.random.default_rng(0).standard_normal((4000, 1))
    u = rank_uniform(x, np.ones(4000))[:, 0]
    components = embed(x, np.ones(4000))
    for d in range(2):
        expected = np.sqrt(2 * d + 3) * Legendre.basis(d + 1)(u)
        np.testing.assert_allclose(components[:, d], expected, atol=2e-3)


@pytest.mark.parametrize("outlier", [1e3, 1e300])
def test_outliers_stay_in_range(outlier):
    x = np.random.default_rng(0).standard_normal((500, 1))
    x[0] = outlier
    assert np.abs(embed(x, np.ones(500))).max() < 3.0


def test_single_precision_ranks_embed_as_double():
    """The table keeps ranks in float32."""
    x = np.random.default_rng(0).standard_normal((300, 3))
    u, weight = rank_uniform(x, np.ones(300)), np.ones(300)
    single = evaluate(u.astype(np.float32), weight)
    np.testing.assert_allclose(single, evaluate(u, weight), atol=1e-5)


def test_ranks_of_binary_columns_in_single_precision_have_one_component():
    x = (np.arange(1000) < 3).astype(float)[:, None]
    u = rank_uniform(x, np.ones(1000)).astype(np.float32)
    components = evaluate(u, np.ones(1000))
    np.testing.assert_array_equal(components[:, 1], 0.0)


def test_types():
    x = np.random.default_rng(0).standard_normal((20, 2)).astype(np.float32)
    assert rank_uniform(x, np.ones(20)).dtype == np.float64
    assert embed(x, np.ones(20)).dtype == np.float32
    np.testing.assert_array_equal(
        embed(x, np.ones(20)), embed(x.astype(np.float64), np.ones(20))
    )
