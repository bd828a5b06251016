"""The state of K gated multilayer perceptrons, member first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from stg_select.engine._activations import ACTIVATIONS


class Block:
    """Tensors of K members side by side in one buffer, with their gradients.

    An optimizer so updates all of them in one call.

    Parameters
    ----------
    tensors : sequence of Tensor of shape (K, ...)
        Initial values.

    Attributes
    ----------
    flat : Tensor of shape (N,)
        All values; its ``grad`` holds all gradients.
    values, gradients : list of Tensor of shape (K, ...)
        Views of `flat` and of its gradient.
    """

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        self._shapes = [tensor.shape[1:] for tensor in tensors]
        self._place(torch.cat([tensor.flatten() for tensor in tensors]))

    def keep(self, members: Tensor, state: dict[str, Any]) -> None:
        """Drop all other members.

        Parameters
        ----------
        members : Tensor of int of shape (K',)
            Indices of the members that stay.
        state : dict
            What an optimizer knows of `flat`; tensors of its shape follow.
        """
        for name, moment in state.items():
            if moment.shape == self.flat.shape:
                state[name] = self._take(moment, members)
        # the optimizer knows the tensor itself
        kept, self.flat.grad = self._take(self.flat, members), None
        self.flat.data = kept
        self._place(self.flat)

    def _place(self, flat: Tensor) -> None:
        self.flat = flat
        self.flat.grad = torch.zeros_like(flat)
        self.values = self._split(flat)
        self.gradients = self._split(self.flat.grad)

    def _take(self, flat: Tensor, members: Tensor) -> Tensor:
        return torch.cat([view[members].flatten() for view in self._split(flat)])

    def _split(self, flat: Tensor) -> list[Tensor]:
        sizes = [math.prod(shape) for shape in self._shapes]
        n_members = len(flat) // sum(sizes)
        parts = flat.split([n_members * size for size in sizes])
        return [
            part.view(n_members, *shape)
            for part, shape in zip(parts, self._shapes, strict=True)
        ]


class GatedNetworks:
    """K multilayer perceptrons, each behind its own gates.

    Letters: K members, L input batches (1, shared by all members, or K), B rows,
    p gates, D input components (several may share a gate), H hidden units, O outputs.

    Parameters
    ----------
    mu : Tensor of shape (K, p)
        Initial gate means.
    weights : sequence of Tensor
        Initial weights of each layer as `torch.nn.Linear` holds them, shapes
        (K, H1, D), (K, H2, H1), ..., (K, O, H).
    biases : sequence of Tensor
        Initial biases of each layer, shapes (K, H1), ..., (K, O).
    spread : Tensor of shape (L, p, D) or int
        How gates are spread over components: a 0/1 membership matrix, or, where
        every gate owns the same number of consecutive components, that number.
    activation : {"relu", "tanh", "logistic", "silu"}
        Activation of the hidden layers.

    Attributes
    ----------
    mu : Tensor of shape (K, p)
    weights, biases : Block
    """

    def __init__(
        self,
        mu: Tensor,
        weights: Sequence[Tensor],
        biases: Sequence[Tensor],
        spread: Tensor | int,
        activation: str,
    ) -> None:
        self.mu = mu
        self.weights = Block(weights)
        self.biases = Block(biases)
        self.spread = spread
        self.activation = ACTIVATIONS[activation]

    @property
    def n_members(self) -> int:
        """Number of members K."""
        return len(self.mu)

    @property
    def state(self) -> list[Tensor]:
        """All that is learned, tensors of shape (K, ...)."""
        return [self.mu, *self.weights.values, *self.biases.values]

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

    def collect_gates(self, values: Tensor) -> Tensor:
        """Sum over the components of every gate: the adjoint of `spread_gates`.

        Parameters
        ----------
        values : Tensor of shape (K, D) or (K, B, D)

        Returns
        -------
        gates : Tensor of shape (K, p) or (K, B, p)
        """
        if isinstance(self.spread, int):
            if self.spread == 1:
                return values
            return values.unflatten(-1, (-1, self.spread)).sum(-1)
        if values.dim() == 2:
            return (values.unsqueeze(1) @ self.spread.mT).squeeze(1)
        return values @ self.spread.mT

    def keep(self, members: Tensor, state: dict[Tensor, dict[str, Any]]) -> None:
        """Drop all other members.

        Parameters
        ----------
        members : Tensor of int of shape (K',)
            Indices of the members that stay.
        state : dict of Tensor to dict
            State of the optimizer of `mu`, `weights` and `biases`, which follows.
        """
        for name, moment in state[self.mu].items():
            if moment.shape == self.mu.shape:
                state[self.mu][name] = moment[members]
        self.mu.grad = None
        self.mu.data = self.mu[members]
        for block in (self.weights, self.biases):
            block.keep(members, state[block.flat])
        if isinstance(self.spread, Tensor) and len(self.spread) > 1:
            self.spread = self.spread[members]
