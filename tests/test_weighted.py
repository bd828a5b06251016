"""Means, spreads, outliers and numbers of weighted rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.preprocessing import StandardScaler

from stg_select.weighted import (
    LARGEST_COUNT,
    are_whole,
    count_likelihood_rows,
    count_rows,
    in_sound_units,
    standardized,
    trimmed,
    weighted_mean,
    winsorized,
)

seeds = st.integers(0, 2**32 - 1)
shapes = st.shared(
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=15), key="shape"
)
reals = hnp.arrays(np.float64, shapes, elements=st.floats(-1e3, 1e3, width=32))
row_weights = hnp.arrays(
    np.float64,
    shapes.map(lambda shape: shape[0]),
    elements=st.floats(0.125, 4.0, width=16),
)


def weights_of(rng, n):
    """Whole weights from 1 to 4, or none."""
    return rng.integers(1, 5, n).astype(float) if rng.integers(2) else np.ones(n)


@given(x=reals, weight=row_weights)
def test_means_are_those_of_numpy(x, weight):
    expected = np.average(x, axis=0, weights=weight)
    np.testing.assert_allclose(weighted_mean(x, weight), expected, atol=1e-9)


@given(x=reals, weight=row_weights)
def test_standardised_columns_are_those_of_scikit_learn(x, weight):
    spread = StandardScaler().fit(x, sample_weight=weight)
    # near-constant columns are a matter of taste
    varies = np.sqrt(spread.var_) > 1e-3 * np.abs(x).max(axis=0)
    expected = spread.transform(x)
    np.testing.assert_allclose(
        standardized(x, weight)[:, varies], expected[:, varies], atol=1e-9
    )


@pytest.mark.parametrize("value", [0.0, 0.1, -1e300, 5e-324])
@pytest.mark.parametrize("function", [standardized, winsorized])
def test_constant_columns_become_0(function, value):
    z = function(np.full((7, 1), value), np.linspace(0.1, 0.9, 7))
    np.testing.assert_array_equal(z, 0.0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_rounding_leaves_of_a_constant_becomes_0(dtype):
    unit = np.finfo(dtype).eps
    rounded = (1.0 + unit * (np.arange(8) % 3)).astype(dtype)
    assert len(np.unique(rounded)) == 3
    np.testing.assert_array_equal(standardized(rounded, np.ones(8)), 0.0)
    varies = (1.0 + 100.0 * unit * (np.arange(8) % 3)).astype(dtype)
    np.testing.assert_allclose(standardized(varies, np.ones(8)).std(), 1.0, rtol=1e-2)


def test_differences_of_large_numbers_keep_their_digits():
    small = np.random.default_rng(0).integers(0, 1000, 200) / 1024
    large = 2.0**30 + small
    np.testing.assert_allclose(
        standardized(large, np.ones(200)), standardized(small, np.ones(200)), atol=1e-6
    )


@pytest.mark.parametrize("function", [standardized, winsorized])
@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1e9, 1e300])
def test_units_neither_overflow_nor_vanish(function, scale):
    values = np.random.default_rng(0).standard_normal((40, 2))
    np.testing.assert_allclose(
        function(scale * values, np.ones(40)), function(values, np.ones(40)), atol=1e-9
    )


@given(seed=seeds)
def test_residuals_without_outliers_are_standardised_only(seed):
    rng = np.random.default_rng(seed)
    values, weight = rng.uniform(-1, 1, (50, 2)), weights_of(rng, 50)
    np.testing.assert_allclose(
        winsorized(values, weight), standardized(values, weight), atol=1e-9
    )


@given(seed=seeds)
def test_outliers_come_back_and_keep_their_order(seed):
    rng = np.random.default_rng(seed)
    values, weight = rng.standard_t(1.5, (300, 2)), weights_of(rng, 300)
    clipped = winsorized(values, weight)
    np.testing.assert_allclose(
        np.average(clipped, axis=0, weights=weight), 0, atol=1e-9
    )
    np.testing.assert_allclose(np.average(clipped**2, axis=0, weights=weight), 1.0)
    for column, original in zip(clipped.T, values.T, strict=True):
        order = np.argsort(original)
        assert (np.diff(column[order]) >= 0.0).all()
        # what was not clipped is the original in other units
        inside = (column > column.min()) & (column < column.max())
        assert inside.sum() > 200
        assert np.corrcoef(column[inside], original[inside])[0, 1] > 1.0 - 1e-9


def test_an_outlier_weighs_as_a_large_value():
    rng = np.random.default_rng(0)
    values = rng.standard_normal((500, 1))
    plain = winsorized(values, np.ones(500))
    values[3] = 1e3
    clipped = winsorized(values, np.ones(500))
    assert np.abs(clipped).max() < 5.0
    usual = (np.abs(plain) < 2.5) & (np.arange(500) != 3)[:, None]
    np.testing.assert_allclose(clipped[usual], plain[usual], atol=0.1)


@given(values=reals, weight=row_weights)
def test_several_axes_are_columns_side_by_side(values, weight):
    folded = np.stack([values, -values], axis=1)
    for function in (standardized, winsorized):
        alone = function(values, weight)
        np.testing.assert_allclose(
            function(folded, weight), np.stack([alone, -alone], axis=1), atol=1e-9
        )
        one = function(values[:, 0], weight)
        np.testing.assert_allclose(one, alone[:, 0], atol=1e-9)


def test_many_large_values_are_no_outliers():
    """Two of a hundred rows are more than the tail that is brought back."""
    values = np.zeros(100)
    values[[3, 7]] = 1.0
    np.testing.assert_allclose(
        winsorized(values, np.ones(100)), standardized(values, np.ones(100))
    )
    # one is an outlier; among values that differ, since two values are always as far
    # from each other once they are standardised
    values = np.linspace(-1.0, 1.0, 100)
    values[7] = 50.0
    assert (
        winsorized(values, np.ones(100)).max()
        < 0.9 * standardized(values, np.ones(100)).max()
    )


def test_whole_weights_are_told_from_others():
    assert are_whole(np.array([0.0, 3.0, 1e300]))
    assert not are_whole(np.array([1.0, 1.0 + 1e-9]))


@pytest.mark.parametrize("largest", [1.0, 7.0, LARGEST_COUNT])
def test_weights_that_count_rows_stay_as_they_are(largest):
    counts = np.array([0.0, 1.0, largest])
    np.testing.assert_array_equal(in_sound_units(counts), counts)


@pytest.mark.parametrize("largest", [2.5, 1e-300, 1e300, 2.0 * LARGEST_COUNT])
def test_other_weights_are_shares_of_the_largest(largest):
    weight = largest * np.array([0.25, 1.0, 0.0])
    np.testing.assert_array_equal(in_sound_units(weight), [0.25, 1.0, 0.0])


def test_rows_are_counted_by_the_ratios_of_their_weights():
    uneven = np.array([0.5, 0.25, 0.25, 0.0])
    np.testing.assert_allclose(count_rows(uneven), 1.0 / np.sum(uneven**2))
    np.testing.assert_allclose(count_rows(uneven), count_rows(7.3 * uneven))
    for equal in (1.0, 3.0, 1e300, 1e-300):
        np.testing.assert_allclose(count_rows(np.full(9, equal)), 9.0)
        np.testing.assert_allclose(count_likelihood_rows(np.full(9, equal)), 9.0)


@pytest.mark.parametrize("count", [count_rows, count_likelihood_rows])
def test_rows_that_come_again_are_counted_as_often(count):
    weight, times = np.array([3.0, 1.0, 0.5]), np.array([2.0, 1.0, 4.0])
    again = np.repeat(weight, times.astype(int))
    assert count(weight, times) == pytest.approx(count(again))
    assert count(7.3 * weight, times) == pytest.approx(count(again))


def test_in_a_likelihood_heavy_rows_count_for_about_one():
    weight = np.repeat([32.0, 1.0], [30, 970])
    expected = weight.sum() * (weight**2).sum() / (weight**3).sum()
    assert count_likelihood_rows(weight) == pytest.approx(expected)
    for count, most in ((count_rows, 2.0), (count_likelihood_rows, 1.1)):
        heaviest = 32.0 / weight.sum() * count(weight)
        assert 0.9 * most < heaviest < most


@pytest.mark.parametrize(
    ("weight", "bound"),
    [
        (np.arange(1.0, 11.0), 10.0),  # as they are
        (np.append(np.ones(1000), 94.0), 4.0),  # to three times the mean
        (np.repeat([32.0, 1.0], [30, 970]), 26.0),  # a tenth of all weight is lost
        (np.append(np.ones(1000), 94.0) / 94.0, 3.0 * 1094.0 / 1001.0 / 94.0),
        (np.full(5, 7.0), 7.0),
    ],
)
def test_extreme_weights_are_lowered(weight, bound):
    np.testing.assert_allclose(trimmed(weight), np.minimum(weight, bound))
    np.testing.assert_array_equal(trimmed(weight[::-1]), trimmed(weight)[::-1])


@given(
    hnp.arrays(float, st.integers(2, 40), elements=st.floats(1e-3, 1e6)),
    st.booleans(),
)
def test_weights_are_lowered_as_far_as_a_tenth_of_all_weight_is_lost(weight, whole):
    weight = np.ceil(weight) if whole else weight
    lowered, mean = trimmed(weight), weight.mean()
    assert (lowered <= weight).all()
    lost = 1.0 - lowered.sum() / weight.sum()
    assert lost <= 0.1 + 1e-9
    if whole:
        np.testing.assert_array_equal(lowered, np.round(lowered))
    elif weight.max() > 3.0 * mean:
        bound = lowered.max()
        assert bound == pytest.approx(3.0 * mean) or lost == pytest.approx(0.1)
        assert bound >= 3.0 * mean * (1.0 - 1e-9)
    else:
        np.testing.assert_array_equal(lowered, weight)
