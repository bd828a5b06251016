"""Faster products of float32, which torch leaves to a switch of the process."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from samples import quick_selector

from stg_select.datasets import make_friedman1, make_xor


@pytest.fixture
def set_precision():
    """torch's switch, set back after the test."""
    before = torch.get_float32_matmul_precision()
    yield torch.set_float32_matmul_precision
    torch.set_float32_matmul_precision(before)


@pytest.mark.parametrize("make", [make_friedman1, make_xor])
def test_lower_precision_selects_the_same_columns(make, set_precision):
    X, y, informative = make(400, 20, random_state=0)
    fits = []
    for precision in ("highest", "medium"):
        set_precision(precision)
        selector = quick_selector(hidden_layer_sizes=(64, 32), max_iter=100)
        fits.append(selector.fit(X, y))
    exact, faster = fits
    assert exact.support_[informative].any()
    assert not exact.support_.all()
    np.testing.assert_array_equal(faster.support_, exact.support_)
    np.testing.assert_allclose(faster.mu_, exact.mu_, atol=0.2)
