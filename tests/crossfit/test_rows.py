"""Distinct rows in an order of their own."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from stg_select.columns import Components, _blocks
from stg_select.crossfit._rows import (
    DistinctRows,
    distinct_rows,
    has_few_kinds,
    repeats_apart,
)

# a grid with few values, so that equal rows come up
tables = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12),
    elements=st.sampled_from([-1.5, -0.0, 0.0, 0.1, 1e300]),
)
seeds = st.integers(0, 2**31 - 1)


def rows_of(x, target, weight, seed):
    """The distinct rows of an array."""
    return distinct_rows(Components.of_array(x), target, weight, seed)


def are_few(column, rows, weight, n_folds):
    """Whether some rows of an array are few kinds."""
    components = Components.of_array(column)
    return has_few_kinds(components, DistinctRows(rows, weight), n_folds)


def contents(x, target, weight, seed):
    """What a fit sees: distinct rows in order, with their weights."""
    rows = rows_of(x, target, weight, seed)
    return x[rows.index], target[rows.index], rows.weight


@given(x=tables, seed=seeds, data=st.data())
def test_order_of_rows_does_not_matter(x, seed, data):
    order = np.array(data.draw(st.permutations(range(len(x)))))
    target = np.round(x[:, 0]) % 2
    weight = np.abs(np.arange(len(x)) % 3 - 0.5)
    first = contents(x, target, weight, seed)
    second = contents(x[order], target[order], weight[order], seed)
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])
    np.testing.assert_allclose(first[2], second[2], rtol=1e-14)


@given(x=tables, seed=seeds, data=st.data())
def test_weights_are_repeated_rows(x, seed, data):
    counts = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(x))))[: len(x)]
    counts[0] += 1
    target = x[:, :2].copy()
    weighted = contents(x, target, counts.astype(float), seed)
    again = np.repeat(x, counts, axis=0), np.repeat(target, counts, axis=0)
    repeated = contents(*again, np.ones(counts.sum()), seed)
    for one, other in zip(weighted, repeated, strict=True):
        np.testing.assert_array_equal(one, other)


@given(x=tables, seed=seeds)
def test_rows_are_distinct_and_all_there(x, seed):
    target = np.arange(len(x)) % 2
    table = np.column_stack([x, target])
    rows = rows_of(x, target, np.ones(len(x)), seed)
    expected = Counter(map(tuple, table.tolist()))
    kinds = map(tuple, table[rows.index].tolist())
    found = dict(zip(kinds, rows.weight, strict=True))
    assert found == expected
    assert len(rows.index) == len(expected)


def test_rows_that_differ_in_the_target_only_stay_apart():
    x = np.ones((4, 3))
    rows = rows_of(x, np.array([0, 1, 1, 0]), np.arange(1.0, 5.0), 0)
    assert sorted(rows.weight) == [5.0, 5.0]


def test_float32_hashes_as_float64(monkeypatch):
    x = np.random.default_rng(0).standard_normal((50, 3)).astype(np.float32)
    y, weight = np.arange(50) % 2, np.ones(50)
    single = rows_of(x, y, weight, 3).index
    np.testing.assert_array_equal(
        single, rows_of(x.astype(np.float64), y, weight, 3).index
    )
    monkeypatch.setattr(_blocks, "BLOCK_CELLS", 20)
    np.testing.assert_array_equal(single, rows_of(x, y, weight, 3).index)


def test_order_changes_with_the_seed():
    x = np.random.default_rng(0).standard_normal((50, 3))
    first, second = (rows_of(x, x[:, 0], np.ones(50), s).index for s in (0, 1))
    assert sorted(first) == sorted(second)
    assert (first != second).any()


def test_hash_tells_apart_what_differs_in_one_bit_or_in_place():
    """Nearly equal rows, swapped columns and small whole numbers do not collide."""
    near = np.nextafter(np.ones((1000, 2)), 2.0)
    near[:, 0] += np.arange(1000) * np.finfo(float).eps
    whole = np.stack(np.meshgrid(np.arange(100.0), np.arange(100.0)), -1).reshape(-1, 2)
    for x in (near, whole):
        for seed in range(3):
            rows = rows_of(x, np.zeros(len(x)), np.ones(len(x)), seed)
            assert len(rows.index) == len(x)


def test_a_continuous_row_with_a_large_weight_is_one_row():
    rows, weight = np.arange(40), np.full(40, 9.0)
    column = np.arange(40.0)[:, None]
    assert are_few(column % 5, rows, weight, n_folds=4)
    assert not are_few(column, rows, weight, n_folds=4)
    assert not are_few(column % 5, rows, weight, n_folds=10)
    assert not are_few(np.hstack([column % 5, column]), rows, weight, n_folds=4)


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
    return rows, repeats_apart(components, rows)


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
    x, target = mostly_zeros()
    weight = np.ones(len(x))
    weight[~x.any(axis=1)] = 1e4
    merged, apart = taken_apart(x, target, weight)
    assert apart is merged
