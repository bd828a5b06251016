"""Rows, columns and classes in an order that their content decides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stg_select.columns import _blocks, rank_uniform
from stg_select.crossfit._content_order import content_order

N_ROWS = 23
GATE = np.array([0, 2, 1, 0, 3])
KINDS = ("classes", "response", "outputs")


def tables(kind, seed):
    """Ranks with ties, and a target."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((N_ROWS, 5))
    X[:, 1] = np.round(X[:, 1])
    target = {
        "classes": rng.permutation(np.arange(N_ROWS) % 3),
        "response": rng.standard_normal(N_ROWS),
        "outputs": rng.standard_normal((N_ROWS, 2)),
    }[kind]
    return rank_uniform(X, np.ones(N_ROWS)), target


def ordered(ranks, target, gate=GATE, seed=0):
    names = target.dtype.kind == "i"
    return content_order(ranks, gate, target, names=names, seed=seed)


@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 1000), data=st.data())
def test_positions_do_not_matter(kind, seed, data):
    ranks, target = tables(kind, seed)
    rows = np.array(data.draw(st.permutations(range(N_ROWS))))
    columns = np.array(data.draw(st.permutations(range(5))))
    first = ordered(ranks, target)
    second = ordered(ranks[rows][:, columns], target[rows], GATE[columns])
    np.testing.assert_array_equal(rows[second.rows], first.rows)
    np.testing.assert_array_equal(columns[second.components], first.components)
    np.testing.assert_array_equal(second.classes, first.classes)


@given(seed=st.integers(0, 1000), data=st.data())
def test_names_of_classes_do_not_matter(seed, data):
    ranks, target = tables("classes", seed)
    names = np.array(data.draw(st.permutations(range(3))))
    first, second = ordered(ranks, target), ordered(ranks, names[target])
    np.testing.assert_array_equal(second.rows, first.rows)
    np.testing.assert_array_equal(second.components, first.components)
    np.testing.assert_array_equal(second.classes[names], first.classes)


@pytest.mark.parametrize("kind", ["response", "outputs"])
def test_only_the_order_of_a_response_matters(kind):
    ranks, target = tables(kind, 1)
    first = ordered(ranks, target)
    np.testing.assert_array_equal(ordered(ranks, np.exp(target)).rows, first.rows)
    assert (ordered(ranks, -target).rows != first.rows).any()


@pytest.mark.parametrize("kind", KINDS)
def test_components_of_a_gate_stay_together(kind):
    order = ordered(*tables(kind, 2)).components
    np.testing.assert_array_equal(np.sort(order), np.arange(5))
    assert np.count_nonzero(np.diff(GATE[order])) == len(set(GATE)) - 1


def test_the_seed_decides_the_order_of_rows_alone():
    ranks, target = tables("classes", 3)
    orders = [ordered(ranks, target, seed=seed) for seed in range(3)]
    assert len({tuple(order.rows) for order in orders}) == 3
    assert len({tuple(order.components) for order in orders}) == 1
    assert len({tuple(order.classes) for order in orders}) == 1


def test_content_decides_and_not_the_position():
    """Every row comes first about equally often, whatever it holds."""
    ranks, target = tables("response", 4)
    first = [ordered(ranks, target, seed=seed).rows[0] for seed in range(2300)]
    counts = np.bincount(first, minlength=N_ROWS)
    assert counts.min() > 60
    assert counts.max() < 145


def test_equal_columns_keep_their_order():
    ranks, target = tables("classes", 5)
    ranks[:, 4] = ranks[:, 1]
    order = ordered(ranks, target, gate=np.arange(5)).components.tolist()
    assert order.index(1) + 1 == order.index(4)


@pytest.mark.parametrize("cells", [1, 3 * N_ROWS])
def test_blocks_do_not_matter(cells, monkeypatch):
    ranks, target = tables("classes", 6)
    whole = ordered(ranks, target)
    monkeypatch.setattr(_blocks, "BLOCK_CELLS", cells)
    cut = ordered(ranks, target)
    np.testing.assert_array_equal(cut.rows, whole.rows)
    np.testing.assert_array_equal(cut.components, whole.components)
