"""Squared error against scikit-learn and torch, and what becomes of a response."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from losses import OBJECTIVES, K, draw_problem, row_losses, weighted_loss
from sklearn.metrics import mean_squared_error
from torch.nn import functional

from stg_select.objectives import OBJECTIVES as ENCODERS

NUMBERS = np.array([0.5, -1.25, 3.0, 2.5, 0.0, 1.75])


def encode(y, weight=None):
    return ENCODERS["squared_error"](y, np.ones(len(y)) if weight is None else weight)


def test_loss_is_half_of_scikit_learns():
    raw, target, weight = draw_problem("two_outputs")
    loss = weighted_loss(OBJECTIVES["two_outputs"], raw, target, weight)
    for k in range(K):
        per_output = mean_squared_error(
            target[k], raw[k], sample_weight=weight[k], multioutput="raw_values"
        )
        np.testing.assert_allclose(loss[k], weight[k].sum() * per_output.sum() / 2)


def test_row_losses_are_torchs():
    raw, target, _ = draw_problem("two_outputs")
    expected = functional.mse_loss(
        *map(torch.from_numpy, (raw, target)), reduction="none"
    )
    rows = row_losses(OBJECTIVES["two_outputs"], raw, target)
    np.testing.assert_allclose(rows, expected.sum(-1) / 2)


@given(
    seed=st.integers(0, 2**32 - 1),
    scale=st.sampled_from([1e-300, 1e-20, 1.0, 1e20, 1e300]),
    shift=st.sampled_from([0.0, 1.0, -100.0]),
)
def test_response_has_mean_0_and_variance_1(seed, scale, shift):
    rng = np.random.default_rng(seed)
    y = scale * (rng.standard_normal((30, 2)) + shift)
    weight = rng.integers(0, 3, 30) + 0.5
    index = rng.permutation(30)[:20]
    taken = encode(y).take(index, weight[index], robust=False)
    assert taken.dtype == np.float32
    mean = np.average(taken, axis=0, weights=weight[index])
    variance = np.average((taken - mean) ** 2, axis=0, weights=weight[index])
    np.testing.assert_allclose(mean, 0.0, atol=1e-5)
    np.testing.assert_allclose(variance, 1.0, rtol=1e-5)
    np.testing.assert_allclose(
        np.corrcoef(taken.T, y[index].T / scale)[[0, 1], [2, 3]], 1.0, atol=1e-5
    )


@given(seed=st.integers(0, 2**32 - 1), outlier=st.sampled_from([1e2, 1e6, -1e200]))
def test_outliers_come_back_to_where_the_others_end(seed, outlier):
    rng = np.random.default_rng(seed)
    y = rng.uniform(size=(60, 2))
    y[7, 0] = outlier
    weight = rng.uniform(0.5, 2.0, 60)
    taken = encode(y).take(np.arange(60), weight, robust=True)
    assert taken.shape == (60, 2)
    assert taken.dtype == np.float32
    np.testing.assert_allclose(np.average(taken, axis=0, weights=weight), 0, atol=1e-5)
    spread = np.average(taken**2, axis=0, weights=weight)
    np.testing.assert_allclose(spread, 1.0, rtol=1e-5)
    assert np.abs(taken[7, 0]) == np.abs(taken[:, 0]).max()
    others = np.delete(taken[:, 0], 7)
    order = np.delete(y[:, 0], 7).argsort()
    assert (np.diff(others[order]) >= 0.0).all()
    # nothing is beyond three standard deviations in the second output
    plain = encode(y[:, 1]).take(np.arange(60), weight, robust=False)
    np.testing.assert_allclose(taken[:, [1]], plain, atol=1e-5)


def test_one_output_is_a_column():
    for y in (NUMBERS, NUMBERS[:, None]):
        encoded = encode(y)
        assert encoded.values.shape == (6, 1)
        assert encoded.take(np.arange(6), np.ones(6), robust=True).shape == (6, 1)
        assert encoded.classes is None
        assert encoded.strata is None


def test_null_deviance_of_a_scaled_response():
    encoded = encode(NUMBERS * 1e5)
    target = encoded.take(np.arange(6), np.ones(6), robust=False)
    deviance = encoded.objective.null_deviance(target, np.ones(6))
    assert deviance == pytest.approx(0.5)
