"""Components whose gates are open at a step: only they take part in its products."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

# Share of open components up to which leaving the others out saves time, and what
# their number is rounded up to: products are slow for widths between.
MAX_SHARE = 0.75
MULTIPLE = 8


@dataclass(frozen=True, eq=False)
class OpenComponents:
    """Some of the D components of each of L input batches, the same number D' of each.

    Parameters
    ----------
    index : Tensor of int of shape (L, D')
        The components.
    """

    index: Tensor

    def of_input(self, x: Tensor) -> Tensor:
        """Copy an input (L, B, D) with the components first in memory to (L, B, D')."""
        n_batches, n_rows, n_components = x.shape
        first = torch.arange(n_batches, device=x.device) * n_components
        index = (self.index + first.unsqueeze(-1)).flatten()
        part = x.mT.reshape(-1, n_rows).index_select(0, index)
        return part.view(n_batches, -1, n_rows).mT

    def of_members(self, values: Tensor) -> Tensor:
        """Copy values (K, ..., D) of members to (K, ..., D')."""
        return values.gather(-1, self._expand(values))

    def back(self, part: Tensor, values: Tensor) -> Tensor:
        """Write a part (K, ..., D') to its places in values (K, ..., D), else zeros."""
        return values.zero_().scatter_(-1, self._expand(values), part)

    def _expand(self, values: Tensor) -> Tensor:
        index = self.index
        if values.dim() == 3:
            index = index.unsqueeze(1)
        return index.expand(*values.shape[:-1], -1)


def find_open(factors: Tensor, x: Tensor) -> OpenComponents | None:
    """Find the components that are worth a copy.

    A component that all members which read it multiply by zero adds nothing to
    outputs or gradients. Copies are only worth it where whole components lie
    together in memory, and a look at the number of open gates only on the CPU,
    where it stops nothing.

    Parameters
    ----------
    factors : Tensor of shape (K, D)
        What each member multiplies its components by.
    x : Tensor of shape (L, B, D)
        Input rows.

    Returns
    -------
    components : OpenComponents or None
        All open components and as many others as fill each batch up to the same
        number; None to take all of them.
    """
    if x.device.type != "cpu" or not x.mT.is_contiguous():
        return None
    is_open = factors != 0
    if len(x) < len(factors):
        is_open = is_open.any(0, keepdim=True)
    width = int(is_open.sum(1).max())
    width = max(1, -(-width // MULTIPLE)) * MULTIPLE
    if width > MAX_SHARE * factors.shape[1]:
        return None
    order = torch.argsort(is_open.byte(), dim=1, descending=True, stable=True)
    return OpenComponents(order[:, :width])
