"""Distinct rows in an order of their own."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stg_select.columns import Components, _blocks
from stg_select.crossfit._rows import distinct_rows

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
