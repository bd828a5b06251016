"""State of K gated networks."""

from __future__ import annotations

import itertools

import pytest
import torch
from networks import GATES, N_MEMBERS, N_ROWS, draw, make_networks
from torch import nn

from stg_select.engine._network import initial_member
from stg_select.engine._passes import Pass


@pytest.mark.parametrize("rows", ["member", "row"])
@pytest.mark.parametrize("kind", GATES)
def test_collecting_is_the_adjoint_of_spreading(kind, rows):
    networks = make_networks(kind)
    middle = () if rows == "member" else (N_ROWS,)
    gates = draw(N_MEMBERS, *middle, max(GATES[kind]) + 1, seed=1)
    values = draw(N_MEMBERS, *middle, len(GATES[kind]), seed=2)
    spread = networks.spread_gates(gates)
    torch.testing.assert_close(spread, gates[..., GATES[kind]], rtol=0, atol=0)
    collected = networks.collect_gates(values)
    assert collected.shape == gates.shape
    torch.testing.assert_close((gates * collected).sum(), (spread * values).sum())


def optimizer_of(networks):
    """An optimizer that has taken a step with gradients that tell members apart."""
    blocks = (networks.weights, networks.biases)
    optimizer = torch.optim.AdamW(
        [networks.mu, *(block.flat for block in blocks)], lr=0.1, fused=True
    )
    networks.mu.grad = draw(*networks.mu.shape, seed=5)
    for block in blocks:
        block.flat.grad.copy_(draw(len(block.flat), seed=6))
    optimizer.step()
    return optimizer


@pytest.mark.parametrize("rows", ["shared", "own"])
@pytest.mark.parametrize("kind", GATES)
@pytest.mark.parametrize("keep", [[2, 0], [1], []], ids=str)
def test_members_that_stay_are_unchanged(kind, rows, keep):
    n_batches = 1 if rows == "shared" else N_MEMBERS
    networks = make_networks(kind, n_spread=n_batches)
    optimizer = optimizer_of(networks)
    before = [tensor.clone() for tensor in networks.state]
    x = draw(n_batches, N_ROWS, len(GATES[kind]), seed=1)
    raw = Pass(networks, N_ROWS).forward(x, networks.mu)
    networks.keep(torch.tensor(keep, dtype=torch.int64), optimizer.state)
    assert networks.n_members == len(keep)
    for old, new in zip(before, networks.state, strict=True):
        torch.testing.assert_close(new, old[keep], rtol=0, atol=0)
    if keep:
        x = x[keep] if rows == "own" else x
        after = Pass(networks, N_ROWS).forward(x, networks.mu)
        torch.testing.assert_close(after, raw[keep], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("keep", [[2, 0], [1]], ids=str)
def test_optimizer_goes_on_with_the_members_that_stay(keep):
    everyone, staying = make_networks("two"), make_networks("two")
    optimizers = [optimizer_of(networks) for networks in (everyone, staying)]
    staying.keep(torch.tensor(keep), optimizers[1].state)
    everyone.mu.grad.fill_(1.0)
    staying.mu.grad = torch.ones_like(staying.mu)
    for networks in (everyone, staying):
        networks.weights.flat.grad.fill_(1.0)
        networks.biases.flat.grad.fill_(1.0)
    for optimizer in optimizers:
        optimizer.step()
    for all_members, members in zip(everyone.state, staying.state, strict=True):
        torch.testing.assert_close(members, all_members[keep], rtol=0, atol=0)


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
        assert weight.shape == layer.weight.shape
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
