"""K gated networks in one batch against K separate `nn.Sequential`."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from stg_select.engine import GatedNetworks
from stg_select.engine._network import initial_member

N_MEMBERS, N_ROWS, N_OUTPUTS = 3, 7, 2
MODULES = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "logistic": nn.Sigmoid,
    "silu": nn.SiLU,
}
# Gate of each component: one a gate, two a gate, unequal numbers.
GATES = {"one": [0, 1, 2, 3], "two": [0, 0, 1, 1, 2, 2], "unequal": [0, 1, 1, 1, 2, 2]}


def draw(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def make_networks(gate, hidden=(5, 4), activation="relu", n_spread=1):
    sizes = [len(gate), *hidden, N_OUTPUTS]
    pairs = list(itertools.pairwise(sizes))
    weights = [draw(N_MEMBERS, a, b, seed=a + b) for a, b in pairs]
    biases = [draw(N_MEMBERS, b, seed=b) for _, b in pairs]
    mu = 0.5 + 0.3 * draw(N_MEMBERS, max(gate) + 1, seed=9)
    counts = np.bincount(gate)
    spread = int(counts[0])
    if len(set(counts)) > 1:
        spread = nn.functional.one_hot(torch.tensor(gate)).T.to(torch.float64)
        spread = spread.expand(n_spread, -1, -1)
    return GatedNetworks(mu, weights, biases, spread, activation)


def separate(networks, k, activation):
    """The k-th member as an `nn.Sequential`, without its gates."""
    layers = []
    for weight, bias in zip(networks.weights, networks.biases, strict=True):
        layer = nn.Linear(*weight.shape[1:], dtype=torch.float64)
        layer.load_state_dict({"weight": weight[k].T, "bias": bias[k]})
        layers += [layer, MODULES[activation]()]
    return nn.Sequential(*layers[:-1])


@pytest.mark.parametrize("activation", MODULES)
@pytest.mark.parametrize("hidden", [(), (5,), (5, 4)], ids=str)
@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("rows", ["shared", "own"])
@pytest.mark.parametrize("kind", GATES)
def test_equals_separate_networks(kind, rows, noise, hidden, activation):
    gate = GATES[kind]
    n_batches = 1 if rows == "shared" else N_MEMBERS
    networks = make_networks(gate, hidden, activation, n_spread=n_batches)
    x = draw(n_batches, N_ROWS, len(gate), seed=1)
    target = draw(N_MEMBERS, N_ROWS, N_OUTPUTS, seed=2)
    shape = (N_MEMBERS, max(gate) + 1)
    mu = networks.mu
    if noise == "row":
        shape, mu = (N_MEMBERS, N_ROWS, shape[1]), mu.unsqueeze(1)
    shift = 0.1 * draw(*shape, seed=3)

    raw = networks(x, mu + shift)
    assert raw.shape == (N_MEMBERS, N_ROWS, N_OUTPUTS)
    (raw - target).square().sum().backward()

    for k in range(N_MEMBERS):
        single = separate(networks, k, activation)
        member_mu = networks.mu[k].detach().requires_grad_()
        gated = x[k % n_batches] * (member_mu + shift[k])[..., gate]
        expected = single(gated)
        (expected - target[k]).square().sum().backward()
        torch.testing.assert_close(raw[k], expected, rtol=1e-12, atol=1e-12)
        close = {"rtol": 1e-10, "atol": 1e-10}
        torch.testing.assert_close(networks.mu.grad[k], member_mu.grad, **close)
        for i, layer in enumerate(single[::2]):
            torch.testing.assert_close(
                networks.weights[i].grad[k].T, layer.weight.grad, **close
            )
            torch.testing.assert_close(
                networks.biases[i].grad[k], layer.bias.grad, **close
            )


@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("kind", GATES)
def test_frozen_weights_leave_the_gradient_to_the_gates(kind, noise):
    gate = GATES[kind]
    networks = make_networks(gate)
    x = draw(1, N_ROWS, len(gate), seed=1)
    gates = networks.mu if noise == "member" else networks.mu.unsqueeze(1)
    gates = gates.expand(N_MEMBERS, N_ROWS, -1) if noise == "row" else gates
    free = networks(x, gates)
    (expected,) = torch.autograd.grad(free.square().sum(), networks.mu)

    raw = networks(x, gates, freeze_weights=True)
    raw.square().sum().backward()
    torch.testing.assert_close(raw, free, rtol=0, atol=0)
    torch.testing.assert_close(networks.mu.grad, expected, rtol=1e-12, atol=1e-12)
    for parameter in [*networks.weights, *networks.biases]:
        assert parameter.grad is None


@pytest.mark.parametrize("rows", ["shared", "own"])
@pytest.mark.parametrize("kind", GATES)
@pytest.mark.parametrize("keep", [[2, 0], [1], []], ids=str)
def test_members_that_stay_are_unchanged(kind, rows, keep):
    gate = GATES[kind]
    n_batches = 1 if rows == "shared" else N_MEMBERS
    networks = make_networks(gate, n_spread=n_batches)
    x = draw(n_batches, N_ROWS, len(gate), seed=1)
    before = networks(x, networks.mu).detach()
    networks.keep_members(torch.tensor(keep, dtype=torch.int64))
    if rows == "own":
        x = x[keep]
    assert networks.n_members == len(keep)
    if keep:
        after = networks(x, networks.mu)
        torch.testing.assert_close(after, before[keep], rtol=1e-12, atol=1e-12)


def test_a_member_does_not_reach_another():
    networks = make_networks(GATES["unequal"])
    x = draw(1, N_ROWS, 6, seed=1)
    before = networks(x, networks.mu).detach()
    with torch.no_grad():
        for parameter in networks.parameters():
            parameter[1] = torch.nan
    after = networks(x, networks.mu)
    torch.testing.assert_close(after[[0, 2]], before[[0, 2]], rtol=0, atol=0)
    assert after[1].isnan().all()


def test_initial_member_follows_the_gate_layer_and_linear_layers():
    sizes = (300, 40, 30)
    generator = torch.Generator().manual_seed(4)
    mu, weights, biases = initial_member(2000, sizes, 0.25, generator)
    assert mu.shape == (2000,)
    assert mu.mean().item() == pytest.approx(0.25, abs=1e-3)
    assert mu.std().item() == pytest.approx(0.01, rel=0.05)
    for (fan_in, width), weight, bias in zip(
        itertools.pairwise(sizes), weights, biases, strict=True
    ):
        layer = nn.Linear(fan_in, width)
        bound = fan_in**-0.5
        assert weight.T.shape == layer.weight.shape
        assert bias.shape == layer.bias.shape
        for ours, theirs in ((weight, layer.weight), (bias, layer.bias)):
            assert ours.abs().max() <= bound
            assert theirs.abs().max() <= bound
        assert weight.std().item() == pytest.approx(layer.weight.std().item(), rel=0.1)


def test_initial_member_is_a_function_of_its_generator():
    torch_state = torch.get_rng_state()
    draws = [
        initial_member(3, (4, 5, 1), 0.5, torch.Generator().manual_seed(seed))
        for seed in (7, 7, 8)
    ]
    assert torch.equal(torch.get_rng_state(), torch_state)
    mus = [mu for mu, _, _ in draws]
    weights = [weights[0] for _, weights, _ in draws]
    assert torch.equal(mus[0], mus[1])
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(mus[0], mus[2])
    assert not torch.equal(weights[0], weights[2])
