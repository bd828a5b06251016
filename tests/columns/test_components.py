"""Tables read in blocks of rows and of components."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stg_select.columns import Components, _blocks, blocks


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
    by_rows = [values for _, values in components.by_rows()]
    np.testing.assert_array_equal(np.vstack(by_rows), x)
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
