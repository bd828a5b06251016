"""Rows in the order of their times, and who is at risk at each of them.

Shapes (K, B) throughout: K members, B rows, from the latest to the earliest.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

# Logarithm of nothing. A true minus infinity in front of a cumulative sum of
# exponentials has no gradient.
LOG_ZERO = -1e30


class RiskSets(NamedTuple):
    """What the hazards of rows are compared with, whatever these hazards are.

    Parameters
    ----------
    order : Tensor of int
        Position of each row in the batch.
    first, last : Tensor of int
        Places of the first and of the last row of the same time.
    weight, log_weight : Tensor
    is_event : Tensor of bool
        Events of rows of positive weight.
    mass : Tensor
        Weight of the term of each event.
    share : Tensor or None
        Share of the events of its time that have left the risk set before each event;
        None where all of them stay.
    """

    order: Tensor
    first: Tensor
    last: Tensor
    weight: Tensor
    log_weight: Tensor
    is_event: Tensor
    mass: Tensor
    share: Tensor | None

    @classmethod
    def of(cls, target: Tensor, weight: Tensor, n_members: int, ties: str) -> RiskSets:
        """Sort the rows of a batch.

        Parameters
        ----------
        target : Tensor of int of shape (K, B) or (1, B)
            Twice the rank of each time, plus 1 for an event.
        weight : Tensor of shape (K, B) or (1, B)
        n_members : int
            Members K.
        ties : {"efron", "breslow"}

        Returns
        -------
        sets : RiskSets
        """
        order = target.argsort(dim=-1, descending=True)
        code = target.gather(1, order)
        late_first = -(code >> 1)
        first = torch.searchsorted(late_first, late_first)
        last = torch.searchsorted(late_first, late_first, right=True) - 1
        shape = (n_members, target.shape[1])
        order, first, last, code = (
            values.expand(shape) for values in (order, first, last, code)
        )
        weight = weight.expand(shape).gather(1, order)
        used = weight > 0.0
        log_weight = torch.where(used, weight, 1.0).log()
        log_weight = torch.where(used, log_weight, LOG_ZERO)
        is_event = used & (code & 1).bool()
        mass, share = torch.where(is_event, weight, 0.0), None
        if ties == "efron":
            counts = is_event.to(weight.dtype)
            n_tied = _group_sum(counts, last).clamp(min=1.0)
            mass = torch.where(is_event, _group_sum(mass, last) / n_tied, 0.0)
            before = counts.cumsum(1) - counts
            share = (before - before.gather(1, first)) / n_tied
        return cls(order, first, last, weight, log_weight, is_event, mass, share)

    def log_at_risk(self, log_hazard: Tensor) -> Tensor:
        """Logarithm of the hazards that each event is compared with.

        Parameters
        ----------
        log_hazard : Tensor
            In the order of the times.

        Returns
        -------
        log_sum : Tensor
            Of rows without an event it means nothing.
        """
        level = self.log_weight + log_hazard
        at_risk = torch.logcumsumexp(level, 1).gather(1, self.last)
        if self.share is None:
            return at_risk
        tied = _group_log_sum(torch.where(self.is_event, level, LOG_ZERO), self.last)
        left = torch.where(self.is_event, tied - at_risk, LOG_ZERO).clamp(max=0.0)
        return at_risk + torch.log1p(-self.share * left.exp())

    def expected_events(self, log_hazard: Tensor) -> Tensor:
        """Weighted events that each row was to have by its time, given all events.

        Parameters
        ----------
        log_hazard : Tensor
            In the order of the times.

        Returns
        -------
        expected : Tensor
        """
        log_mass = torch.where(self.is_event, self.mass, 1.0).log()
        step = log_mass - self.log_at_risk(log_hazard)
        step = torch.where(self.is_event, step, LOG_ZERO)
        until = torch.logcumsumexp(step.flip(1), 1).flip(1).gather(1, self.first)
        level = self.log_weight + log_hazard
        expected = (level + until).exp()
        if self.share is None:
            return expected
        # an event is at risk only until its own turn among those of its time
        share = torch.where(self.share > 0.0, self.share, 1.0).log()
        gone = torch.where(self.share > 0.0, step + share, LOG_ZERO)
        gone = (level + _group_log_sum(gone, self.last)).exp()
        return torch.where(self.is_event, expected - gone, expected)


def _group_sum(values: Tensor, group: Tensor) -> Tensor:
    """Sum of the values of each row's group, groups being numbered by places."""
    return torch.zeros_like(values).scatter_add(1, group, values).gather(1, group)


def _group_log_sum(values: Tensor, group: Tensor) -> Tensor:
    """Logarithm of the sum of the exponentials of each row's group."""
    with torch.no_grad():
        largest = torch.full_like(values, LOG_ZERO)
        largest = largest.scatter_reduce(1, group, values, "amax").gather(1, group)
    return largest + _group_sum((values - largest).exp(), group).log()
