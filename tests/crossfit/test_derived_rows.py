"""Rows that were made from other rows, and the weight that they give to these."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
)

from stg_select.columns import Components
from stg_select.crossfit._derived_rows import MANY_ROWS, without_derived
from stg_select.crossfit._rows import distinct_rows
from stg_select.datasets import make_derived_rows


def merged(X, y, weight=None, seed=0):
    """Weight of every row of an array, the derived and the equal ones merged."""
    weight = np.ones(len(X)) if weight is None else weight
    components = Components.of_array(X)
    rows = distinct_rows(components, y, weight, seed)
    rows = without_derived(components, y, rows)
    return np.bincount(rows.index, rows.weight, len(X))


@pytest.mark.parametrize("kind", ["jittered", "interpolated"])
def test_derived_rows_give_their_weight_to_those_they_were_made_from(kind):
    X, y, _ = make_derived_rows(300, 6, kind=kind, random_state=0)
    weight = merged(X, y)
    assert np.count_nonzero(weight) == 100
    assert weight.sum() == pytest.approx(300)
    if kind == "interpolated":  # copies are as good as what they are copies of
        assert not weight[100:].any()
        labels = np.bincount(y, weights=weight)
        np.testing.assert_allclose(labels, np.bincount(y), rtol=1e-5)


@pytest.mark.parametrize("kind", ["jittered", "interpolated"])
def test_order_of_rows_does_not_matter(kind):
    X, y, _ = make_derived_rows(300, 6, kind=kind, random_state=1)
    order = np.random.default_rng(0).permutation(300)
    again = merged(X[order], y[order])
    np.testing.assert_allclose(merged(X, y)[order], again, rtol=1e-9)


def test_order_of_columns_does_not_matter():
    """Of more columns than are looked at, not all of which tell copies apart."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 100))
    X[:, :40] = np.repeat(X[:40, :40], 3, axis=0)  # say that all are copies
    X[80:] = X[:40] + 1e-6 * rng.normal(size=(40, 100))
    y = np.tile(np.arange(40) % 2, 3)
    found = merged(X, y)
    assert np.count_nonzero(found) == 80
    for order in (np.arange(100)[::-1], rng.permutation(100)):
        np.testing.assert_array_equal(merged(X[:, order], y), found)


def test_order_of_many_rows_does_not_matter():
    """Nor what the first of them hold: of the last ones, hardly any values."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2400, 3)) * (rng.random((2400, 3)) < 0.3)
    X[2000:] = X[:400] * (1 + 1e-6 * rng.normal(size=(400, 3)))
    X = np.hstack([X, np.tile(rng.integers(0, 2, (400, 5)), (6, 1))])
    y = np.tile(X[:400, 3], 6)
    kind = np.unique(np.c_[X, y], axis=0, return_inverse=True)[1].ravel()
    found = np.bincount(kind, merged(X, y))
    assert np.count_nonzero(found) < np.count_nonzero(merged(X[:2000], y[:2000])) + 50
    order = np.abs(X[:, :3]).sum(axis=1).argsort()
    again = np.bincount(kind[order], merged(X[order], y[order]))
    np.testing.assert_allclose(again, found, rtol=1e-9)
    again = np.bincount(kind, merged(X, y, seed=5))
    np.testing.assert_allclose(again, found, rtol=1e-9)


def test_weights_are_repeated_rows_of_long_tables():
    """The distinct rows are counted where long tables are not searched."""
    n = MANY_ROWS - 40
    X, y, _ = make_derived_rows(n, 5, kind="interpolated", random_state=2)
    weight = np.ones(n)
    weight[:60] = 2.0
    found = merged(X, y, weight)
    assert np.count_nonzero(found) < n / 2
    again = merged(np.vstack([X, X[:60]]), np.r_[y, y[:60]])
    np.testing.assert_allclose(again[:n], found, rtol=1e-9)


def test_no_weight_is_lost_among_rows_near_each_other():
    """Of which each is between the other and a third one."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 5)), np.arange(300) % 2
    low, high = X[:100], X[100:200]
    X = np.vstack([X, *(low + share * (high - low) for share in (0.5, 0.501, 0.9))])
    y = np.r_[y, np.tile(y[:100], 3)]
    y[100:200] = y[:100]
    found = merged(X, y)
    assert not found[300:].any()
    assert found.sum() == pytest.approx(600)


def test_rows_near_all_others_are_no_copies():
    """Beside a few huge values all others are nearly equal: pairs would fill memory."""
    X = np.random.default_rng(0).standard_cauchy((60_000, 8)) ** 3
    np.testing.assert_array_equal(merged(X, X[:, 0] > 0), np.ones(60_000))


def test_equal_cells_are_no_pairs():
    """Most rows hold nothing but zeros in the columns that tell rows apart."""
    rng = np.random.default_rng(0)
    told = rng.normal(size=(40_000, 3)) * (rng.random((40_000, 1)) < 0.3)
    X = np.hstack([told, rng.integers(0, 2, (40_000, 20))])
    copies = X[:2000] + 1e-6 * (X[:2000] != 0.0) * (np.arange(23) < 3)
    y = rng.integers(0, 2, 40_000)
    distinct = np.unique(np.c_[X, y], axis=0, return_counts=True)
    found = merged(np.vstack([X, copies]), np.r_[y, y[:2000]])
    assert np.count_nonzero(found) == len(distinct[0])


@pytest.mark.parametrize("columns", [range(6), (5, 2, 0, 4, 1, 3)], ids=str)
def test_some_rows_between_others_of_many_are_found(columns):
    """A sample of the rows, which is looked at first, holds some of them."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(900, 6)), np.arange(900) % 2
    along = rng.uniform(0.2, 0.8, size=(40, 1))
    X[-40:] = (1 - along) * X[:40] + along * X[100:140]
    weight = merged(X[:, list(columns)], y)
    found = np.flatnonzero(weight == 0.0)
    assert len(found) > 25  # between near ones of the others
    assert found.min() >= 860
    assert weight.sum() == pytest.approx(900)


@pytest.mark.parametrize("kind", ["jittered", "interpolated"])
def test_rows_of_other_targets_or_columns_are_no_copies(kind):
    X, y, _ = make_derived_rows(300, 6, kind=kind, random_state=0)
    other = np.arange(300) // 100
    np.testing.assert_array_equal(merged(X, other), np.ones(300))
    X = np.column_stack([X, other])
    np.testing.assert_array_equal(merged(X, y), np.ones(300))


@pytest.mark.parametrize(
    "load", [load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine]
)
def test_rows_of_ordinary_tables_keep_their_weight(load):
    X, y = load(return_X_y=True)
    X, y = X[:700], y[:700]
    rows = distinct_rows(Components.of_array(X), y, np.ones(len(X)), 0)
    assert np.count_nonzero(merged(X, y)) == len(rows.index)


@pytest.mark.parametrize("shape", ["line", "plane", "grid", "noise"])
def test_rows_between_others_by_nature_keep_their_weight(shape):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 5))
    if shape == "line":
        X = np.outer(X[:, 0], [1.0, 2.0, -1.0, 0.5]) + 3.0
    if shape == "plane":  # of more columns than trees look at
        X = X[:, :2] @ rng.standard_normal((2, 12))
    if shape == "grid":
        X = rng.integers(0, 40, (400, 5)).astype(float)
    np.testing.assert_array_equal(merged(X, X[:, 0] > 0), np.ones(400))


def test_without_columns_no_row_is_derived():
    np.testing.assert_array_equal(merged(np.empty((6, 0)), np.arange(6.0)), np.ones(6))
