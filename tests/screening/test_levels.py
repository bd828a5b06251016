"""Levels of chance, and chi-squared variables as normal deviates."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2, norm

from stg_select.screening._levels import chance, cube_root, deviate, from_cube_root


def test_level_of_chance_is_about_the_largest_of_so_many_deviates():
    assert chance(1000.0) == pytest.approx(np.sqrt(2.0 * np.log(1000.0)))
    largest = np.abs(np.random.default_rng(0).normal(size=(200, 1000))).max(axis=1)
    assert largest.mean() == pytest.approx(chance(1000.0), abs=0.4)


@pytest.mark.parametrize("df", [1, 4, 16])
def test_deviates_are_as_rare_as_their_statistics(df):
    """Deviates of either sign."""
    rare = np.array([0.3, 1e-3, 1e-9])
    found = deviate(chi2.isf(rare, df), df)
    np.testing.assert_allclose(found, norm.isf(rare / 2.0), rtol=1e-3)


def test_cube_roots_keep_the_order_and_come_back():
    df = np.full(4, 5)
    statistic = np.array([0.5, 5.0, 50.0, 500.0])
    root = cube_root(statistic, df)
    assert (np.diff(root) > 0).all()
    np.testing.assert_allclose(from_cube_root(root, df), statistic, rtol=1e-6)
