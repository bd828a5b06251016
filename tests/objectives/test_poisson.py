"""Poisson deviance against scikit-learn, its units, and what becomes of counts."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from losses import OBJECTIVES, K, draw_problem, row_losses, weighted_loss
from sklearn._loss import HalfPoissonLoss
from sklearn.metrics import mean_poisson_deviance

from stg_select.objectives import OBJECTIVES as ENCODERS
from stg_select.objectives import Poisson


def encode(y, weight=None):
    return ENCODERS["poisson"](y, np.ones(len(y)) if weight is None else weight)


@pytest.mark.parametrize("name", ["poisson", "overdispersed"])
def test_loss_and_gradient_are_scikit_learns(name):
    """But for the constant, which scikit-learn leaves out, and the dispersion."""
    objective, reference = OBJECTIVES[name], HalfPoissonLoss()
    raw, target, weight = draw_problem(name)
    rows = row_losses(objective, raw, target)
    gradient = objective.gradient(*map(torch.from_numpy, (raw, target, weight)))
    for k in range(K):
        loss, slope = reference.loss_gradient(target[k], raw[k, :, 0])
        loss = loss + reference.constant_to_optimal_zero(target[k])
        np.testing.assert_allclose(rows[k] * objective.dispersion, loss, atol=1e-12)
        np.testing.assert_allclose(
            gradient[k, :, 0] * objective.dispersion, slope * weight[k]
        )


def test_loss_is_half_of_the_deviance():
    raw, target, weight = draw_problem("poisson")
    loss = weighted_loss(Poisson(), raw, target, weight)
    for k in range(K):
        deviance = mean_poisson_deviance(
            target[k], np.exp(raw[k, :, 0]), sample_weight=weight[k]
        )
        np.testing.assert_allclose(2 * loss[k] / weight[k].sum(), deviance)


def test_slope_stays_the_same_beyond_the_largest_log():
    raw = torch.tensor([[[19.999], [20.0], [20.001], [100.0]]], requires_grad=True)
    target, weight = torch.ones(1, 4), torch.ones(1, 4)
    Poisson().loss(raw, target, weight).sum().backward()
    gradient = Poisson().gradient(raw.detach(), target, weight)
    torch.testing.assert_close(gradient, raw.grad)
    assert gradient[0, 1] == gradient[0, 2] == gradient[0, 3] > gradient[0, 0]


def test_null_model_is_the_log_of_the_mean():
    y, weight = np.array([0.0, 1.0, 5.0]), np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(Poisson().null_raw(y, weight), [np.log(17 / 6)])
    residual = Poisson().residual(Poisson().null_raw(y, weight), y, weight)
    np.testing.assert_allclose(residual[:, 0], y - 17 / 6)


def test_rows_of_zeros_only_have_a_finite_null_model():
    zeros, ones = np.zeros(4), np.ones(4)
    assert np.isfinite(Poisson().null_raw(zeros, ones)).all()
    assert 0.0 < Poisson().null_deviance(zeros, ones) < 1e-6


@given(
    seed=st.integers(0, 2**32 - 1),
    unit=st.sampled_from([1e-300, 1e-3, 1.0, 7.0, 1e300]),
)
def test_unit_of_the_counts_does_not_matter(seed, unit):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(2.0, 40).astype(float)
    counts[:2] = 0.0, 3.0
    weight = rng.uniform(0.5, 2.0, 40)
    every = np.arange(40)
    expected, encoded = encode(counts, weight), encode(unit * counts, weight)
    target = encoded.take(every, weight, robust=True)
    assert target.dtype == np.float32
    np.testing.assert_allclose(np.average(target, weights=weight), 1.0, rtol=1e-6)
    np.testing.assert_allclose(target, expected.take(every, weight, robust=False))
    assert encoded.objective.dispersion == pytest.approx(expected.objective.dispersion)
    assert encoded.strata is None
    assert encoded.classes is None


@pytest.mark.parametrize(
    ("draw", "expected"),
    [
        # 1/2 for counts that are nearly normal, as for the squared error
        (lambda rng, n: rng.poisson(200.0, n), 0.5),
        (lambda rng, n: rng.negative_binomial(20.0, 20.0 / 520.0, n), 0.5),
        # the log-likelihood of rare events
        (lambda rng, n: rng.poisson(0.05, n), 0.05 * np.log(20.0)),
    ],
    ids=["poisson", "overdispersed", "rare"],
)
def test_null_deviance_is_in_units_of_log_likelihood(draw, expected):
    rng = np.random.default_rng(0)
    weight = np.ones(20_000)
    encoded = encode(draw(rng, 20_000).astype(float))
    target = encoded.take(np.arange(20_000), weight, robust=True)
    deviance = encoded.objective.null_deviance(target, weight)
    assert deviance == pytest.approx(expected, rel=0.07)


@pytest.mark.parametrize("size", [0.3, 3.0, np.inf], ids="size {}".format)
def test_a_useless_column_is_worth_half_a_unit(size):
    """Also where counts vary more than Poisson's law allows: 1/2 of a chi-squared."""
    rng = np.random.default_rng(1)
    n_rows, n_columns = 2000, 400
    rate = 4.0 if size == np.inf else 4.0 * rng.gamma(size, 1.0 / size, n_rows)
    y = rng.poisson(rate, n_rows).astype(float)
    encoded, weight = encode(y), np.ones(n_rows)
    target = encoded.take(np.arange(n_rows), weight, robust=True)
    objective = encoded.objective
    x = rng.choice([-1.0, 1.0], (n_rows, n_columns))
    null = objective.null_deviance(target, weight)
    gains = []
    for column in x.T:
        kinds = [target[column == kind] for kind in (-1.0, 1.0)]
        fitted = sum(
            len(y) * objective.null_deviance(y, np.ones(len(y))) for y in kinds
        )
        gains.append(n_rows * null - fitted)
    assert np.mean(gains) == pytest.approx(0.5, abs=0.1)


def test_rows_without_weight_do_not_count():
    y = np.array([0.0, 1.0, 4.0, -3.0, 1e300])
    weight = np.array([1.0, 1.0, 2.0, 0.0, 0.0])
    expected = encode(y[:3], weight[:3])
    encoded = encode(y, weight)
    assert encoded.objective.dispersion == expected.objective.dispersion
    used = np.arange(3)
    np.testing.assert_array_equal(
        encoded.take(used, weight[:3], robust=True),
        expected.take(used, weight[:3], robust=True),
    )


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (
            [1.0, -1.0],
            r"objective='poisson' expects numbers of at least 0 in y, got -1\.0",
        ),
        ([[1.0, 2.0]], r"objective='poisson' expects y of shape \(n_samples,\), got"),
        (["a", "b"], "objective='poisson' expects numbers in y, got dtype"),
        ([0.0, 0.0], r"y must vary in every output, got a constant in output \[0\]"),
    ],
)
def test_unusable_counts(y, message):
    with pytest.raises(ValueError, match=message):
        encode(np.array(y))
