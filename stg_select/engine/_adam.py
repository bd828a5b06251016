"""Adam with decoupled weight decay, without the machinery of torch's optimizers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.optim.adamw import adamw


class Group(NamedTuple):
    """One tensor of parameters with its step size and weight decay."""

    parameter: Tensor
    learning_rate: float
    weight_decay: float = 0.0


class Adam:
    """`torch.optim.AdamW` with its default moments, for few tensors.

    The first use of `torch.optim.Optimizer` imports torch's compiler, which takes as
    long as a whole fit of a small table and 70 MB; the function that it calls does not.

    Parameters
    ----------
    groups : sequence of Group

    Attributes
    ----------
    state : dict of Tensor to dict
        Number of steps and moments of each parameter that has had a gradient.
    """

    def __init__(self, groups: Sequence[Group]) -> None:
        self._groups = groups
        self.state: defaultdict[Tensor, dict[str, Tensor]] = defaultdict(dict)

    def step(self) -> None:
        """Update the parameters that have a gradient."""
        for parameter, learning_rate, weight_decay in self._groups:
            if parameter.grad is None:
                continue
            state = self.state[parameter]
            if not state:
                state["step"] = torch.zeros(
                    (), dtype=torch.float32, device=parameter.device
                )
                state["exp_avg"] = torch.zeros_like(parameter)
                state["exp_avg_sq"] = torch.zeros_like(parameter)
            adamw(
                [parameter],
                [parameter.grad],
                [state["exp_avg"]],
                [state["exp_avg_sq"]],
                [],
                [state["step"]],
                fused=True,
                amsgrad=False,
                beta1=0.9,
                beta2=0.999,
                lr=learning_rate,
                weight_decay=weight_decay,
                eps=1e-8,
                maximize=False,
            )
