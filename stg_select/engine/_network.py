"""K gated multilayer perceptrons as one module, member first."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "logistic": torch.sigmoid,
    "silu": nn.functional.silu,
}


class GatedNetworks(nn.Module):
    """K multilayer perceptrons, each behind its own gates, in one batch.

    Letters: K members, L input batches (1, shared by all members, or K), B rows,
    p gates, D input components (several may share a gate), H hidden units, O outputs.

    Parameters
    ----------
    mu : Tensor of shape (K, p)
        Initial gate means.
    weights : sequence of Tensor
        Initial weights of each layer, shapes (K, D, H1), (K, H1, H2), ..., (K, H, O).
    biases : sequence of Tensor
        Initial biases of each layer, shapes (K, H1), ..., (K, O).
    spread : Tensor of shape (L, p, D) or int
        How gates are spread over components: a 0/1 membership matrix, or, where
        every gate owns the same number of consecutive components, that number.
    activation : {"relu", "tanh", "logistic", "silu"}
        Activation of the hidden layers.
    """

    def __init__(
        self,
        mu: Tensor,
        weights: Sequence[Tensor],
        biases: Sequence[Tensor],
        spread: Tensor | int,
        activation: str,
    ) -> None:
        super().__init__()
        self.mu = nn.Parameter(mu)
        self.weights = nn.ParameterList(weights)
        self.biases = nn.ParameterList(biases)
        self.spread = spread
        self.activation = ACTIVATIONS[activation]

    @property
    def n_members(self) -> int:
        """Number of members K."""
        return self.mu.shape[0]

    def spread_gates(self, gates: Tensor) -> Tensor:
        """Value of every component's gate.

        Parameters
        ----------
        gates : Tensor of shape (K, p) or (K, B, p)

        Returns
        -------
        values : Tensor of shape (K, D) or (K, B, D)
        """
        if isinstance(self.spread, int):
            if self.spread == 1:
                return gates
            return gates.unsqueeze(-1).expand(*gates.shape, self.spread).flatten(-2)
        if gates.dim() == 2:
            return (gates.unsqueeze(1) @ self.spread).squeeze(1)
        return gates @ self.spread

    def forward(
        self, x: Tensor, gates: Tensor, *, freeze_weights: bool = False
    ) -> Tensor:
        """Compute the outputs of all members.

        Parameters
        ----------
        x : Tensor of shape (L, B, D)
            Input rows, one batch for all members (L = 1) or one for each (L = K).
        gates : Tensor of shape (K, p) or (K, B, p)
            Gate values, one draw a member or one draw a row.
        freeze_weights : bool, default=False
            Let no gradient reach weights and biases, only the gates.

        Returns
        -------
        raw : Tensor of shape (K, B, O)
        """
        weights, biases = list(self.weights), list(self.biases)
        if freeze_weights:
            weights = [weight.detach() for weight in weights]
            biases = [bias.detach() for bias in biases]
        values = self.spread_gates(gates)
        if values.dim() == 2:
            hidden = _first_product(x, values.unsqueeze(-1) * weights[0])
        else:
            hidden = (x * values) @ weights[0]
        hidden = hidden + biases[0].unsqueeze(1)
        for weight, bias in zip(weights[1:], biases[1:], strict=True):
            hidden = torch.baddbmm(bias.unsqueeze(1), self.activation(hidden), weight)
        return hidden

    def keep_members(self, keep: Tensor) -> None:
        """Drop all other members from the batch, in place.

        Parameters
        ----------
        keep : Tensor of int of shape (K',)
            Indices of the members that stay.
        """
        for parameter in self.parameters():
            parameter.grad = None
            parameter.data = parameter.data[keep]
        if isinstance(self.spread, Tensor) and len(self.spread) > 1:
            self.spread = self.spread[keep]


def _first_product(x: Tensor, weight: Tensor) -> Tensor:
    """Product (L, B, D) x (K, D, H) -> (K, B, H), one single product where L is 1."""
    if x.shape[0] == weight.shape[0]:
        return x @ weight
    n_members, n_components, n_hidden = weight.shape
    wide = weight.transpose(0, 1).reshape(n_components, n_members * n_hidden)
    return (x[0] @ wide).view(-1, n_members, n_hidden).transpose(0, 1)


def initial_member(
    n_gates: int,
    layer_sizes: Sequence[int],
    mu_init: float,
    generator: torch.Generator,
) -> tuple[Tensor, list[Tensor], list[Tensor]]:
    """Draw the initial state of one member, on the CPU in float32.

    `mu` is drawn from N(mu_init, 0.01^2) as in the gate layer, weights and biases
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
    weights : list of Tensor, shapes (D, H1), ..., (H, O)
    biases : list of Tensor, shapes (H1,), ..., (O,)
    """
    mu = torch.empty(n_gates).normal_(mu_init, 0.01, generator=generator)
    weights, biases = [], []
    for fan_in, width in pairwise(layer_sizes):
        bound = 1.0 / math.sqrt(max(fan_in, 1))
        shape = (fan_in, width)
        weights.append(torch.empty(shape).uniform_(-bound, bound, generator=generator))
        biases.append(torch.empty(width).uniform_(-bound, bound, generator=generator))
    return mu, weights, biases
