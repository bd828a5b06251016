"""Activations of the hidden layers and their derivatives, in given memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Activation:
    """An elementwise function and the way back through it.

    Parameters
    ----------
    forward : callable
        ``forward(x, out)`` writes the values at `x` to `out`.
    backward : callable
        ``backward(gradient, saved, out)`` writes the gradient with respect to the
        input to `out`, which may be `gradient`.
    saves_output : bool
        Whether `saved` is the output, so that it may take the place of the input, or
        the input.
    """

    forward: Callable[[Tensor, Tensor], object]
    backward: Callable[[Tensor, Tensor, Tensor], object]
    saves_output: bool


aten = torch.ops.aten

ACTIVATIONS = {
    "relu": Activation(
        lambda x, out: torch.clamp(x, min=0.0, out=out),
        lambda gradient, saved, out: aten.threshold_backward.grad_input(
            gradient, saved, 0.0, grad_input=out
        ),
        saves_output=True,
    ),
    "tanh": Activation(
        lambda x, out: torch.tanh(x, out=out),
        lambda gradient, saved, out: aten.tanh_backward.grad_input(
            gradient, saved, grad_input=out
        ),
        saves_output=True,
    ),
    "logistic": Activation(
        lambda x, out: torch.sigmoid(x, out=out),
        lambda gradient, saved, out: aten.sigmoid_backward.grad_input(
            gradient, saved, grad_input=out
        ),
        saves_output=True,
    ),
    "silu": Activation(
        lambda x, out: aten.silu.out(x, out=out),
        lambda gradient, saved, out: aten.silu_backward.grad_input(
            gradient, saved, grad_input=out
        ),
        saves_output=False,
    ),
}
