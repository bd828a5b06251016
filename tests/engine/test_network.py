"""State of K gated networks."""

from __future__ import annotations

import pytest
import torch
from networks import GATES, N_MEMBERS, N_ROWS, draw, make_networks

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
