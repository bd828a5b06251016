"""Products of less than full precision open the same gates."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from problems import cross_fitted_sets, fit, make_plan, make_problem, plain_sets


@pytest.fixture(params=["high", "medium"])
def product_precision(request):
    """torch's switch for faster products of float32, for the time of a test."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(request.param)
    yield
    torch.set_float32_matmul_precision(before)


@pytest.mark.parametrize("kind", [cross_fitted_sets, plain_sets])
def test_faster_products_open_the_same_gates(kind, product_precision):
    problem = make_problem(n_rows=200)
    plan = make_plan(kind(problem.n_rows), price=0.005)
    changes = {"max_iter": 150, "hidden_layer_sizes": (64, 32)}
    expected = fit(problem, plan, **changes)  # in float64, which has no faster ones
    result = fit(problem, plan, **changes, dtype=torch.float32)
    assert np.array_equal(result.mu > 0, expected.mu > 0)
    assert 0 < (result.mu > 0).mean() < 1
    np.testing.assert_allclose(result.mu, expected.mu, atol=0.1)
