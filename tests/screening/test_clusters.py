"""Variances of scores by the sums of groups."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from stg_select.screening._clusters import Clusters, f_deviate

GROUP = np.repeat(np.arange(12), 5)


def test_variance_is_that_of_the_sums_of_groups():
    values = np.random.default_rng(0).standard_normal((3, 60))
    sums = values.reshape(3, 12, 5).sum(axis=2)
    expected = 12 * sums.var(axis=1, ddof=1)
    np.testing.assert_allclose(Clusters(GROUP).variance(values), expected)


def test_one_column_has_the_t_test_of_its_sums():
    rng = np.random.default_rng(1)
    scoring = rng.standard_normal(60)
    scoring -= scoring.mean()
    column = rng.standard_normal((1, 60))
    sums = (column * scoring).reshape(12, 5).sum(axis=1)
    p_value = stats.ttest_1samp(sums, 0.0).pvalue
    deviates = Clusters(GROUP).deviates(column, scoring)
    np.testing.assert_allclose(deviates, stats.norm.isf(p_value / 2), rtol=1e-6)


@pytest.mark.parametrize(("df", "freedom"), [(1, 3.0), (4, 11.0), (16, 39.0)])
def test_deviates_are_as_rare_as_the_statistic(df, freedom):
    ratio = np.array([0.5, 2.0, 8.0])
    expected = stats.norm.isf(stats.f.sf(ratio, df, freedom) / 2)
    np.testing.assert_allclose(f_deviate(ratio, df, freedom), expected, rtol=1e-6)


@pytest.mark.parametrize(("constant", "effect"), [(True, 5.0), (False, 1.0)])
def test_rows_count_once_a_group_where_column_and_residual_are_constant(
    constant, effect
):
    rng = np.random.default_rng(2)
    group = np.repeat(np.arange(400), 5)
    clusters = Clusters(group)
    scoring = rng.standard_normal(400)[group]
    column = rng.standard_normal(400)[group] if constant else rng.standard_normal(2000)
    found = clusters.design_effect(column[None], scoring)[0]
    assert found == pytest.approx(effect, rel=0.2)
    likeness = clusters.likeness(column[None, None], scoring[:, None])
    assert likeness.excess == pytest.approx(4.0)
    assert likeness.of_columns[0] == pytest.approx(float(constant), abs=0.1)


def test_uneven_groups_have_fewer_degrees_of_freedom():
    even, uneven = Clusters(GROUP), Clusters(np.repeat([0, 1, 2], [50, 5, 5]))
    assert even.freedom(4.0) == pytest.approx(11.0)
    assert uneven.freedom(10.0) < 1.0


@pytest.mark.parametrize(("excess", "alike"), [(0.0, 0.0), (8.3, 0.2), (1e3, 1.0)])
def test_large_groups_decide_the_more_alike_their_rows_are(excess, alike):
    """By hand: of groups of 50, 5 and 5 rows the excess is at most 41.5."""
    large, small = 50 * (1 + 49 * alike), 5 * (1 + 4 * alike)
    expected = (large + 2 * small) ** 2 / (large**2 + 2 * small**2) - 1
    clusters = Clusters(np.repeat([0, 1, 2], [50, 5, 5]))
    assert clusters.freedom(excess) == pytest.approx(expected)
