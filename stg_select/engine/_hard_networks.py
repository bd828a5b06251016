"""Networks of members as they are at the end, behind hard gates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from stg_select.engine._activations import ACTIVATIONS
from stg_select.engine._network import GatedNetworks
from stg_select.engine._plan import HardNetwork, IntArray
from stg_select.gates import gate_values


def hard_networks(
    network: GatedNetworks, gates: Sequence[IntArray], positions: IntArray
) -> list[HardNetwork]:
    """Copy the networks of some members, without what closed gates hide.

    Parameters
    ----------
    network : GatedNetworks
        Of K members.
    gates : sequence of K ndarray of int
        Their working sets.
    positions : ndarray of int
        Of the members to copy.

    Returns
    -------
    networks : list of HardNetwork
    """
    values = gate_values(network.mu)
    for own, line in zip(gates, values, strict=True):
        line[len(own) :] = 0.0  # what pads a working set
    at_gates = values.cpu().numpy()
    at_components = network.spread_gates(values).cpu()
    weights = [tensor.cpu() for tensor in network.weights.values]
    biases = [tensor.cpu() for tensor in network.biases.values]
    copies = []
    for position in positions.tolist():
        own = gates[position]
        at_inputs = at_components[position]
        seen = torch.nonzero(at_inputs)[:, 0]
        first = weights[0][position][:, seen] * at_inputs[seen]
        copies.append(
            HardNetwork(
                gates=own[at_gates[position, : len(own)] > 0.0],
                weights=tuple(
                    tensor.numpy().copy()
                    for tensor in (first, *(w[position] for w in weights[1:]))
                ),
                biases=tuple(b[position].numpy().copy() for b in biases),
            )
        )
    return copies


def hard_outputs(
    x: NDArray[np.float32],
    weights: Sequence[NDArray[np.float32]],
    biases: Sequence[NDArray[np.float32]],
    activation: str,
) -> NDArray[np.float32]:
    """Send rows through a network behind hard gates.

    Parameters
    ----------
    x : ndarray of float32 of shape (n, D)
        What its open gates let through.
    weights, biases : sequence of ndarray of float32
        As in `HardNetwork`.
    activation : str

    Returns
    -------
    raw : ndarray of float32 of shape (n, O)
    """
    forward = ACTIVATIONS[activation].forward
    hidden = torch.from_numpy(x)
    for depth, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        if depth:
            forward(hidden, hidden)
        hidden = torch.nn.functional.linear(
            hidden, torch.from_numpy(weight), torch.from_numpy(bias)
        )
    return hidden.numpy()
