"""Hand-written passes of K networks against autograd through K `nn.Sequential`."""

from __future__ import annotations

import pytest
import torch
from networks import GATES, MODULES, N_MEMBERS, N_OUTPUTS, N_ROWS, draw, make_networks
from torch import nn

from stg_select.engine._passes import Pass

CLOSE = {"rtol": 1e-10, "atol": 1e-10}


def separate(networks, k, activation):
    """The k-th member as an `nn.Sequential`, without its gates."""
    layers = []
    tensors = zip(networks.weights.values, networks.biases.values, strict=True)
    for weight, bias in tensors:
        layer = nn.Linear(*weight.shape[:0:-1], dtype=torch.float64)
        layer.load_state_dict({"weight": weight[k], "bias": bias[k]})
        layers += [layer, MODULES[activation]()]
    return nn.Sequential(*layers[:-1])


def draw_gates(kind, noise):
    shape = (N_MEMBERS, max(GATES[kind]) + 1)
    if noise == "row":
        shape = (N_MEMBERS, N_ROWS, shape[1])
    return 0.5 + 0.3 * draw(*shape, seed=3)


@pytest.mark.parametrize("activation", MODULES)
@pytest.mark.parametrize("hidden", [(), (5,), (5, 4)], ids=str)
@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("rows", ["shared", "own"])
@pytest.mark.parametrize("kind", GATES)
def test_equals_separate_networks(kind, rows, noise, hidden, activation):
    n_batches = 1 if rows == "shared" else N_MEMBERS
    networks = make_networks(kind, hidden, activation, n_spread=n_batches)
    both_ways = Pass(networks, N_ROWS)
    # twice, as memory is used again
    for seed in (1, 2):
        x = draw(n_batches, N_ROWS, len(GATES[kind]), seed=seed)
        target = draw(N_MEMBERS, N_ROWS, N_OUTPUTS, seed=seed + 10)
        gates = draw_gates(kind, noise)
        raw = both_ways.forward(x, gates).clone()
        gate_gradient = both_ways.backward(
            2 * (raw - target), to_weights=True, to_gates=True
        )
        assert raw.shape == (N_MEMBERS, N_ROWS, N_OUTPUTS)
        assert gate_gradient.shape == gates.shape
        for k in range(N_MEMBERS):
            single = separate(networks, k, activation)
            own_gates = gates[k].clone().requires_grad_()
            expected = single(x[k % n_batches] * own_gates[..., GATES[kind]])
            (expected - target[k]).square().sum().backward()
            torch.testing.assert_close(raw[k], expected, rtol=1e-12, atol=1e-12)
            torch.testing.assert_close(gate_gradient[k], own_gates.grad, **CLOSE)
            for i, layer in enumerate(single[::2]):
                weight, bias = networks.weights, networks.biases
                torch.testing.assert_close(
                    weight.gradients[i][k], layer.weight.grad, **CLOSE
                )
                torch.testing.assert_close(
                    bias.gradients[i][k], layer.bias.grad, **CLOSE
                )


@pytest.mark.parametrize("noise", ["member", "row"])
@pytest.mark.parametrize("kind", GATES)
def test_gradients_that_are_not_asked_for(kind, noise):
    networks = make_networks(kind, activation="tanh")
    x = draw(1, N_ROWS, len(GATES[kind]), seed=1)
    both_ways, gates = Pass(networks, N_ROWS), draw_gates(kind, noise)
    gradient = both_ways.forward(x, gates).clone()
    expected = both_ways.backward(gradient, to_weights=True, to_gates=True)
    of_weights = networks.weights.flat.grad.clone()
    of_biases = networks.biases.flat.grad.clone()
    assert of_weights.count_nonzero() == of_weights.numel()

    both_ways.forward(x, gates)
    assert both_ways.backward(gradient, to_weights=True, to_gates=False) is None
    torch.testing.assert_close(networks.weights.flat.grad, of_weights, **CLOSE)
    torch.testing.assert_close(networks.biases.flat.grad, of_biases, **CLOSE)

    networks.weights.flat.grad.zero_()
    networks.biases.flat.grad.zero_()
    both_ways.forward(x, gates)
    to_gates = both_ways.backward(gradient, to_weights=False, to_gates=True)
    torch.testing.assert_close(to_gates, expected, **CLOSE)
    assert not networks.weights.flat.grad.any()
    assert not networks.biases.flat.grad.any()


@pytest.mark.parametrize("rows", ["shared", "own"])
@pytest.mark.parametrize("kind", GATES)
def test_a_member_does_not_reach_another(kind, rows):
    n_batches = 1 if rows == "shared" else N_MEMBERS
    networks = make_networks(kind, n_spread=n_batches)
    x = draw(n_batches, N_ROWS, len(GATES[kind]), seed=1)
    gates = draw_gates(kind, "member")

    def outcome():
        both_ways = Pass(networks, N_ROWS)
        raw = both_ways.forward(x, gates)
        of_gates = both_ways.backward(
            torch.ones_like(raw), to_weights=True, to_gates=True
        )
        return [
            raw.clone(), of_gates, *(g.clone() for g in networks.weights.gradients)
        ]  # fmt: skip

    before = outcome()
    for tensor in networks.state:
        tensor[1] = torch.nan
    for old, new in zip(before, outcome(), strict=True):
        torch.testing.assert_close(new[[0, 2]], old[[0, 2]], rtol=0, atol=0)
        assert new[1].isnan().all()
