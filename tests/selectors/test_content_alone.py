"""A selection follows from the content of a table, not from how it is written."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from stg_select import GaussianGateSelector

N_ROWS = 160
ORDER = np.array([4, 0, 7, 2, 6, 1, 5, 3])


def table(kind):
    """Eight columns, two of them with ties, and balanced classes or a response."""
    rng = np.random.default_rng(3)
    X = rng.standard_normal((N_ROWS, 8))
    X[:, 2:4] = np.round(X[:, 2:4])
    signal = X[:, 0] * X[:, 1] + X[:, 2] + 0.5 * rng.standard_normal(N_ROWS)
    if kind == "response":
        return X, signal
    n_classes = {"two": 2, "three": 3}[kind]
    ranks = np.argsort(np.argsort(signal))
    return X, ranks * n_classes // N_ROWS


def fitted(X, y):
    selector = GaussianGateSelector(
        max_iter=60, gate_learning_rate_init=0.02, cross_fit=3, random_state=0
    )
    return selector.fit(X, y)


def assert_equal(first, second, columns=slice(None)):
    """All that a fit says of every column."""
    for name in ("mu_", "active_probs_", "ranking_", "support_"):
        expected = getattr(first, name)[columns]
        np.testing.assert_array_equal(getattr(second, name), expected)
    assert first.n_features_to_select_ == second.n_features_to_select_


@pytest.mark.parametrize("kind", ["two", "three", "response"])
def test_columns_in_another_order(kind):
    X, y = table(kind)
    assert_equal(fitted(X, y), fitted(X[:, ORDER], y), ORDER)


@pytest.mark.parametrize("change", [lambda x: 2.0 * x, np.exp, lambda x: x**3 + 1e4])
def test_monotone_functions_of_columns(change):
    X, y = table("two")
    assert_equal(fitted(X, y), fitted(change(X), y))


def test_a_change_that_moves_no_rank():
    X, y = table("response")
    nudged = X.copy()
    nudged[5, 0] += 1e-9
    assert_equal(fitted(X, y), fitted(nudged, y))


def test_units_of_a_response():
    X, y = table("response")
    first = fitted(X, y)
    assert_equal(first, fitted(X, 4.0 * y))
    shifted = fitted(X, y + 1e6)  # which loses some digits
    np.testing.assert_allclose(shifted.mu_, first.mu_, atol=1e-3)
    np.testing.assert_array_equal(shifted.support_, first.support_)


@pytest.mark.parametrize("kind", ["two", "three"])
def test_names_of_classes(kind):
    X, y = table(kind)
    first, second = fitted(X, y), fitted(X, np.array(["z", "a", "m"])[y])
    assert_equal(first, second)
    assert second.classes_.tolist() == (
        ["a", "z"] if kind == "two" else ["a", "m", "z"]
    )


def test_default_precision_of_torch():
    X, y = table("two")
    first = fitted(X, y)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        second = fitted(X, y)
    finally:
        torch.set_default_dtype(before)
    assert_equal(first, second)
