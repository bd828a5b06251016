"""Small gated networks in float64."""

from __future__ import annotations

import itertools

import numpy as np
import torch
from torch import nn

from stg_select.engine import GatedNetworks

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


def make_networks(kind, hidden=(5, 4), activation="relu", n_spread=1):
    gate = GATES[kind]
    sizes = [len(gate), *hidden, N_OUTPUTS]
    pairs = list(itertools.pairwise(sizes))
    weights = [draw(N_MEMBERS, b, a, seed=a + b) for a, b in pairs]
    biases = [draw(N_MEMBERS, b, seed=b) for _, b in pairs]
    mu = 0.5 + 0.3 * draw(N_MEMBERS, max(gate) + 1, seed=9)
    counts = np.bincount(gate)
    spread = int(counts[0])
    if len(set(counts)) > 1:
        spread = nn.functional.one_hot(torch.tensor(gate)).T.to(torch.float64)
        spread = spread.expand(n_spread, -1, -1)
    return GatedNetworks(mu, weights, biases, spread, activation)
