"""What members start from."""

from __future__ import annotations

import itertools

import pytest
import torch
from problems import CONFIG
from torch import nn

from stg_select.engine._batches import init_seed
from stg_select.engine._initial_state import initial_member, initial_networks


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


def test_members_side_by_side_are_those_alone_padded_with_zeros():
    seeds, n_gates, widths = [3, 4], [2, 5], [4, 7]
    networks = initial_networks(seeds, n_gates, widths, 2, 1, CONFIG)
    for k, (seed, n_own, width) in enumerate(zip(seeds, n_gates, widths, strict=True)):
        mu, weights, biases = initial_member(
            n_own,
            (width, *CONFIG.hidden_layer_sizes, 2),
            CONFIG.mu_init,
            torch.Generator().manual_seed(init_seed(seed)),
        )
        first, *others = (w[k] for w in networks.weights.values)
        assert torch.equal(networks.mu[k, :n_own], mu.double())
        assert not networks.mu[k, n_own:].any()
        assert torch.equal(first[:, :width], weights[0].double())
        assert not first[:, width:].any()
        for ours, alone in zip(others, weights[1:], strict=True):
            assert torch.equal(ours, alone.double())
        for ours, alone in zip(networks.biases.values, biases, strict=True):
            assert torch.equal(ours[k], alone.double())
