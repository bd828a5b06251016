"""Tables read in blocks of rows and of components."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from stg_select.columns import Components, _blocks, blocks
from stg_select.columns._components import MISSING, NUMBER, lower_median


@given(length=st.integers(1, 50), count=st.integers(0, 40), cells=st.integers(1, 200))
def test_blocks_are_all_lines_in_turn(length, count, cells):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_blocks, "BLOCK_CELLS", cells)
        found = list(blocks(length, count))
    assert [i for block in found for i in range(count)[block]] == list(range(count))
    for block in found:
        size = block.stop - block.start
        assert size == 1 or size * length <= cells


@pytest.mark.parametrize("cells", [1, 30, 2**21])
def test_blocks_hold_what_was_asked_for(cells, monkeypatch):
    monkeypatch.setattr(_blocks, "BLOCK_CELLS", cells)
    x = np.random.default_rng(0).standard_normal((9, 5))
    components = Components.of_array(x)
    assert (components.n_rows, components.n_components) == (9, 5)
    np.testing.assert_array_equal(components.feature, np.arange(5))
    rows, chosen = np.array([7, 0, 3]), np.array([4, 1, 0])
    found = np.empty((3, 3))
    for places, values in components.by_components(rows, chosen):
        found[:, places] = values
    np.testing.assert_array_equal(found, x[rows][:, chosen])


@pytest.mark.parametrize("level", [-3.0, 0.0, 3.0])
@pytest.mark.parametrize("cells", [1, 12, 2**21])
def test_components_vary_in_the_rows_that_are_used(cells, level, monkeypatch):
    monkeypatch.setattr(_blocks, "BLOCK_CELLS", cells)
    x = np.full((6, 3), level)
    x[4, 1], x[5] = level + 1.0, level + 2.0
    used = np.array([True, True, False, True, True, False])
    varying = Components.of_array(x).varying(used)
    np.testing.assert_array_equal(varying, [False, True, False])


def test_most_values_are_those_of_one_component_in_some_rows():
    x = np.column_stack([np.arange(20) % 3, np.arange(20) % 7, np.ones(20)])
    components = Components.of_array(x)
    assert components.most_values(np.arange(20)) == 7
    assert components.most_values(np.array([0, 7, 14])) == 3


def read(components: Components) -> np.ndarray:
    """All components of all rows."""
    every = np.arange(components.n_components)
    found = components.by_components(np.arange(components.n_rows), every)
    return np.hstack([values for _, values in found])


@pytest.mark.parametrize("cells", [1, 12, 2**21])
def test_gaps_are_filled_by_the_median_and_indicated(cells, monkeypatch):
    monkeypatch.setattr(_blocks, "BLOCK_CELLS", cells)
    x = np.array([[1.0, 5.0], [np.nan, 6.0], [3.0, 7.0], [9.0, 8.0]])
    components = Components.of_array(x)
    expected = [[1.0, 0.0, 5.0], [3.0, 1.0, 6.0], [3.0, 0.0, 7.0], [9.0, 0.0, 8.0]]
    np.testing.assert_array_equal(read(components), expected)
    assert components.feature.tolist() == [0, 0, 1]
    assert components.level.tolist() == [NUMBER, MISSING, NUMBER]


def test_medians_follow_weights_as_they_would_equal_rows():
    x = np.array([[1.0], [np.nan], [3.0], [9.0], [4.0]])
    weight = np.array([1, 2, 1, 3, 0])
    once = Components.of_array(x, weight.astype(float))
    often = Components.of_array(np.repeat(x, weight, axis=0))
    assert once.fill.tolist() == often.fill.tolist() == [9.0]


def test_a_column_without_any_known_value_is_filled_with_zeros():
    components = Components.of_array(np.full((3, 1), np.nan))
    np.testing.assert_array_equal(read(components), [[0.0, 1.0]] * 3)
    assert not components.varying(np.ones(3, dtype=bool)).any()


@pytest.mark.parametrize("cells", [1, 12, 2**21])
def test_sparse_tables_read_like_dense_ones(cells, monkeypatch):
    monkeypatch.setattr(_blocks, "BLOCK_CELLS", cells)
    rng = np.random.default_rng(0)
    x = rng.poisson(0.4, (9, 6)).astype(float)
    x[2, 1], x[4, 1], x[:, 3] = np.nan, -0.0, 0.0
    dense, thin = (Components.of_array(table) for table in (x, sparse.csc_array(x)))
    np.testing.assert_array_equal(read(thin), read(dense))
    used = np.arange(9) != 5
    np.testing.assert_array_equal(thin.varying(used), dense.varying(used))
    assert thin.most_values(np.arange(9)) == dense.most_values(np.arange(9))


@given(
    st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 4)), min_size=1, max_size=9)
)
def test_the_lower_median_is_a_value_with_half_of_the_weight_below(pairs):
    values, weight = (np.array(part, dtype=float) for part in zip(*pairs, strict=True))
    median = lower_median(values, weight)
    assert median in values
    half = weight.sum() / 2
    assert weight[values <= median].sum() >= half
    assert weight[values < median].sum() < half
