"""The formulas and the layer keep their mathematical properties."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import norm
from torch import Tensor

from stg_select.gates import (
    GaussianStochasticGates,
    active_probs,
    active_probs_slope,
    gate_values,
    mean_gradient,
    sample_gates,
)

# The first call of a torch operation can take long on a busy machine.
no_deadline = settings(deadline=None)


@pytest.fixture(autouse=True)
def keep_global_state() -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        yield


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def assert_same(actual: tuple[Tensor, ...], expected: tuple[Tensor, ...]) -> None:
    torch.testing.assert_close(actual, expected, rtol=0, atol=0)


shapes = hnp.array_shapes(min_dims=0, max_dims=3, max_side=4)


def floats(bound: float) -> st.SearchStrategy[float]:
    return st.floats(-bound, bound, allow_subnormal=False)


@no_deadline
@given(mu=hnp.arrays(float, shapes, elements=floats(20)), std=st.floats(0.01, 10))
def test_active_probs_is_the_normal_distribution_function(
    mu: np.ndarray, std: float
) -> None:
    probs = active_probs(torch.from_numpy(mu), std).numpy()
    assert probs.shape == mu.shape
    np.testing.assert_allclose(probs, norm.cdf(mu, scale=std), rtol=1e-12, atol=1e-15)


@no_deadline
@given(mu=hnp.arrays(float, shapes, elements=floats(20)), std=st.floats(0.01, 10))
def test_slope_of_active_probs_is_the_normal_density(
    mu: np.ndarray, std: float
) -> None:
    slope = active_probs_slope(torch.from_numpy(mu), std).numpy()
    assert slope.shape == mu.shape
    np.testing.assert_allclose(slope, norm.pdf(mu, scale=std), rtol=1e-9, atol=1e-15)


@no_deadline
@given(mu=hnp.arrays(float, 5, elements=floats(3)), std=st.floats(0.01, 10))
def test_layer_reads_the_normal_distribution_function(
    mu: np.ndarray, std: float
) -> None:
    layer = GaussianStochasticGates.from_pretrained(torch.from_numpy(mu), std=std)
    expected = norm.cdf(mu, scale=std)
    np.testing.assert_allclose(
        layer.get_gate_active_probs().numpy(), expected, rtol=1e-12, atol=1e-15
    )
    penalty = layer.eval()(torch.ones(1, 5))[1].item()
    assert penalty == pytest.approx(expected.sum(), rel=1e-12)


@no_deadline
@given(
    mu=hnp.arrays(float, (3, 4), elements=floats(1e6)),
    noise=hnp.arrays(float, (2, 3, 4), elements=floats(1e6)),
)
def test_gates_are_mu_plus_noise_between_0_and_1(
    mu: np.ndarray, noise: np.ndarray
) -> None:
    gates = sample_gates(torch.from_numpy(mu), torch.from_numpy(noise)).numpy()
    np.testing.assert_array_equal(gates, np.clip(mu + noise, 0, 1))
    values = gate_values(torch.from_numpy(mu))
    np.testing.assert_array_equal(values.numpy(), np.clip(mu, 0, 1))
    unclamped = gate_values(torch.from_numpy(mu), clamp=False)
    np.testing.assert_array_equal(unclamped.numpy(), mu)


@st.composite
def masks(draw: st.DrawFn) -> tuple[int, list[int]]:
    """A mask over the columns in which every gate occurs."""
    n_gates = draw(st.integers(1, 5))
    more = draw(st.lists(st.integers(0, n_gates - 1), max_size=6))
    return n_gates, draw(st.permutations([*range(n_gates), *more]))


@no_deadline
@given(
    layout=masks(),
    std=st.floats(0.01, 5),
    seed=st.integers(0, 2**32),
    training=st.booleans(),
)
def test_masked_elements_share_their_gate(
    layout: tuple[int, list[int]], std: float, seed: int, training: bool
) -> None:
    n_gates, mask = layout
    layer = GaussianStochasticGates(
        n_gates, torch.tensor(mask), std=std, generator=seeded(seed)
    ).train(training)
    gates, _ = layer(torch.ones(9, len(mask)))
    assert ((gates >= 0) & (gates <= 1)).all()
    for gate in range(n_gates):
        columns = gates[:, [i for i, owner in enumerate(mask) if owner == gate]]
        assert torch.equal(columns, columns[:, :1].expand_as(columns))


@no_deadline
@given(layout=masks(), seed=st.integers(0, 2**32))
def test_a_mask_is_the_unmasked_layer_with_repeated_gates(
    layout: tuple[int, list[int]], seed: int
) -> None:
    n_gates, mask = layout
    plain = GaussianStochasticGates(n_gates, generator=seeded(seed))
    masked = GaussianStochasticGates(
        n_gates, torch.tensor(mask), generator=seeded(seed)
    )
    gates, penalty = plain(torch.ones(4, n_gates))
    assert_same(masked(torch.ones(4, len(mask))), (gates[:, mask], penalty))


def test_noise_differs_between_examples_and_has_the_given_spread() -> None:
    mu = torch.full((3,), 0.5)
    layer = GaussianStochasticGates.from_pretrained(mu, std=0.1, generator=seeded())
    gates, _ = layer(torch.ones(4000, 3))
    torch.testing.assert_close(gates.mean(0), mu, atol=0.01, rtol=0)
    torch.testing.assert_close(gates.std(0), torch.full((3,), 0.1), atol=5e-3, rtol=0)


# The kinks of the gate are at 0 and 1; mu + noise stays 0.01 away from both.
smooth = st.one_of(st.floats(-0.9, -0.01), st.floats(0.01, 0.99), st.floats(1.01, 1.9))


@no_deadline
@given(gate=hnp.arrays(float, (2, 3), elements=smooth), noise=floats(1))
def test_gradients_of_the_formulas(gate: np.ndarray, noise: float) -> None:
    mu = torch.from_numpy(gate - noise).requires_grad_()
    fixed_noise = torch.full_like(mu, noise).detach()
    assert torch.autograd.gradcheck(lambda m: sample_gates(m, fixed_noise), (mu,))
    assert torch.autograd.gradcheck(lambda m: active_probs(m, 0.5), (mu,))
    values = torch.from_numpy(gate).requires_grad_()
    assert torch.autograd.gradcheck(gate_values, (values,))


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("mask", [None, [0, 1, 1]], ids=["no-mask", "mask"])
def test_gradients_of_the_layer(mask: list[int] | None, training: bool) -> None:
    n_gates = 3 if mask is None else 2
    mu = torch.tensor([0.2, 0.7, 1.3][:n_gates], dtype=torch.float64)
    # With so little noise no gate comes near a kink.
    layer = GaussianStochasticGates.from_pretrained(
        mu, None if mask is None else torch.tensor(mask), std=0.01
    ).train(training)

    def forward(x: Tensor, mu: Tensor) -> tuple[Tensor, Tensor]:
        layer.generator = seeded()
        result: tuple[Tensor, Tensor] = torch.func.functional_call(
            layer, {"mu": mu}, (x,)
        )
        return result

    x = torch.linspace(-1, 2, 12, dtype=torch.float64).reshape(4, 3).requires_grad_()
    assert torch.autograd.gradcheck(forward, (x, mu.requires_grad_()))


def test_from_pretrained_keeps_dtype() -> None:
    mu = torch.tensor([0.1, 0.2], dtype=torch.float64)
    layer = GaussianStochasticGates.from_pretrained(mu)
    assert_same((layer.mu.detach(),), (mu,))


def test_masks_of_small_integers_are_indices() -> None:
    mask = torch.tensor([1, 0, 1], dtype=torch.uint8)
    layer = GaussianStochasticGates(2, mask)
    assert layer.mask is not None
    assert layer.mask.dtype == torch.int64
    assert layer.mask.tolist() == [1, 0, 1]
    gated, _ = layer(torch.ones(4, 3))
    assert torch.equal(gated[:, 0], gated[:, 2])


def test_mask_is_a_copy() -> None:
    mask = torch.tensor([0, 1, 1])
    layer = GaussianStochasticGates(2, mask)
    mask.zero_()
    assert layer.mask is not None
    assert layer.mask.tolist() == [0, 1, 1]


def test_readings_are_copies() -> None:
    layer = GaussianStochasticGates.from_pretrained(torch.tensor([0.3, 0.6]))
    layer.get_gate_values(clamp=False).zero_()
    assert torch.equal(layer.mu, torch.tensor([0.3, 0.6]))


def test_empty_batch() -> None:
    gated, penalty = GaussianStochasticGates(3)(torch.empty(0, 3))
    assert gated.shape == (0, 3)
    assert penalty > 0


@pytest.mark.parametrize("std", [0.1, 0.5, 2.0])
@pytest.mark.parametrize("rows", [(), (6,)], ids=["one draw", "a draw a row"])
def test_gradient_of_the_means_is_that_of_autograd(rows, std):
    generator = torch.Generator().manual_seed(0)

    def draw(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    mu = (0.5 + draw(3, 4)).requires_grad_()
    noise, gradient, price = std * draw(3, *rows, 4), draw(3, *rows, 4), draw(3, 4)
    gates = sample_gates(mu.unsqueeze(1) if rows else mu, noise)
    loss = (gates * gradient).sum() + (price * active_probs(mu, std)).sum()
    loss.backward()
    ours = mean_gradient(gradient.clone(), gates.detach(), mu.detach(), std, price)
    torch.testing.assert_close(ours, mu.grad)
    assert 0 < ((gates == 0) | (gates == 1)).sum() < gates.numel()
