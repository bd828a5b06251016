"""Losses and null models against scikit-learn, torch and scipy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit, softmax
from sklearn.metrics import log_loss, mean_squared_error
from torch.nn import functional

from stg_select.objectives import BinaryLogLoss, MulticlassLogLoss, SquaredError

K, B = 3, 40
OBJECTIVES = {
    "squared_error": SquaredError(1),
    "two_outputs": SquaredError(2),
    "binary": BinaryLogLoss(),
    "multiclass": MulticlassLogLoss(4),
}
names = st.sampled_from(sorted(OBJECTIVES))


def draw_target(name, rng, *shape):
    if name == "binary":
        return rng.integers(0, 2, shape).astype(np.float64)
    if name == "multiclass":
        return rng.integers(0, 4, shape)
    return rng.normal(2.0, 3.0, (*shape, OBJECTIVES[name].n_outputs))


def draw_problem(name, seed=0, n_targets=K):
    rng = np.random.default_rng(seed)
    raw = rng.normal(0.0, 2.0, (K, B, OBJECTIVES[name].n_outputs))
    weight = rng.uniform(0.1, 2.0, (K, B))
    return raw, draw_target(name, rng, n_targets, B), weight


def weighted_loss(objective, raw, target, weight):
    return objective.loss(*map(torch.from_numpy, (raw, target, weight))).numpy()


def mean_loss(objective, constant, target, weight):
    """Weighted mean loss of a constant output."""
    raw = np.broadcast_to(constant, (1, len(target), objective.n_outputs)).copy()
    return weighted_loss(objective, raw, target[None], weight[None])[0] / weight.sum()


def test_squared_error_is_half_of_scikit_learns():
    raw, target, weight = draw_problem("two_outputs")
    loss = weighted_loss(OBJECTIVES["two_outputs"], raw, target, weight)
    for k in range(K):
        per_output = mean_squared_error(
            target[k], raw[k], sample_weight=weight[k], multioutput="raw_values"
        )
        np.testing.assert_allclose(loss[k], weight[k].sum() * per_output.sum() / 2)


def test_binary_log_loss_is_scikit_learns():
    raw, target, weight = draw_problem("binary")
    loss = weighted_loss(OBJECTIVES["binary"], raw, target, weight)
    for k in range(K):
        expected = log_loss(target[k], expit(raw[k, :, 0]), sample_weight=weight[k])
        np.testing.assert_allclose(loss[k], weight[k].sum() * expected)


def test_multiclass_log_loss_is_scikit_learns():
    raw, target, weight = draw_problem("multiclass")
    loss = weighted_loss(OBJECTIVES["multiclass"], raw, target, weight)
    for k in range(K):
        probability = softmax(raw[k], axis=-1)
        expected = log_loss(target[k], probability, sample_weight=weight[k])
        np.testing.assert_allclose(loss[k], weight[k].sum() * expected)


def test_row_losses_are_torchs():
    references = {
        "two_outputs": lambda raw, t: (
            functional.mse_loss(raw, t, reduction="none").sum(-1) / 2
        ),
        "binary": lambda raw, t: functional.binary_cross_entropy_with_logits(
            raw[..., 0], t, reduction="none"
        ),
        "multiclass": lambda raw, t: functional.cross_entropy(
            raw.movedim(-1, 1), t, reduction="none"
        ),
    }
    for name, reference in references.items():
        raw, target, _ = map(torch.from_numpy, draw_problem(name))
        rows = OBJECTIVES[name].row_loss(raw, target)
        assert rows.shape == (K, B)
        torch.testing.assert_close(rows, reference(raw, target))


@pytest.mark.parametrize("name", OBJECTIVES)
def test_members_may_share_their_target(name):
    objective = OBJECTIVES[name]
    raw, target, weight = draw_problem(name, n_targets=1)
    shared = weighted_loss(objective, raw, target, weight[:1])
    own = weighted_loss(
        objective, raw, np.repeat(target, K, axis=0), np.repeat(weight[:1], K, axis=0)
    )
    np.testing.assert_allclose(shared, own, rtol=1e-12)


@pytest.mark.parametrize("name", ["binary", "multiclass"])
def test_labels_may_be_of_any_width(name):
    raw, target, weight = draw_problem(name)
    objective = OBJECTIVES[name]
    expected = weighted_loss(objective, raw, target, weight)
    loss = weighted_loss(objective, raw, target.astype(np.int64), weight)
    np.testing.assert_allclose(loss, expected, rtol=1e-12)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    name=names,
    seed=st.integers(0, 10**6),
    scale=st.floats(0.01, 30.0),
    n_targets=st.sampled_from([1, K]),
)
def test_gradient_is_that_of_the_row_losses(name, seed, scale, n_targets):
    objective = OBJECTIVES[name]
    raw, target, _ = draw_problem(name, seed, n_targets)
    raw, target = torch.from_numpy(scale * raw), torch.from_numpy(target)
    variable = raw.clone().requires_grad_()
    objective.row_loss(variable, target).sum().backward()
    gradient = objective.gradient(raw, target)
    assert gradient.shape == raw.shape
    # torch takes softplus(x) = x beyond x = 20, where it is exp(-20) off
    torch.testing.assert_close(gradient, variable.grad, rtol=1e-7, atol=3e-9)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_residual_is_the_negative_gradient(name):
    raw, target, _ = draw_problem(name)
    gradient = OBJECTIVES[name].gradient(*map(torch.from_numpy, (raw, target)))
    for k in range(K):
        residual = OBJECTIVES[name].residual(raw[k], target[k])
        np.testing.assert_allclose(residual, -gradient[k].numpy(), rtol=1e-12)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_residual_of_a_constant(name):
    objective = OBJECTIVES[name]
    raw, target, _ = draw_problem(name)
    constant = raw[0, 0]
    np.testing.assert_allclose(
        objective.residual(constant, target[0]),
        objective.residual(np.tile(constant, (B, 1)), target[0]),
    )


@pytest.mark.parametrize("name", OBJECTIVES)
def test_null_model_is_the_best_constant(name):
    objective = OBJECTIVES[name]
    _, target, weight = draw_problem(name)
    target, weight = target[0], weight[0]
    null = objective.null_raw(target, weight)
    assert null.shape == (objective.n_outputs,)
    found = minimize(
        lambda constant: mean_loss(objective, constant, target, weight),
        np.zeros(objective.n_outputs),
        tol=1e-10,
    )
    deviance = objective.null_deviance(target, weight)
    assert deviance == pytest.approx(found.fun, rel=1e-8)
    assert deviance == pytest.approx(mean_loss(objective, null, target, weight))
    np.testing.assert_allclose(
        null - null.mean() * (name == "multiclass"),
        found.x - found.x.mean() * (name == "multiclass"),
        atol=1e-3,
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    name=names,
    seed=st.integers(0, 10**6),
    n_rows=st.integers(6, 60),
    skew=st.floats(0.0, 6.0),
)
def test_residual_of_the_null_model_sums_to_zero(name, seed, n_rows, skew):
    """The gradient vanishes at the null model, however uneven the weights."""
    objective = OBJECTIVES[name]
    rng = np.random.default_rng(seed)
    target = draw_target(name, rng, n_rows)
    if name in ("binary", "multiclass"):
        every_class = np.arange(2 if name == "binary" else 4)
        target[: len(every_class)] = every_class
    weight = 10.0 ** -rng.uniform(0.0, skew, n_rows)
    residual = objective.residual(objective.null_raw(target, weight), target)
    np.testing.assert_allclose(
        weight @ residual / weight.sum(), 0.0, atol=1e-12 * np.abs(target).max()
    )


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    name=names,
    seed=st.integers(0, 10**6),
    counts=st.lists(st.integers(0, 5), min_size=4, max_size=20).filter(any),
    factor=st.floats(0.01, 100.0),
)
def test_integer_weights_are_repeated_rows(name, seed, counts, factor):
    objective = OBJECTIVES[name]
    counts = np.array(counts)
    target = draw_target(name, np.random.default_rng(seed), len(counts))
    repeated = np.repeat(target, counts, axis=0)
    expected = objective.null_raw(repeated, np.ones(len(repeated)))
    null = objective.null_raw(target, factor * counts)
    np.testing.assert_allclose(null, expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        objective.null_deviance(target, factor * counts),
        objective.null_deviance(repeated, np.ones(len(repeated))),
        rtol=1e-9,
        atol=1e-12,
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("name", OBJECTIVES)
def test_extreme_outputs_stay_finite(name, dtype):
    objective = OBJECTIVES[name]
    _, target, weight = draw_problem(name)
    signs = np.random.default_rng(1).choice([-1e4, 1e4], (K, B, objective.n_outputs))
    raw = torch.tensor(signs, dtype=dtype, requires_grad=True)
    loss = objective.loss(
        raw, torch.from_numpy(target).to(dtype if name != "multiclass" else None),
        torch.from_numpy(weight).to(dtype),
    )  # fmt: skip
    loss.sum().backward()
    assert loss.dtype == dtype
    assert loss.isfinite().all()
    assert (loss > 0).all()
    assert raw.grad.isfinite().all()
    assert raw.grad.abs().sum() > 0
    assert np.isfinite(objective.residual(signs[0], target[0])).all()


@pytest.mark.parametrize("name", ["binary", "multiclass"])
@pytest.mark.parametrize("label", [0, 1])
def test_null_model_of_a_single_class_is_finite(name, label):
    objective = OBJECTIVES[name]
    target, weight = np.full(5, label), np.ones(5)
    assert np.isfinite(objective.null_raw(target, weight)).all()
    assert 0 < objective.null_deviance(target, weight) < np.log(2)


@pytest.mark.parametrize(
    ("name", "n_outputs"),
    [("squared_error", 1), ("two_outputs", 2), ("binary", 1), ("multiclass", 4)],
)
def test_number_of_outputs(name, n_outputs):
    assert OBJECTIVES[name].n_outputs == n_outputs
