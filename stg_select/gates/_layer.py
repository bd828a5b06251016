"""The layer of Gaussian stochastic gates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any, Literal, Self, get_args

import torch
from torch import Tensor, nn

from stg_select.gates._formulas import (
    INITIAL_MU,
    INITIAL_MU_STD,
    active_probs,
    gate_values,
    sample_gates,
)

RegReduction = Literal["sum", "mean", "none"]

_FLOATS = (torch.float32, torch.float64, torch.bfloat16, torch.float16)
_INTEGERS = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)


class GaussianStochasticGates(nn.Module):
    r"""Multiply the elements of an input by learned stochastic gates.

    Each gate d has one learned mean :math:`\mu_d`. In training the gate is
    :math:`z_d = \max(0, \min(1, \mu_d + \epsilon_d))` with noise
    :math:`\epsilon_d \sim N(0, \sigma^2)` drawn anew for each example; in
    evaluation it is :math:`\max(0, \min(1, \mu_d))`. The expected number of open
    gates :math:`\sum_d \Phi(\mu_d / \sigma)`, times `reg_weight`, is returned as
    the penalty to add to the loss. Both formulas are from [1]_.

    Parameters
    ----------
    n_gates : int
        Number of gates.
    mask : Tensor of integers, default=None
        Index of the gate of each element, broadcastable to the input without its
        batch dimension. Elements of equal index share their gate; every index
        0..n_gates-1 must occur. If None, each element has a gate of its own.
    reg_weight : float, default=1.0
        Weight of the penalty, not negative.
    std : float, default=0.5
        Standard deviation sigma of the noise, positive.
    reg_reduction : {"sum", "mean", "none"}, default="sum"
        Whether the penalty is summed or averaged over the gates or left as one
        term per gate.
    generator : torch.Generator, default=None
        Source of the first `mu` and of all noise; None is torch's global one.

    Attributes
    ----------
    mu : Parameter of shape (n_gates,)
        Means of the gates, drawn from N(0.5, 0.01^2) at the start.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or out of its range, or if the mask has
        negative or unused indices or a maximum other than ``n_gates - 1``.

    See Also
    --------
    stg_select.GaussianGateSelector : Trains such gates inside a scikit-learn selector.

    Notes
    -----
    The layer takes the place of ``captum.module.GaussianStochasticGates``: the same
    torch seed gives the same outputs on the CPU, and state dicts go both ways. It
    goes beyond it in keeping the dtype of the input, whatever the dtype of `mu`.

    A closed gate multiplies by 0, and 0 times NaN or infinity is NaN, as in Captum's
    layer: fill missing values in before.

    Under ``torch.func.vmap(randomness="different")`` each call draws noise of its own.
    ``torch.jit.script``, which torch has given up, does not take the layer; use
    ``torch.compile`` or ``torch.export``. Replicas of ``nn.DataParallel`` share a
    `generator`, so that their draws come in no fixed order.

    A `generator` stays where it is when the layer moves: noise is drawn on the
    generator's device and copied, so that a CPU generator gives the same noise on
    every device. It is not part of the state dict. A deep copy or pickle of the
    layer holds a copy of it that goes on from the same state; layers that share a
    generator share it in the copy too. ``torch.compile`` cannot trace a draw from a
    generator and breaks the graph there, which ``fullgraph=True`` forbids;
    evaluation, and training with ``generator=None``, are a single graph.

    References
    ----------
    .. [1] Y. Yamada, O. Lindenbaum, S. Negahban and Y. Kluger, "Feature Selection
       using Stochastic Gates", ICML 2020, arXiv:1810.04247.

    Examples
    --------
    >>> import torch
    >>> from stg_select import GaussianStochasticGates
    >>> mu = torch.tensor([1.2, 0.5, -0.7])
    >>> gates = GaussianStochasticGates.from_pretrained(mu, reg_weight=0.1).eval()
    >>> gated, penalty = gates(torch.ones(2, 3))
    >>> gated
    tensor([[1.0000, 0.5000, 0.0000],
            [1.0000, 0.5000, 0.0000]], grad_fn=<MulBackward0>)
    >>> round(penalty.item(), 4)
    0.1914
    """

    mask: Tensor | None

    def __init__(
        self,
        n_gates: int,
        mask: Tensor | None = None,
        reg_weight: float = 1.0,
        std: float = 0.5,
        reg_reduction: RegReduction = "sum",
        *,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        _check_settings(n_gates, reg_weight, std, reg_reduction, generator)
        if mask is not None:
            _check_mask(mask, n_gates)
            mask = mask.detach().to(torch.int64, copy=True)
        self.n_gates = int(n_gates)
        self.reg_weight = float(reg_weight)
        self.std = float(std)
        self.reg_reduction = reg_reduction
        self.generator = generator
        self.register_buffer("mask", mask)
        self.mu = nn.Parameter(torch.empty(self.n_gates))
        with torch.no_grad():
            start = self._draw((self.n_gates,), INITIAL_MU, INITIAL_MU_STD)
            self.mu.copy_(start)

    @classmethod
    def from_pretrained(cls, mu: Tensor, *args: Any, **kwargs: Any) -> Self:
        """Make a layer whose gates have the given means.

        Parameters
        ----------
        mu : Tensor of floats, shape (n_gates,)
            Means of the gates; the layer copies them, dtype and device included.
        *args, **kwargs : Any
            The arguments of the class that follow `n_gates`.

        Returns
        -------
        gates : GaussianStochasticGates
            The new layer.
        """
        _check_tensor("mu", mu, "floats")
        if mu.ndim != 1:
            raise ValueError(f"mu must be one-dimensional, got {tuple(mu.shape)}.")
        gates = cls(mu.numel(), *args, **kwargs)
        gates.to(device=mu.device, dtype=mu.dtype)
        gates.load_state_dict({"mu": mu}, strict=False)
        return gates

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Gate a batch and return it with the penalty.

        Parameters
        ----------
        x : Tensor of shape (B, ...)
            A batch of B examples, each of `n_gates` elements if there is no mask.

        Returns
        -------
        gated_x : Tensor of the shape of x
            The input times its gates, of the dtype of the input if that is floating.
        l0_reg : Tensor of shape () or (n_gates,)
            The penalty to add to the loss, of the dtype of `mu`; one term per gate
            if ``reg_reduction="none"``.

        Raises
        ------
        TypeError
            If `x` is no tensor.
        ValueError
            If `x` has no batch dimension or fits neither `n_gates` nor the mask.
        """
        self._check_input(x)
        if self.training:
            noise = self._draw((x.shape[0], self.n_gates), mean=0.0, std=self.std)
            gates = sample_gates(self.mu, noise)
        else:
            gates = gate_values(self.mu).unsqueeze(0)

        if self.mask is not None:
            index = self.mask.expand((1, *x.shape[1:])).reshape(-1)
            gates = gates.index_select(1, index)
        gated_x = x * gates.reshape((gates.shape[0], *x.shape[1:]))
        if x.is_floating_point():
            gated_x = gated_x.to(x.dtype)

        l0_reg = active_probs(self.mu, self.std)
        if self.reg_reduction == "sum":
            l0_reg = l0_reg.sum()
        elif self.reg_reduction == "mean":
            l0_reg = l0_reg.mean()
        return gated_x, l0_reg * self.reg_weight

    def get_gate_values(self, clamp: bool = True) -> Tensor:
        """Return the gates without noise, as a detached copy.

        Parameters
        ----------
        clamp : bool, default=True
            If False, return `mu` as it is, else the gates in [0, 1].

        Returns
        -------
        values : Tensor of shape (n_gates,)
            See :func:`gate_values`.
        """
        return gate_values(self.mu.detach(), clamp).clone()

    def get_gate_active_probs(self) -> Tensor:
        """Return the probabilities that the gates are open, detached.

        Returns
        -------
        probs : Tensor of shape (n_gates,)
            See :func:`active_probs`.
        """
        return active_probs(self.mu.detach(), self.std)

    def _load_from_state_dict(
        self, state_dict: Mapping[str, Any], prefix: str, *args: Any, **kwargs: Any
    ) -> None:
        """Refuse an illegal mask, which would index beyond the gates."""
        mask = state_dict.get(f"{prefix}mask")
        if self.mask is not None and mask is not None and not mask.is_meta:
            _check_mask(mask, self.n_gates)
        super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)

    def _draw(self, size: tuple[int, ...], mean: float, std: float) -> Tensor:
        """Draw in torch's default dtype, as Captum does, whatever the dtype of mu."""
        device = self.mu.device
        if self.generator is None:
            return torch.normal(mean, std, size, device=device)
        draw = torch.empty(size, device=self.generator.device)
        return draw.normal_(mean, std, generator=self.generator).to(device)

    def _check_input(self, x: Tensor) -> None:
        """Refuse an input by its type and shape alone, which compilers can follow."""
        if not isinstance(x, Tensor):
            raise TypeError(f"The input must be a tensor, got {type(x)}.")
        if x.ndim < 2:
            raise ValueError(
                "The input must have a batch dimension and at least one more, got "
                f"shape {tuple(x.shape)}."
            )
        example = (1, *x.shape[1:])
        if self.mask is None:
            if math.prod(example) != self.n_gates:
                raise ValueError(
                    "Without a mask each example of the input must have n_gates="
                    f"{self.n_gates} elements, got {math.prod(example)}."
                )
            return
        # A mask may name the batch dimension, but not tell examples apart.
        shape = self.mask.shape
        if len(shape) > len(example) or any(
            shape[-i] != 1 and shape[-i] != example[-i]
            for i in range(1, len(shape) + 1)
        ):
            raise ValueError(
                f"The mask of shape {tuple(shape)} must be broadcastable to the input "
                f"without its batch dimension, got {example[1:]}."
            )


def _check_settings(
    n_gates: Any, reg_weight: Any, std: Any, reg_reduction: Any, generator: Any
) -> None:
    if not isinstance(n_gates, Integral):
        raise TypeError(f"n_gates must be an int, got {n_gates!r}.")
    if n_gates < 1:
        raise ValueError(f"n_gates must be at least 1, got {n_gates!r}.")
    for name, value in (("reg_weight", reg_weight), ("std", std)):
        if not isinstance(value, Real):
            raise TypeError(f"{name} must be a float, got {value!r}.")
    if not 0 <= reg_weight < math.inf:
        raise ValueError(
            f"reg_weight must be finite and not negative, got {reg_weight!r}."
        )
    if not 0 < std < math.inf:
        raise ValueError(f"std must be finite and positive, got {std!r}.")
    if reg_reduction not in get_args(RegReduction):
        raise ValueError(
            f'reg_reduction must be "sum", "mean" or "none", got {reg_reduction!r}.'
        )
    if generator is not None and not isinstance(generator, torch.Generator):
        raise TypeError(f"generator must be a torch.Generator, got {generator!r}.")


def _check_tensor(name: str, value: Any, kind: Literal["integers", "floats"]) -> None:
    got = value.dtype if isinstance(value, Tensor) else type(value)
    allowed = _FLOATS if kind == "floats" else _INTEGERS
    if got not in allowed:
        raise TypeError(f"{name} must be a tensor of {kind}, got {got}.")


def _check_mask(mask: Tensor, n_gates: int) -> None:
    _check_tensor("mask", mask, "integers")
    used = set(mask.flatten().tolist())
    if used and min(used) < 0:
        raise ValueError(f"mask must not hold negative indices, got {min(used)}.")
    if used and max(used) != n_gates - 1:
        raise ValueError(
            f"The maximum of mask must be n_gates - 1 = {n_gates - 1}, got {max(used)}."
        )
    if len(used) < n_gates:
        first = next(gate for gate in range(n_gates) if gate not in used)
        raise ValueError(
            f"mask must use every index 0..{n_gates - 1}, got none for {first}."
        )
