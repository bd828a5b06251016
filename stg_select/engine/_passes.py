"""Forward and backward passes of gated networks, in memory that is used again."""

from __future__ import annotations

import torch
from torch import Tensor

from stg_select.engine._network import GatedNetworks


class Pass:
    """One way through the networks and back, over batches of B rows.

    Noise drawn once a member makes the gate a factor of a column of the first
    weights, so that the input is never copied; noise drawn for each row multiplies
    the input. Everything is laid out with the rows last, (K, H, B), which makes the
    first layers of members with common rows one product (K H, D) x (D, B).

    Parameters
    ----------
    network : GatedNetworks
    n_rows : int
        Rows B of a batch.
    """

    def __init__(self, network: GatedNetworks, n_rows: int) -> None:
        self._network = network
        weights = network.weights.values
        self._sums = [w.new_empty(len(w), w.shape[1], n_rows) for w in weights]
        self._hidden = self._sums[:-1]
        if not network.activation.saves_output:
            self._hidden = [torch.empty_like(sums) for sums in self._hidden]
        self._deltas: list[Tensor] = []
        self._gated_weight: Tensor | None = None
        self._gated_x: Tensor | None = None

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
        network = self._network
        self._x, self._values = x, network.spread_gates(gates)
        self._first_layer()
        layers = zip(
            network.weights.values[1:],
            network.biases.values[1:],
            self._sums,
            self._hidden,
            self._sums[1:],
            strict=False,
        )
        for weight, bias, below, hidden, sums in layers:
            network.activation.forward(below, hidden)
            torch.baddbmm(bias.unsqueeze(-1), weight, hidden, out=sums)
        return self._sums[-1].mT

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
        """
        delta = gradient.mT
        for layer in range(len(self._hidden), 0, -1):
            if to_weights:
                self._set_gradients(layer, delta, self._hidden[layer - 1].mT)
            delta = self._delta_below(layer, delta)
        if self._values.dim() == 3:
            return self._back_to_rows(delta, to_weights, to_gates)
        return self._back_to_weight(delta, to_weights, to_gates)

    def _first_layer(self) -> None:
        weight, bias = (
            b.values[0] for b in (self._network.weights, self._network.biases)
        )
        x, values, sums = self._x, self._values, self._sums[0]
        if values.dim() == 3:
            self._gated_x = torch.mul(x, values, out=self._gated_x)
            torch.baddbmm(bias.unsqueeze(-1), weight, self._gated_x.mT, out=sums)
            return
        self._gated_weight = torch.mul(
            weight, values.unsqueeze(1), out=self._gated_weight
        )
        if len(x) == len(weight):
            torch.baddbmm(bias.unsqueeze(-1), self._gated_weight, x.mT, out=sums)
        else:
            wide = self._gated_weight.flatten(0, 1)
            torch.addmm(bias.view(-1, 1), wide, x[0].T, out=sums.flatten(0, 1))

    def _set_gradients(self, layer: int, delta: Tensor, inputs: Tensor) -> None:
        torch.bmm(delta, inputs, out=self._network.weights.gradients[layer])
        torch.sum(delta, -1, out=self._network.biases.gradients[layer])

    def _delta_below(self, layer: int, delta: Tensor) -> Tensor:
        """Gradient with respect to the sums of the layer below."""
        if not self._deltas:
            self._deltas = [torch.empty_like(sums) for sums in self._sums[:-1]]
        network, below = self._network, layer - 1
        saved = self._hidden if network.activation.saves_output else self._sums
        out = self._deltas[below]
        torch.bmm(network.weights.values[layer].mT, delta, out=out)
        network.activation.backward(out, saved[below], out)
        return out

    def _back_to_weight(
        self, delta: Tensor, to_weights: bool, to_gates: bool
    ) -> Tensor | None:
        """Go back through a first layer whose weights were gated."""
        weight, scratch = self._network.weights.values[0], self._gated_weight
        assert scratch is not None
        product = self._network.weights.gradients[0] if to_weights else scratch
        if len(self._x) == len(weight):
            torch.bmm(delta, self._x, out=product)
        else:
            torch.mm(delta.flatten(0, 1), self._x[0], out=product.flatten(0, 1))
        gate_gradient = None
        if to_gates:
            values = torch.mul(product, weight, out=scratch).sum(1)
            gate_gradient = self._network.collect_gates(values)
        if to_weights:
            product.mul_(self._values.unsqueeze(1))
            torch.sum(delta, -1, out=self._network.biases.gradients[0])
        return gate_gradient

    def _back_to_rows(
        self, delta: Tensor, to_weights: bool, to_gates: bool
    ) -> Tensor | None:
        """Go back through a first layer whose input was gated."""
        gated_x = self._gated_x
        assert gated_x is not None
        if to_weights:
            self._set_gradients(0, delta, gated_x)
        if not to_gates:
            return None
        torch.bmm(delta.mT, self._network.weights.values[0], out=gated_x)
        return self._network.collect_gates(gated_x.mul_(self._x))
