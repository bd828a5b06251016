"""Folds of rows, and the weights of rows in them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stg_select.crossfit._folds import fold_weights, grouped_folds, rotated_folds

seeds = st.integers(0, 2**31 - 1)


@given(
    classes=st.lists(st.integers(0, 3), min_size=2, max_size=60),
    n_folds=st.integers(2, 6),
    seed=seeds,
    stratified=st.booleans(),
)
def test_folds_are_even_within_classes(classes, n_folds, seed, stratified):
    strata = np.array(classes)
    fold = rotated_folds(len(strata), n_folds, strata if stratified else None, seed)
    assert set(fold) <= set(range(n_folds))
    groups = [strata == c for c in np.unique(strata)] if stratified else []
    for members in [*groups, np.full(len(strata), True)]:
        sizes = np.bincount(fold[members], minlength=n_folds)
        assert sizes.max() - sizes.min() <= 1
    np.testing.assert_array_equal(
        fold, rotated_folds(len(strata), n_folds, strata if stratified else None, seed)
    )


@pytest.mark.parametrize("strata", [None, np.arange(40) % 2])
def test_folds_are_random(strata):
    first, second = (rotated_folds(40, 4, strata, seed) for seed in (0, 1))
    assert (first != second).any()


def test_a_row_stays_in_its_fold():
    fold, weight = np.array([0, 1, 2, 0]), np.array([1.0, 2.0, 1.0, 3.0])
    weights = fold_weights(fold, weight, share_repeats=False)
    np.testing.assert_array_equal(weights.sum(axis=0), weight)
    np.testing.assert_array_equal(np.flatnonzero(weights[0]), [0, 3])


@pytest.mark.parametrize(
    ("largest", "dtype"), [(255.0, np.uint8), (256.0, np.float64), (1.5, np.float64)]
)
def test_small_whole_weights_take_a_byte(largest, dtype):
    fold, weight = np.array([0, 1, 2, 0]), np.array([1.0, largest, 1.0, 3.0])
    weights = fold_weights(fold, weight, share_repeats=False)
    assert weights.dtype == dtype
    np.testing.assert_array_equal(weights.sum(axis=0), weight)


def test_rows_of_few_kinds_are_shared_out():
    fold, weight = np.array([0, 1, 1]), np.array([100.0, 31.0, 1.0])
    weights = fold_weights(fold, weight, share_repeats=True)
    np.testing.assert_array_equal(weights, [[50.0, 15.0, 0.0], [50.0, 16.0, 1.0]])


@given(
    sizes=st.lists(st.integers(1, 9), min_size=6, max_size=30),
    n_folds=st.integers(2, 6),
    seed=seeds,
)
def test_groups_are_dealt_whole_and_evenly(sizes, n_folds, seed):
    group = np.repeat(np.arange(len(sizes)), sizes)
    fold = grouped_folds(group, n_folds, None, seed)
    for number in range(len(sizes)):
        assert len(set(fold[group == number])) == 1
    rows = np.bincount(fold, minlength=n_folds)
    assert rows.min() > 0
    assert rows.max() - rows.min() <= max(sizes)


@pytest.mark.parametrize("seed", range(5))
def test_groups_of_one_class_are_dealt_evenly_within_classes(seed):
    group, strata = np.repeat(np.arange(24), 5), np.repeat(np.arange(24) % 3 > 0, 5)
    fold = grouped_folds(group, 4, strata, seed)
    for kind, expected in ((False, 10), (True, 20)):
        np.testing.assert_array_equal(np.bincount(fold[strata == kind]), [expected] * 4)


def test_folds_of_groups_are_random_and_repeat():
    group = np.repeat(np.arange(20), 3)
    first, again, other = (grouped_folds(group, 4, None, seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_no_fold_of_groups_stays_empty():
    group = np.repeat(np.arange(3), [50, 1, 1])
    strata = np.array([0] * 50 + [1, 2])
    fold = grouped_folds(group, 3, strata, seed=0)
    assert len(set(fold)) == 3
