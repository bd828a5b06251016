"""The loop that a user of Captum's gate layer writes by hand."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

LEARNING_RATE = 1e-3


def train_captum_gates(
    x: Tensor,
    target: Tensor,
    loss_of: Callable[[Tensor, Tensor], Tensor],
    *,
    layer_sizes: tuple[int, ...],
    reg_weight: float,
    batch_size: int,
    steps: int,
    seed: int,
) -> tuple[torch.nn.Module, torch.nn.Module]:
    """Train Captum's gates before a network, with Adam on shuffled batches.

    Captum draws from torch's global generator, which is seeded here and given back
    as it was.

    Parameters
    ----------
    x : Tensor of shape (n, p)
    target : Tensor of shape (n,)
    loss_of : callable
        Loss of the outputs (B, O) and the targets (B,).
    layer_sizes : tuple of int
        Widths of the hidden layers and the output.
    reg_weight : float
    batch_size : int
    steps : int
    seed : int

    Returns
    -------
    gates, network : Module
    """
    from captum.module import GaussianStochasticGates

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        gates = GaussianStochasticGates(x.shape[1], reg_weight=reg_weight)
        layers: list[torch.nn.Module] = []
        width = x.shape[1]
        for size in layer_sizes:
            layers += [torch.nn.Linear(width, size), torch.nn.ReLU()]
            width = size
        network = torch.nn.Sequential(*layers[:-1])
        parameters = [*gates.parameters(), *network.parameters()]
        optimizer = torch.optim.Adam(parameters, LEARNING_RATE)
        done = 0
        while done < steps:
            for rows in torch.randperm(len(x)).split(batch_size)[: steps - done]:
                gated, penalty = gates(x[rows])
                loss = loss_of(network(gated), target[rows]) + penalty
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                done += 1
    return gates, network
