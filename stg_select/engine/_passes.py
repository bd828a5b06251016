"""Forward and backward passes of gated networks, in memory that is used again."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from stg_select.engine._network import GatedNetworks
from stg_select.engine._open_components import find_open


class Layer(NamedTuple):
    """One layer's parameters, gradients and values, from H inputs to H' outputs.

    Shapes: weight (K, H', H), bias (K, H', 1), their gradients (K, H', H) and
    (K, H'), sums and values (K, H', B): what comes out of the products and of the
    activation, which may be one memory.
    """

    weight: Tensor
    bias: Tensor
    weight_gradient: Tensor
    bias_gradient: Tensor
    sums: Tensor
    values: Tensor


class Pass:
    """One way through the networks and back, over batches of B rows.

    Noise drawn once a member makes the gate a factor of a column of the first
    weights, so that members share one input, of which they read the components with
    open gates; noise drawn for each row multiplies the input. Everything is laid out
    with the rows last, (K, H, B), which makes the first layers of members with
    common rows one product (K H, D) x (D, B).

    Parameters
    ----------
    network : GatedNetworks
        It must not drop members as long as the pass is used.
    n_rows : int
        Rows B of a batch.
    """

    def __init__(self, network: GatedNetworks, n_rows: int) -> None:
        self._network = network
        self._activation = network.activation
        weights, biases = network.weights, network.biases
        self._layers = []
        for weight, bias, weight_gradient, bias_gradient in zip(
            weights.values,
            biases.values,
            weights.gradients,
            biases.gradients,
            strict=True,
        ):
            sums = weight.new_empty(*weight.shape[:2], n_rows)
            in_place = self._activation.saves_output
            values = sums if in_place else torch.empty_like(sums)
            self._layers.append(
                Layer(
                    weight,
                    bias.unsqueeze(-1),
                    weight_gradient,
                    bias_gradient,
                    sums,
                    values,
                )
            )
        self._deltas: list[Tensor] = []
        # one of them is used, as the gates ask for
        self._gated_weight = weights.flat.new_empty(0)
        self._gated_x = weights.flat.new_empty(0)

    def forward(self, x: Tensor, gates: Tensor) -> Tensor:
        """Compute the outputs of all members.

        Parameters
        ----------
        x : Tensor of shape (L, B, D)
            Input rows, one batch for all members (L = 1) or one for each (L = K).
        gates : Tensor of shape (K, p) or (K, B, p)
            Gate values, one draw a member or one draw a row.

        Returns
        -------
        raw : Tensor of shape (K, B, O)
            Valid until the next pass.
        """
        factors = self._network.spread_gates(gates)
        below, *layers = self._layers
        if factors.dim() == 3:
            self._forward_through_input(x, factors)
        else:
            self._forward_through_weight(x, factors)
        for layer in layers:
            self._activation.forward(below.sums, below.values)
            torch.baddbmm(layer.bias, layer.weight, below.values, out=layer.sums)
            below = layer
        return below.sums.mT

    def backward(
        self, gradient: Tensor, *, to_weights: bool, to_gates: bool
    ) -> Tensor | None:
        """Compute gradients of the last forward pass.

        Parameters
        ----------
        gradient : Tensor of shape (K, B, O)
            Gradient of the loss with respect to the outputs.
        to_weights : bool
            Whether to set the gradients of weights and biases.
        to_gates : bool
            Whether to compute the gradient of the gates.

        Returns
        -------
        gate_gradient : Tensor of the shape of the gates or None
            Of closed gates, which do not follow their means, it may be zero.
        """
        if not self._deltas:
            self._deltas = [torch.empty_like(layer.sums) for layer in self._layers[:-1]]
        delta = gradient.mT
        for i in range(len(self._layers) - 1, 0, -1):
            layer, below, out = (
                self._layers[i],
                self._layers[i - 1],
                self._deltas[i - 1],
            )
            if to_weights:
                torch.bmm(delta, below.values.mT, out=layer.weight_gradient)
                torch.sum(delta, -1, out=layer.bias_gradient)
            torch.bmm(layer.weight.mT, delta, out=out)
            saved = below.values if self._activation.saves_output else below.sums
            self._activation.backward(out, saved, out)
            delta = out
        if to_weights:
            torch.sum(delta, -1, out=self._layers[0].bias_gradient)
        if self._factors.dim() == 3:
            return self._back_to_input(delta, to_weights, to_gates)
        return self._back_to_weight(delta, to_weights, to_gates)

    def _forward_through_weight(self, x: Tensor, factors: Tensor) -> None:
        """Multiply the first weights by the gates, then the input by them."""
        layer = self._layers[0]
        weight, self._open = layer.weight, find_open(factors, x)
        if self._open is not None:
            x, weight = self._open.of_input(x), self._open.of_members(weight)
            factors = self._open.of_members(factors)
        self._x, self._weight, self._factors = x, weight, factors
        gated = self._gated_weight.resize_(weight.shape)
        torch.mul(weight, factors.unsqueeze(1), out=gated)
        if len(x) == len(weight):
            torch.baddbmm(layer.bias, gated, x.mT, out=layer.sums)
        else:
            bias, sums = layer.bias.flatten(0, 1), layer.sums.flatten(0, 1)
            torch.addmm(bias, gated.flatten(0, 1), x[0].mT, out=sums)

    def _back_to_weight(
        self, delta: Tensor, to_weights: bool, to_gates: bool
    ) -> Tensor | None:
        """Go back through a first layer whose weights were gated."""
        layer, factors, weight = self._layers[0], self._factors, self._weight
        product = self._gated_weight
        if to_weights and self._open is None:
            product = layer.weight_gradient
        if len(self._x) == len(delta):
            torch.bmm(delta, self._x, out=product)
        else:
            torch.mm(delta.flatten(0, 1), self._x[0], out=product.flatten(0, 1))
        gate_gradient = None
        if to_gates:
            # either is scratch memory by now
            out = self._gated_weight if self._open is None else weight
            gradient = torch.mul(product, weight, out=out).sum(1)
            if self._open is not None:
                every = gradient.new_empty(len(weight), layer.weight.shape[2])
                gradient = self._open.back(gradient, every)
            gate_gradient = self._network.collect_gates(gradient)
        if to_weights:
            product.mul_(factors.unsqueeze(1))
            if self._open is not None:
                self._open.back(product, layer.weight_gradient)
        return gate_gradient

    def _forward_through_input(self, x: Tensor, factors: Tensor) -> None:
        """Multiply the input by the gates of each row."""
        layer = self._layers[0]
        self._x, self._factors = x, factors
        torch.mul(x, factors, out=self._gated_x)
        torch.baddbmm(layer.bias, layer.weight, self._gated_x.mT, out=layer.sums)

    def _back_to_input(
        self, delta: Tensor, to_weights: bool, to_gates: bool
    ) -> Tensor | None:
        """Go back through a first layer whose input was gated."""
        layer, scratch = self._layers[0], self._gated_x
        if to_weights:
            torch.bmm(delta, scratch, out=layer.weight_gradient)
        if not to_gates:
            return None
        by_row = torch.bmm(delta.mT, layer.weight, out=scratch).mul_(self._x)
        return self._network.collect_gates(by_row)
