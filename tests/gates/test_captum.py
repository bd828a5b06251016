"""The layer gives the same numbers as Captum's, bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from captum.module import GaussianStochasticGates as CaptumGates
from torch import Tensor

from stg_select.gates import GaussianStochasticGates


@pytest.fixture(autouse=True)
def keep_global_state() -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        yield


def random_input(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(99)).to(dtype)


# name: shape of the input, number of gates, mask
LAYOUTS: dict[str, tuple[tuple[int, ...], int, list[Any] | int | None]] = {
    "1d": ((7, 5), 5, None),
    "1d-mask": ((7, 5), 3, [0, 2, 0, 1, 2]),
    "1d-mask-one-gate": ((7, 5), 1, 0),
    "1d-mask-with-batch-dimension": ((7, 5), 3, [[0, 2, 0, 1, 2]]),
    "2d": ((6, 2, 3), 6, None),
    "2d-mask": ((6, 2, 3), 4, [[3, 0, 0], [2, 1, 3]]),
    "2d-mask-over-rows": ((6, 2, 3), 3, [2, 0, 1]),
    "2d-mask-over-columns": ((6, 2, 3), 2, [[1], [0]]),
    "3d": ((4, 2, 3, 2), 12, None),
    "3d-mask": ((4, 2, 2, 2), 3, [[[0, 1], [2, 2]], [[1, 1], [0, 2]]]),
    "3d-mask-broadcast": ((4, 2, 3, 2), 2, [[[0]], [[1]]]),
}


def both_layers(
    n_gates: int, mask: Any, **settings: Any
) -> tuple[GaussianStochasticGates, CaptumGates]:
    """Our layer and Captum's, each after the same torch seed."""
    mask = None if mask is None else torch.tensor(mask)
    torch.manual_seed(3)
    ours = GaussianStochasticGates(n_gates, mask, **settings)
    torch.manual_seed(3)
    return ours, CaptumGates(n_gates, mask, **settings)


def run_seeded(layer: Callable[[Tensor], Any], x: Tensor) -> tuple[Tensor, Tensor]:
    torch.manual_seed(4)
    result: tuple[Tensor, Tensor] = layer(x)
    return result


def assert_same(actual: tuple[Tensor, ...], expected: tuple[Tensor, ...]) -> None:
    torch.testing.assert_close(actual, expected, rtol=0, atol=0)


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("reduction", ["sum", "mean", "none"])
@pytest.mark.parametrize("numbers", [{}, {"reg_weight": 0.3, "std": 0.8}], ids=str)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_equals_captum(
    layout: str, numbers: dict[str, float], reduction: str, training: bool
) -> None:
    shape, n_gates, mask = LAYOUTS[layout]
    ours, captum = both_layers(n_gates, mask, reg_reduction=reduction, **numbers)
    assert_same((ours.mu,), (captum.mu,))
    x = random_input(*shape)

    results = [run_seeded(layer.train(training), x) for layer in (ours, captum)]
    assert_same(*results)
    for gated, penalty in results:
        (gated.square().sum() + penalty.sum()).backward()
    torch.testing.assert_close(ours.mu.grad, captum.mu.grad, rtol=1e-5, atol=1e-6)


def test_global_state_advances_as_with_captum() -> None:
    states = []
    for layer_class in (GaussianStochasticGates, CaptumGates):
        torch.manual_seed(0)
        layer = layer_class(4)
        layer(random_input(3, 4))
        layer.eval()(random_input(3, 4))
        states.append(torch.get_rng_state())
    assert torch.equal(*states)


def test_readings_equal_captum() -> None:
    ours, captum = both_layers(5, None, std=0.7)
    state = {"mu": torch.tensor([-1.0, 0.0, 0.4, 1.0, 2.5])}
    ours.load_state_dict(state)
    captum.load_state_dict(state)
    assert_same((ours.get_gate_values(),), (captum.get_gate_values(),))
    assert_same(
        (ours.get_gate_values(clamp=False),), (captum.get_gate_values(clamp=False),)
    )
    assert_same((ours.get_gate_active_probs(),), (captum.get_gate_active_probs(),))
    assert not ours.get_gate_active_probs().requires_grad


@pytest.mark.parametrize("mask", [None, [0, 1, 1, 2]], ids=["no-mask", "mask"])
def test_state_dicts_go_both_ways(mask: list[int] | None) -> None:
    n_gates = 4 if mask is None else 3
    ours, captum = both_layers(n_gates, mask)
    state = {"mu": random_input(n_gates)}
    if mask is not None:
        state["mask"] = torch.tensor([2, 2, 0, 1])
    x = random_input(5, 4)

    ours.load_state_dict(state)
    captum.load_state_dict(ours.state_dict())
    assert_same(run_seeded(captum, x), run_seeded(ours, x))

    torch.manual_seed(8)
    fresh = GaussianStochasticGates(n_gates, ours.mask)
    fresh.load_state_dict(captum.state_dict())
    assert_same(run_seeded(fresh, x), run_seeded(captum, x))


def test_from_pretrained_equals_captum() -> None:
    mu = torch.tensor([-0.2, 0.3, 1.4])
    settings = {"mask": torch.tensor([0, 1, 1, 2]), "std": 0.9, "reg_weight": 2.0}
    ours = GaussianStochasticGates.from_pretrained(mu, **settings)
    captum = CaptumGates._from_pretrained(mu, **settings)
    assert_same(
        run_seeded(ours, random_input(5, 4)), run_seeded(captum, random_input(5, 4))
    )
    assert ours.mu.requires_grad

    mu.add_(1)
    assert_same((ours.mu,), (captum.mu,))


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("masked", [True, False], ids=["mask", "no-mask"])
@pytest.mark.parametrize("module_dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float64, torch.bfloat16, torch.float16]
)
def test_dtype_follows_the_input(
    dtype: torch.dtype, module_dtype: torch.dtype, masked: bool, training: bool
) -> None:
    ours, captum = both_layers(3, [0, 1, 1, 2] if masked else None)
    x = random_input(5, 4 if masked else 3, dtype=dtype)
    results = []
    for layer in (ours, captum):
        layer.to(module_dtype).train(training)
        results.append(run_seeded(layer, x))
    (gated, penalty), (captum_gated, captum_penalty) = results
    assert gated.dtype == dtype
    assert_same((gated, penalty), (captum_gated.to(dtype), captum_penalty))

    gated.sum().backward()
    assert ours.mu.grad is not None
    assert ours.mu.grad.dtype == module_dtype
