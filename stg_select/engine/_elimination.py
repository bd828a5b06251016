"""Closing gates that explain too little, one after the other."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

# mean of a gate that was closed: no learned one has it
CLOSED = -math.inf


def close_useless_gates(
    mu: Tensor, judged: Tensor, loss: Callable[[], Tensor], least_gain: Tensor
) -> None:
    """Close the gates without which the loss of their member hardly rises.

    Backward elimination: each member tries its gates one at a time, from the smallest
    mean on, and a gate that is closed stays so. All members try together.

    Parameters
    ----------
    mu : Tensor of shape (K, p)
        Means of the gates, written to; those of closed gates become `CLOSED`.
    judged : Tensor of bool of shape (K, p)
        The gates to try.
    loss : callable
        Tells the loss of every member at the present means, of shape (K,).
    least_gain : Tensor, broadcastable to (K, p)
        Smallest rise of the loss that keeps each gate open.
    """
    order = torch.where(judged, mu, torch.inf).argsort(dim=1, stable=True)
    best, least = loss(), least_gain.expand_as(mu)
    for candidate in order[:, : int(judged.sum(-1).max())].T.unsqueeze(-1):
        before = mu.gather(1, candidate)
        mu.scatter_(1, candidate, CLOSED)
        without = loss()
        useless = judged.gather(1, candidate).squeeze(-1)
        useless &= without - best < least.gather(1, candidate).squeeze(-1)
        best = torch.where(useless, without, best)
        after = torch.where(useless.unsqueeze(-1), CLOSED, before)
        mu.scatter_(1, candidate, after)


def rises_without(mu: Tensor, judged: Tensor, loss: Callable[[], Tensor]) -> Tensor:
    """Tell by how much the loss of their member rises without single gates.

    Parameters
    ----------
    mu : Tensor of shape (K, p)
        Means of the gates, which are the same again afterwards.
    judged : Tensor of bool of shape (K, p)
        The gates to leave out, one at a time.
    loss : callable
        Tells the loss of every member at the present means, of shape (K,).

    Returns
    -------
    rises : Tensor of shape (K, p)
        0 where a gate was not left out.
    """
    order = (~judged).byte().argsort(dim=1, stable=True)
    rises, whole = torch.zeros_like(mu), loss()
    for gate in order[:, : int(judged.sum(-1).max())].T.unsqueeze(-1):
        before = mu.gather(1, gate)
        mu.scatter_(1, gate, CLOSED)
        rise = (loss() - whole).unsqueeze(-1) * judged.gather(1, gate)
        rises.scatter_(1, gate, rise.to(rises.dtype))
        mu.scatter_(1, gate, before)
    return rises
