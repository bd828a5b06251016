"""The layer works with torch's dtypes, compilers, generators and devices."""

from __future__ import annotations

import copy
import io
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from stg_select.gates import GaussianStochasticGates


@pytest.fixture(autouse=True)
def keep_global_state() -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        yield


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def random_input(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(*shape, generator=seeded(99)).to(dtype)


def run_seeded(layer: Callable[[Tensor], Any], x: Tensor) -> tuple[Tensor, Tensor]:
    torch.manual_seed(4)
    result: tuple[Tensor, Tensor] = layer(x)
    return result


def assert_same(actual: tuple[Tensor, ...], expected: tuple[Tensor, ...]) -> None:
    torch.testing.assert_close(actual, expected, rtol=0, atol=0)


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_dtype_follows_the_input_under_autocast(training: bool) -> None:
    linear, layer = nn.Linear(4, 3), GaussianStochasticGates(3).train(training)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = linear(random_input(5, 4))
        gated, penalty = layer(hidden)
        kept, _ = layer(random_input(5, 3))
    assert hidden.dtype == torch.bfloat16
    assert gated.dtype == torch.bfloat16
    assert penalty.dtype == torch.float32
    assert kept.dtype == torch.float32


def test_integers_are_gated_as_floats() -> None:
    layer = GaussianStochasticGates.from_pretrained(torch.tensor([0.5, 0.25])).eval()
    gated, _ = layer(torch.tensor([[1, 2], [3, 4]]))
    assert torch.equal(gated, torch.tensor([[0.5, 0.5], [1.5, 1.0]]))


@pytest.fixture(params=["train", "eval"])
def training(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "train")


LAYOUTS = {
    "1d": ((7, 5), 5, None),
    "2d-mask": ((6, 2, 3), 4, [[3, 0, 0], [2, 1, 3]]),
    "2d-mask-over-columns": ((6, 2, 3), 2, [[1], [0]]),
    "3d": ((4, 2, 3, 2), 12, None),
}


@pytest.fixture(params=LAYOUTS)
def layer_and_input(
    request: pytest.FixtureRequest, training: bool
) -> tuple[GaussianStochasticGates, Tensor]:
    shape, n_gates, mask = LAYOUTS[request.param]
    layer = GaussianStochasticGates(
        n_gates, None if mask is None else torch.tensor(mask), reg_weight=0.3
    )
    return layer.train(training), random_input(*shape)


def test_compile_gives_the_eager_result(
    layer_and_input: tuple[GaussianStochasticGates, Tensor],
) -> None:
    layer, x = layer_and_input
    # All of torch.compile but the C++ compiler, which not every machine has.
    torch.compiler.reset()
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager", dynamic=True)
    for batch in (x, x[:3]):
        assert_same(run_seeded(compiled, batch), run_seeded(layer, batch))

    gradients = []
    for module in (layer, compiled):
        layer.zero_grad()
        gated, penalty = run_seeded(module, x)
        (gated.square().sum() + penalty).backward()
        assert layer.mu.grad is not None
        gradients.append(layer.mu.grad.clone())
    torch.testing.assert_close(*gradients)


def test_export_gives_the_eager_result(
    layer_and_input: tuple[GaussianStochasticGates, Tensor],
) -> None:
    layer, x = layer_and_input
    exported = torch.export.export(
        layer, (x,), dynamic_shapes={"x": {0: torch.export.Dim("batch")}}
    ).module()
    for batch in (x, x[:3]):
        assert_same(run_seeded(exported, batch), run_seeded(layer, batch))


def test_compile_with_a_generator() -> None:
    x = random_input(5, 3)
    layer = GaussianStochasticGates(3, generator=seeded())
    torch.compiler.reset()
    compiled = torch.compile(layer, backend="aot_eager")
    results = []
    for module in (layer, compiled):
        layer.generator.manual_seed(1)
        results.append(module(x))
    assert_same(*results)

    layer.eval()
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
    assert_same(compiled(x), layer(x))


def test_generator_repeats_and_leaves_the_global_state_alone() -> None:
    before = torch.get_rng_state()
    x = random_input(6, 4)
    first, second, other = (
        GaussianStochasticGates(4, generator=seeded(seed)) for seed in (1, 1, 2)
    )
    assert_same((first.mu,), (second.mu,))
    for _ in range(2):
        assert_same(first(x), second(x))
    assert not torch.equal(first(x)[0], first(x)[0])
    assert not torch.equal(first.mu, other.mu)
    assert torch.equal(torch.get_rng_state(), before)


def test_generator_draws_what_the_global_one_would() -> None:
    torch.manual_seed(5)
    expected = GaussianStochasticGates(4)(random_input(3, 4))
    layer = GaussianStochasticGates(4, generator=seeded(5))
    assert_same(layer(random_input(3, 4)), expected)


def through_torch_save(module: nn.Module) -> nn.Module:
    buffer = io.BytesIO()
    torch.save(module, buffer)
    buffer.seek(0)
    loaded: nn.Module = torch.load(buffer, weights_only=False)
    return loaded


@pytest.mark.parametrize(
    "duplicate",
    [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m)), through_torch_save],
    ids=["deepcopy", "pickle", "torch.save"],
)
def test_copies_go_on_from_the_same_state(
    duplicate: Callable[[nn.Module], nn.Module],
) -> None:
    shared = seeded()
    x = random_input(5, 3)
    model = nn.ModuleList(
        GaussianStochasticGates(3, generator=shared) for _ in range(2)
    )
    model[0](x)
    twin = duplicate(model)
    # In turns, so that the layers must share one generator in the copy as well, and
    # the copy must not draw from the original's.
    for i in (0, 1, 0):
        assert_same(twin[i](x), model[i](x))
    assert twin[0].generator is not shared


def test_state_dict_does_not_hold_the_generator() -> None:
    layer = GaussianStochasticGates(3, generator=seeded())
    assert set(layer.state_dict()) == {"mu"}


def test_cuda(cuda_device: torch.device) -> None:
    mask = torch.tensor([0, 1, 1, 2])
    x = random_input(6, 4)
    expected = GaussianStochasticGates(3, mask, generator=seeded())(x)
    layer = GaussianStochasticGates(3, mask, generator=seeded()).to(cuda_device)
    actual = layer(x.to(cuda_device))
    # The noise comes from the CPU's generator, so it is the same on every device.
    for a, b in zip(actual, expected, strict=True):
        assert a.device.type == "cuda"
        torch.testing.assert_close(a.cpu(), b)

    on_device = torch.Generator(cuda_device).manual_seed(0)
    results = []
    for _ in range(2):
        on_device.manual_seed(1)
        layer.generator = on_device
        results.append(layer(x.to(cuda_device)))
    assert_same(*results)

    pretrained = GaussianStochasticGates.from_pretrained(layer.mu.detach(), mask)
    assert pretrained.mu.device.type == pretrained.mask.device.type == "cuda"
    with torch.autocast("cuda", dtype=torch.bfloat16):
        gated, _ = pretrained(nn.Linear(4, 4, device=cuda_device)(x.to(cuda_device)))
    assert gated.dtype == torch.bfloat16


def test_vmap_draws_anew_for_each_call() -> None:
    layer = GaussianStochasticGates(4)
    mapped = torch.func.vmap(layer, randomness="different")
    gated, penalty = mapped(torch.ones(3, 5, 4))
    assert gated.shape == (3, 5, 4)
    assert penalty.shape == (3,)
    assert not torch.equal(gated[0], gated[1])


def test_replicas_of_data_parallel_gate_as_the_layer_does() -> None:
    layer = GaussianStochasticGates(3, torch.tensor([0, 1, 1, 2]))
    replica = layer._replicate_for_data_parallel()
    replica.mu = layer.mu.clone()  # as torch.nn.parallel.replicate does
    x = random_input(5, 4)
    assert_same(run_seeded(replica, x), run_seeded(layer, x))


def test_closed_gates_leave_what_is_not_finite() -> None:
    layer = GaussianStochasticGates.from_pretrained(torch.tensor([-1.0, 1.0])).eval()
    gated, _ = layer(torch.tensor([[torch.nan, 2.0], [torch.inf, 3.0]]))
    assert gated[:, 0].isnan().all()
    assert gated[:, 1].tolist() == [2.0, 3.0]
