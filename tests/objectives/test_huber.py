"""Huber's loss against torch and scikit-learn, its units, and its encoding."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from losses import OBJECTIVES, draw_problem, row_losses
from scipy.stats import median_abs_deviation
from torch.nn import functional

from stg_select.objectives import OBJECTIVES as ENCODERS
from stg_select.objectives import Huber

THRESHOLD = 1.35


def encode(y, weight=None):
    return ENCODERS["huber"](y, np.ones(len(y)) if weight is None else weight)


def test_row_losses_are_torchs():
    raw, target, _ = draw_problem("huber")
    rows = row_losses(OBJECTIVES["huber"], raw, target)
    expected = functional.huber_loss(
        *map(torch.from_numpy, (raw, target)), reduction="none", delta=THRESHOLD
    )
    expected = (expected / torch.tensor([0.7, 1.3])).sum(-1)
    np.testing.assert_allclose(rows, expected, rtol=1e-6)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    values=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30),
    seed=st.integers(0, 100),
)
def test_null_model_balances_the_slopes(values, seed):
    target = np.array(values)[:, None]
    weight = np.random.default_rng(seed).uniform(0.1, 3.0, len(values))
    null = Huber(np.ones(1)).null_raw(target, weight)
    slopes = weight @ np.clip(target - null, -THRESHOLD, THRESHOLD)
    np.testing.assert_allclose(slopes, 0.0, atol=1e-9 * weight.sum())


@pytest.mark.parametrize("outlier", [1e2, 1e12])
def test_outliers_do_not_set_the_unit(outlier):
    rng = np.random.default_rng(0)
    y = rng.normal(5.0, 3.0, 201)
    y[:10] = outlier
    taken = encode(y).take(np.arange(201), np.ones(201), robust=True)
    spread = median_abs_deviation(y, scale="normal")
    expected = (y - np.median(y)) / spread
    np.testing.assert_allclose(taken[10:, 0], expected[10:], rtol=2e-3, atol=2e-3)


def test_outliers_are_brought_back_to_where_the_slope_is_the_same():
    y = np.r_[np.random.default_rng(0).normal(size=99), 1e9]
    taken = encode(y).take(np.arange(100), np.ones(100), robust=False)
    assert taken[99, 0] == 10.0
    raw, weight = torch.zeros(1, 2, 1), torch.ones(1, 2)
    target = torch.tensor([[[10.0], [1e9]]])
    near, far = Huber(np.ones(1)).gradient(raw, target, weight)[0]
    assert near == far


def test_outputs_of_different_scales_count_alike():
    rng = np.random.default_rng(1)
    y = rng.standard_normal((300, 2))
    one = encode(y)
    other = encode(y * [1e-4, 1e6] + [3.0, -1e7])
    np.testing.assert_allclose(
        one.objective.dispersion, other.objective.dispersion, rtol=1e-6
    )
    index, ones = np.arange(300), np.ones(300)
    np.testing.assert_allclose(
        one.take(index, ones, robust=True), other.take(index, ones, robust=True),
        atol=1e-5,
    )  # fmt: skip


def test_mostly_equal_numbers_have_a_unit():
    y = np.r_[np.zeros(30), np.arange(10.0)]
    taken = encode(y).take(np.arange(40), np.ones(40), robust=True)
    assert np.ptp(taken) == pytest.approx(9.0 / y.std(), rel=1e-5)


def test_useless_columns_gain_a_chi_squared_variable():
    """Twice the loss that one more parameter saves has mean 1, as a deviance has."""
    rng = np.random.default_rng(2)
    saved = []
    for _ in range(400):
        y, x = rng.standard_t(2.0, (2, 300))
        x = np.sign(x)
        encoded = encode(y)
        objective = encoded.objective
        target = encoded.take(np.arange(300), np.ones(300), robust=True)
        by_group = sum(
            objective.null_deviance(target[x == sign], np.ones((x == sign).sum()))
            * (x == sign).sum()
            for sign in (-1.0, 1.0)
        )
        null = 300 * objective.null_deviance(target, np.ones(300))
        saved.append(2 * (null - by_group))
    assert np.mean(saved) == pytest.approx(1.0, abs=0.2)


def test_whole_weights_are_repeated_rows():
    rng = np.random.default_rng(3)
    y, counts = rng.standard_t(2.0, 40), rng.integers(0, 4, 40)
    weighted, repeated = encode(y, counts.astype(float)), encode(np.repeat(y, counts))
    np.testing.assert_allclose(
        weighted.objective.dispersion, repeated.objective.dispersion
    )


def test_labels_are_refused():
    with pytest.raises(ValueError, match="objective='huber' expects numbers in y, got"):
        encode(np.array(["a", "b"]))
