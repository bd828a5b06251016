"""Equal rows that come often by nature, and those that are copies or have a weight."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from stg_select import GaussianGateSelector
from stg_select.columns import Components
from stg_select.crossfit._repeats import has_few_kinds, repeats_apart
from stg_select.crossfit._rows import CountedRows, distinct_rows


def are_few(column, rows, weight, n_folds):
    """Whether some rows of an array are few kinds."""
    components = Components.of_array(column)
    target = np.zeros(len(column))
    return has_few_kinds(components, target, CountedRows(rows, weight), n_folds)


def test_a_continuous_row_with_a_large_weight_is_one_row():
    rows, weight = np.arange(40), np.full(40, 9.0)
    column = np.arange(40.0)[:, None]
    assert are_few(column % 5, rows, weight, n_folds=4)
    assert not are_few(column, rows, weight, n_folds=4)
    assert not are_few(column % 5, rows, weight, n_folds=10)
    assert not are_few(np.hstack([column % 5, column]), rows, weight, n_folds=4)


def test_rows_that_come_very_often_are_few_kinds():
    """Two columns that say the same, and a target that they decide."""
    column = np.repeat([0.0, 1.0], 40)[:, None] * np.ones(6)
    components = Components.of_array(column)
    for times, few in ((15.0, False), (16.0, True)):
        rows = CountedRows(np.array([0, 40]), np.full(2, times))
        assert has_few_kinds(components, column[:, 0], rows, 4) == few


def test_kinds_are_counted_among_the_rows_given():
    column = np.r_[np.arange(40.0), np.arange(40.0) % 5][:, None]
    weight = np.full(40, 9.0)
    assert are_few(column, np.arange(40, 80), weight, n_folds=4)
    assert not are_few(column, np.arange(40), weight, n_folds=4)


def taken_apart(x, target, weight=None):
    """Rows of an array, those that come often by nature taken apart."""
    components = Components.of_array(x)
    weight = np.ones(x.shape[0]) if weight is None else weight
    rows = distinct_rows(components, target, weight, 0)
    return rows, repeats_apart(components, target, rows)


def mostly_zeros(n=1000, p=10):
    rng = np.random.default_rng(5)
    x = rng.random((n, p)) * (rng.random((n, p)) < 0.1)
    return x, (x[:, 0] > 0.0).astype(int)


def test_rows_of_zeros_alone_are_rows_of_their_own():
    x, target = mostly_zeros()
    empty = ~x.any(axis=1)
    assert empty.sum() > 300  # a row of 300 would have all the say
    merged, apart = taken_apart(x, target)
    assert merged.weight.max() == empty.sum()
    assert len(apart.index) == len(x)
    assert (apart.weight == 1.0).all()
    assert np.count_nonzero(empty[apart.index]) == empty.sum()
    # whatever the table is stored as
    _, same = taken_apart(sparse.csc_array(x), target)
    np.testing.assert_array_equal(same.index, apart.index)


def test_weights_of_rows_that_are_taken_apart_are_repeated_rows():
    x, target = mostly_zeros()
    _, apart = taken_apart(x, target)
    twice = np.repeat(x, 2, axis=0), np.repeat(target, 2)
    for rows in (
        taken_apart(x, target, np.full(len(x), 2.0))[1],
        taken_apart(*twice)[1],
    ):
        # as many rows, of twice the weight: nothing new is told
        assert len(rows.index) == len(apart.index)
        assert (rows.weight == 2.0).all()


def test_copies_of_a_row_of_its_own_values_stay_one_row():
    rng = np.random.default_rng(5)
    x = rng.standard_normal((300, 4))
    for copied in (x[:1], np.zeros((1, 4))):
        table = np.vstack([x, np.repeat(copied, 100, axis=0)])
        merged, apart = taken_apart(table, np.zeros(len(table)))
        assert merged.weight.max() >= 100.0
        assert apart is merged
    # of values that others have too it comes about five times by chance
    x = rng.integers(0, 3, (300, 4)).astype(float)
    table = np.vstack([x, np.repeat(x[:1], 100, axis=0)])
    merged, apart = taken_apart(table, np.zeros(400))
    assert merged.weight.max() >= 100.0
    assert np.isin(apart.index, merged.index[merged.weight.argmax()]).sum() == 1


def test_no_more_rows_are_taken_apart_than_a_table_can_bear():
    rng = np.random.default_rng(5)
    x = rng.random((5000, 8)) * (rng.random((5000, 8)) < 0.02)
    merged, apart = taken_apart(x, (x[:, 0] > 0.0).astype(int))
    assert 3.5 * len(merged.index) < len(apart.index) <= 4 * len(merged.index)
    assert apart.weight.sum() == pytest.approx(5000.0)
    assert apart.weight.max() < 3.0


def test_values_that_come_with_other_targets_are_no_copies():
    """Half of the rows hold nothing, more than chance would have it."""
    rng = np.random.default_rng(6)
    active = rng.random(2000) < 0.5
    x = rng.random((2000, 20)) * (rng.random((2000, 20)) < 0.3) * active[:, None]
    empty = ~x.any(axis=1)
    _, apart = taken_apart(x, rng.integers(0, 2, 2000))
    assert np.count_nonzero(empty[apart.index]) == empty.sum()
    # of a class of their own it is not known what they are
    merged, same = taken_apart(x, np.where(empty, 2, rng.integers(0, 2, 2000)))
    assert same is merged
    # with few others they come as often as these and the other rows say
    few = np.where(empty, 0, rng.integers(0, 2, 2000))
    few[np.flatnonzero(empty)[:20]] = 1
    _, apart = taken_apart(x, few)
    assert 10 < np.count_nonzero(empty[apart.index] & (few[apart.index] == 0)) < 100


@pytest.mark.parametrize("kind", ["numbers", "zero-inflated", "binary"])
@pytest.mark.parametrize("weights", ["1 to 10", "32 or 1", "copies"])
def test_weights_and_copies_open_no_gates_of_discrete_columns(kind, weights):
    rng = np.random.default_rng(7)
    x = {
        "numbers": rng.integers(0, 5, (400, 15)),
        "zero-inflated": rng.integers(1, 11, (400, 15)) * (rng.random((400, 15)) < 0.5),
        "binary": rng.integers(0, 2, (400, 20)),
    }[kind].astype(float)
    y = rng.integers(0, 2, 400)
    weight = {
        "1 to 10": rng.integers(1, 11, 400),
        "32 or 1": np.where(rng.random(400) < 0.03, 32, 1),
        "copies": np.where(rng.random(400) < 0.1, 9, 1),
    }[weights]
    selector = GaussianGateSelector(random_state=0)
    if weights == "copies":
        selector.fit(np.repeat(x, weight, axis=0), np.repeat(y, weight))
    else:
        selector.fit(x, y, sample_weight=weight)
    assert selector.n_features_to_select_ <= 1


@pytest.mark.parametrize("share", [0.1, 0.02])
@pytest.mark.parametrize("gaps", [0.0, np.nan])
def test_a_column_is_found_in_a_table_of_zeros_or_gaps(share, gaps):
    rng = np.random.default_rng(8)
    filled = rng.random((2000, 8)) < share
    y = filled[:, 0] | (rng.random(2000) < 0.02)
    x = np.where(filled, rng.random((2000, 8)), gaps)
    selector = GaussianGateSelector(random_state=0).fit(x, y.astype(int))
    assert selector.ranking_[0] == 1
    assert 1 <= selector.n_features_to_select_ <= 2
