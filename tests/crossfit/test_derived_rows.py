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
from stg_select.crossfit._derived_rows import merged_weights
from stg_select.datasets import make_derived_rows


def merged(X, y):
    return merged_weights(Components.of_array(X), y, np.ones(len(X)))


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


def test_rows_of_other_targets_or_columns_are_no_copies():
    X, y, _ = make_derived_rows(300, 6, random_state=0)
    other = np.arange(300) // 100
    np.testing.assert_array_equal(merged(X, other), np.ones(300))
    X = np.column_stack([X, other])
    np.testing.assert_array_equal(merged(X, y), np.ones(300))


@pytest.mark.parametrize(
    "load", [load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine]
)
def test_rows_of_ordinary_tables_keep_their_weight(load):
    X, y = load(return_X_y=True)
    np.testing.assert_array_equal(merged(X[:700], y[:700]), np.ones(len(X[:700])))


@pytest.mark.parametrize("shape", ["line", "grid", "noise"])
def test_rows_between_others_by_nature_keep_their_weight(shape):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 5))
    if shape == "line":
        X = np.outer(X[:, 0], [1.0, 2.0, -1.0, 0.5]) + 3.0
    if shape == "grid":
        X = rng.integers(0, 40, (400, 5)).astype(float)
    np.testing.assert_array_equal(merged(X, X[:, 0] > 0), np.ones(400))
