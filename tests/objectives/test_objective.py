"""What holds for every objective: gradients, null models, residuals, weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from losses import OBJECTIVES, B, K, draw_problem, draw_target, weighted_loss
from scipy.optimize import minimize

from stg_select.objectives import Cox

names = st.sampled_from(sorted(OBJECTIVES))


def mean_loss(objective, constant, target, weight):
    """Weighted mean loss of a constant output."""
    raw = np.broadcast_to(constant, (1, len(target), objective.n_outputs)).copy()
    return weighted_loss(objective, raw, target[None], weight[None])[0] / weight.sum()


@pytest.mark.parametrize("name", OBJECTIVES)
def test_members_may_share_their_target(name):
    objective = OBJECTIVES[name]
    raw, target, weight = draw_problem(name, n_targets=1)
    shared = weighted_loss(objective, raw, target, weight[:1])
    own = weighted_loss(
        objective, raw, np.repeat(target, K, axis=0), np.repeat(weight[:1], K, axis=0)
    )
    np.testing.assert_allclose(shared, own, rtol=1e-12)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    name=names,
    seed=st.integers(0, 10**6),
    scale=st.floats(0.01, 30.0),
    n_targets=st.sampled_from([1, K]),
)
def test_gradient_is_that_of_the_loss(name, seed, scale, n_targets):
    objective = OBJECTIVES[name]
    raw, target, weight = map(torch.from_numpy, draw_problem(name, seed, n_targets))
    raw, weight = scale * raw, weight[:n_targets]
    variable = raw.clone().requires_grad_()
    objective.loss(variable, target, weight).sum().backward()
    gradient = objective.gradient(raw, target, weight)
    assert gradient.shape == raw.shape
    # torch takes softplus(x) = x beyond x = 20, where it is exp(-20) off
    torch.testing.assert_close(gradient, variable.grad, rtol=1e-7, atol=3e-9)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_residual_is_the_negative_gradient_for_a_unit_of_weight(name):
    raw, target, weight = draw_problem(name)
    weight[:, 3] = 0.0
    tensors = map(torch.from_numpy, (raw, target, weight))
    gradient = OBJECTIVES[name].gradient(*tensors).numpy()
    for k in range(K):
        residual = OBJECTIVES[name].residual(raw[k], target[k], weight[k])
        assert residual.shape == raw[k].shape
        np.testing.assert_allclose(
            weight[k][:, None] * residual, -gradient[k], rtol=1e-12
        )
        np.testing.assert_array_equal(residual[3], 0.0)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_arrays_have_the_losses_and_gradients_of_tensors(name):
    objective = OBJECTIVES[name]
    raw, target, weight = draw_problem(name, n_targets=1)
    tensors = tuple(map(torch.from_numpy, (raw, target, weight[:1])))
    of_outputs = np.ascontiguousarray(raw.transpose(0, 2, 1))
    before = of_outputs.copy()
    losses = objective.losses_of(of_outputs, target[0], weight[0])
    gradients = objective.gradients_of(of_outputs, target[0], weight[0])
    np.testing.assert_allclose(losses, objective.loss(*tensors).numpy())
    expected = objective.gradient(*tensors).numpy().transpose(0, 2, 1)
    np.testing.assert_allclose(gradients, expected)
    np.testing.assert_array_equal(of_outputs, before)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_residual_of_a_constant(name):
    objective = OBJECTIVES[name]
    raw, target, weight = (array[0] for array in draw_problem(name))
    np.testing.assert_allclose(
        objective.residual(raw[0], target, weight),
        objective.residual(np.tile(raw[0], (B, 1)), target, weight),
    )


@pytest.mark.parametrize("name", OBJECTIVES)
def test_null_model_is_the_best_constant(name):
    objective = OBJECTIVES[name]
    _, target, weight = draw_problem(name)
    target, weight = target[0], weight[0]
    null = objective.null_raw(target, weight)
    assert null.shape == (objective.n_outputs,)
    # a constant for all rows says nothing about who comes first
    if isinstance(objective, Cox):
        assert objective.null_deviance(target, weight) == pytest.approx(3.0)
        assert mean_loss(objective, null + 7.0, target, weight) == pytest.approx(3.0)
        return
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
    residual = objective.residual(objective.null_raw(target, weight), target, weight)
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


@pytest.mark.parametrize("name", OBJECTIVES)
def test_small_whole_weights_may_be_kept_in_a_byte(name):
    objective, rng = OBJECTIVES[name], np.random.default_rng(0)
    target, weight = draw_target(name, rng, 90), rng.integers(0, 4, 90)
    small = weight.astype(np.uint8)
    null = objective.null_raw(target, weight.astype(np.float64))
    np.testing.assert_allclose(objective.null_raw(target, small), null, rtol=1e-12)
    np.testing.assert_allclose(
        objective.residual(null, target, small),
        objective.residual(null, target, weight),
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("name", OBJECTIVES)
def test_extreme_outputs_stay_finite(name, dtype):
    objective = OBJECTIVES[name]
    _, target, weight = draw_problem(name)
    signs = np.random.default_rng(1).choice([-1e4, 1e4], (K, B, objective.n_outputs))
    raw = torch.tensor(signs, dtype=dtype, requires_grad=True)
    whole = target.dtype.kind == "i"
    loss = objective.loss(
        raw, torch.from_numpy(target).to(None if whole else dtype),
        torch.from_numpy(weight).to(dtype),
    )  # fmt: skip
    loss.sum().backward()
    assert loss.dtype == dtype
    assert loss.isfinite().all()
    assert (loss > 0).all()
    assert raw.grad.isfinite().all()
    assert raw.grad.abs().sum() > 0
    assert np.isfinite(objective.residual(signs[0], target[0], weight[0])).all()


@pytest.mark.parametrize("name", OBJECTIVES)
def test_rows_that_are_all_alike_tell_nothing(name):
    objective, rng = OBJECTIVES[name], np.random.default_rng(0)
    target = draw_target(name, rng, 90)
    assert objective.sameness(target) == ""
    assert objective.sameness(target[:1]) != ""


def test_events_tell_something_while_other_rows_are_at_risk():
    objective = Cox(1.0)
    assert objective.sameness(np.array([1, 2, 4])) == ""
    assert objective.sameness(np.array([3, 3])) == ""
    for target in ([0, 2, 4], [0, 2, 5]):
        assert "no event while other" in objective.sameness(np.array(target))
