"""A selection follows from the content of a table, not from how it is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from joblib import parallel_config
from numpy.typing import ArrayLike, NDArray

from stg_select import GaussianGateSelector

N_ROWS = 160
KINDS = ("two classes", "three classes", "response")
COLUMNS = (4, 0, 7, 2, 6, 1, 5, 3)
ROWS = np.random.default_rng(8).permutation(N_ROWS)
NAMES = [f"column {i}" for i in range(8)]


@dataclass(frozen=True)
class Table:
    """What is given to `fit`, and which of the original columns stand where."""

    X: ArrayLike
    y: NDArray
    weight: NDArray | None = None
    columns: tuple[int, ...] = tuple(range(8))


def table(kind):
    """Eight columns, two of them with ties, and balanced classes or a response."""
    rng = np.random.default_rng(3)
    X = rng.standard_normal((N_ROWS, 8))
    X[:, 2:4] = np.round(X[:, 2:4])
    signal = X[:, 0] * X[:, 1] + X[:, 2] + 0.5 * rng.standard_normal(N_ROWS)
    if kind == "response":
        return Table(X, signal)
    n_classes = {"two classes": 2, "three classes": 3}[kind]
    return Table(X, np.argsort(np.argsort(signal)) * n_classes // N_ROWS)


def fitted(t, **settings):
    selector = GaussianGateSelector(
        hidden_layer_sizes=(16,),
        gate_learning_rate_init=0.05,
        max_iter=30,
        cross_fit=3,
        random_state=0,
        **settings,
    )
    return selector.fit(t.X, t.y, t.weight)


@cache
def as_it_came(kind):
    return fitted(table(kind))


def assert_equal(selector, kind, columns=range(8), atol=0.0):
    """All that a fit says of every column."""
    first, columns = as_it_came(kind), list(columns)
    for name in ("mu_", "active_probs_", "feature_importances_"):
        expected = getattr(first, name)[columns]
        np.testing.assert_allclose(getattr(selector, name), expected, 0.0, atol)
    np.testing.assert_array_equal(selector.ranking_, first.ranking_[columns])
    np.testing.assert_array_equal(selector.support_, first.support_[columns])


def nudged(X):
    """Move one cell, but no rank."""
    X = X.copy()
    X[5, 0] += 1e-9
    return X


def read_only(X):
    X = X.copy()
    X.flags.writeable = False
    return X


SAME_TO_THE_LAST_BIT = {
    "columns in another order": lambda t: replace(
        t, X=t.X[:, list(COLUMNS)], columns=COLUMNS
    ),
    "rows in another order": lambda t: replace(t, X=t.X[ROWS], y=t.y[ROWS]),
    "other units": lambda t: replace(t, X=2.0 * t.X),
    "exponentials": lambda t: replace(t, X=np.exp(t.X)),
    "cubes far from 0": lambda t: replace(t, X=t.X**3 + 1e4),
    "a change that moves no rank": lambda t: replace(t, X=nudged(t.X)),
    "lists": lambda t: replace(t, X=t.X.tolist(), y=t.y.tolist()),
    "rows that do not count": lambda t: Table(
        np.vstack([t.X, 9.0 * t.X[:5]]),
        np.concatenate([t.y, t.y[:5]]),
        np.repeat([1.0, 0.0], [N_ROWS, 5]),
    ),
}
# read at the door, where the kind of target does not matter
CONTAINERS = {
    "pandas": lambda X: pd.DataFrame(X, columns=NAMES),
    "polars": lambda X: pl.DataFrame(X, schema=NAMES),
    "columns next to each other in memory": np.asfortranarray,
    "gaps in memory": lambda X: np.repeat(X, 2, axis=1)[:, ::2],
    "read-only": read_only,
}
SAME_TO_ROUNDING = {
    "every row twice": lambda t: replace(
        t, X=np.repeat(t.X, 2, axis=0), y=np.repeat(t.y, 2)
    ),
    "weights of two": lambda t: replace(t, weight=np.full(N_ROWS, 2.0)),
    "weights of a third": lambda t: replace(t, weight=np.full(N_ROWS, 1.0 / 3.0)),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", SAME_TO_THE_LAST_BIT)
def test_to_the_last_bit(change, kind):
    changed = SAME_TO_THE_LAST_BIT[change](table(kind))
    assert_equal(fitted(changed), kind, changed.columns)


@pytest.mark.parametrize("container", CONTAINERS)
def test_containers(container):
    t = table("response")
    assert_equal(fitted(replace(t, X=CONTAINERS[container](t.X))), "response")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", SAME_TO_ROUNDING)
def test_to_rounding(change, kind):
    changed = SAME_TO_ROUNDING[change](table(kind))
    assert_equal(fitted(changed), kind, changed.columns, atol=1e-4)


@pytest.mark.parametrize("kind", KINDS[:2])
def test_names_of_classes(kind):
    t = table(kind)
    selector = fitted(replace(t, y=np.array(["z", "a", "m"])[t.y]))
    assert_equal(selector, kind)
    assert selector.classes_.tolist() == sorted(["z", "a", "m"][: t.y.max() + 1])


def test_units_of_a_response():
    t = table("response")
    assert_equal(fitted(replace(t, y=4.0 * t.y)), "response")
    # which loses some digits
    assert_equal(fitted(replace(t, y=t.y + 1e6)), "response", atol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_default_precision_of_torch(kind):
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        selector = fitted(table(kind))
    finally:
        torch.set_default_dtype(before)
    assert_equal(selector, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_workers(kind):
    with parallel_config("threading"):
        assert_equal(fitted(table(kind), n_jobs=3), kind)
