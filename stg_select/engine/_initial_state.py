"""What members start from: a function of their seeds alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor

from stg_select.engine._batches import init_seed
from stg_select.engine._config import TrainingConfig
from stg_select.engine._network import GatedNetworks
from stg_select.gates import INITIAL_MU_STD


def initial_networks(
    seeds: Sequence[int],
    n_gates: Sequence[int],
    n_components: Sequence[int],
    n_outputs: int,
    spread: Tensor | int,
    config: TrainingConfig,
) -> GatedNetworks:
    """Draw the initial state of K members and put it side by side.

    Parameters
    ----------
    seeds : sequence of K int
        Seeds of the members.
    n_gates, n_components : sequence of K int
        Gates and components of each member's working set; smaller ones are padded
        with zeros.
    n_outputs : int
        Width O of the networks' output.
    spread : Tensor of shape (L, p, D) or int
        As `GatedNetworks` takes it.
    config : TrainingConfig

    Returns
    -------
    networks : GatedNetworks
        On the device and in the precision of the configuration.
    """
    mus: list[Tensor] = []
    layers: list[list[Tensor]] = []
    for seed, n_own, width in zip(seeds, n_gates, n_components, strict=True):
        mu, weights, biases = initial_member(
            n_own,
            (width, *config.hidden_layer_sizes, n_outputs),
            config.mu_init,
            torch.Generator().manual_seed(init_seed(seed)),
        )
        missing = (0, max(n_components) - width)
        weights[0] = torch.nn.functional.pad(weights[0], missing)
        mus.append(torch.nn.functional.pad(mu, (0, max(n_gates) - n_own)))
        layers.append([*weights, *biases])
    stacked = [torch.stack(mus)]
    stacked += [torch.stack(tensors) for tensors in zip(*layers, strict=True)]
    mu, *stacked = (t.to(config.device, config.dtype) for t in stacked)
    n_layers = len(stacked) // 2
    return GatedNetworks(
        mu, stacked[:n_layers], stacked[n_layers:], spread, config.activation
    )


def initial_member(
    n_gates: int,
    layer_sizes: Sequence[int],
    mu_init: float,
    generator: torch.Generator,
) -> tuple[Tensor, list[Tensor], list[Tensor]]:
    """Draw the initial state of one member, on the CPU in float32.

    `mu` is drawn around `mu_init` as in the gate layer, weights and biases
    uniformly within 1 / sqrt(fan-in) as in `torch.nn.Linear`.

    Parameters
    ----------
    n_gates : int
        Number of gates p.
    layer_sizes : sequence of int
        Widths (D, H1, ..., O).
    mu_init : float
        Centre of the initial gate means.
    generator : torch.Generator
        Source of the draws.

    Returns
    -------
    mu : Tensor of shape (p,)
    weights : list of Tensor, shapes (H1, D), ..., (O, H)
    biases : list of Tensor, shapes (H1,), ..., (O,)
    """
    empty = partial(torch.empty, dtype=torch.float32)
    mu = empty(n_gates).normal_(mu_init, INITIAL_MU_STD, generator=generator)
    weights, biases = [], []
    for fan_in, width in pairwise(layer_sizes):
        bound = 1.0 / math.sqrt(max(fan_in, 1))
        weight = empty(fan_in, width).uniform_(-bound, bound, generator=generator)
        weights.append(weight.T)
        biases.append(empty(width).uniform_(-bound, bound, generator=generator))
    return mu, weights, biases
