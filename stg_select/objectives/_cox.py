"""Partial likelihood of Cox's proportional hazards, for times to an event."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stg_select.objectives._objective import EncodedTarget, Objective
from stg_select.objectives._risk_sets import RiskSets
from stg_select.weighted import are_whole

FloatArray = NDArray[np.floating]


class Cox(Objective):
    r"""Negative log partial likelihood of proportional hazards, with Efron's ties.

    .. math:: \sum_{i: \text{event}} \Big( \log \sum_{j: t_j \geq t_i} w_j e^{r_j}
        - r_i \Big)

    with the raw output r, a log hazard [1]_. Events of one time leave the sum one
    after the other, each with the mean share of them [2]_; they weigh as much as they
    do on average. Targets are whole numbers of shape (n,): twice the rank of the time,
    plus 1 for an event.

    A row is compared with all others at risk, so risk sets of fewer rows are smaller
    and their losses too. The loss therefore is that of the null model on the whole
    table, plus what the outputs lose against the null model on the rows at hand: it
    means the same on any part of a table. The residuals are martingale residuals [3]_.

    Parameters
    ----------
    null_loss : float
        Mean loss of the null model on the whole table.

    References
    ----------
    .. [1] D. R. Cox, "Regression Models and Life-Tables", Journal of the Royal
       Statistical Society B 34, 1972.
    .. [2] B. Efron, "The Efficiency of Cox's Likelihood Function for Censored Data",
       Journal of the American Statistical Association 72, 1977.
    .. [3] T. M. Therneau, P. M. Grambsch and T. R. Fleming, "Martingale-Based
       Residuals for Survival Models", Biometrika 77, 1990.
    """

    name = "cox"
    needs_full_batch = True
    prediction = "log hazard"
    ties: ClassVar[str] = "efron"

    def __init__(self, null_loss: float) -> None:
        super().__init__(n_outputs=1)
        self.null_loss = null_loss

    def loss(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        sets, log_hazard = self._sorted(raw, target, weight)
        null = sets.log_at_risk(torch.zeros_like(log_hazard))
        lost = sets.mass * (sets.log_at_risk(log_hazard) - null)
        lost = lost - sets.weight * log_hazard
        lost = torch.where(sets.is_event, lost, 0.0)
        return (lost + self.null_loss * sets.weight).sum(-1)

    def gradient(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        sets, log_hazard = self._sorted(raw, target, weight)
        error = sets.expected_events(log_hazard)
        error = error - torch.where(sets.is_event, sets.weight, 0.0)
        return torch.empty_like(error).scatter_(1, sets.order, error).unsqueeze(-1)

    def null_raw(self, target: NDArray, weight: FloatArray) -> FloatArray:
        return np.zeros(1)

    def strata(self, values: NDArray) -> NDArray:
        return values & 1

    def sameness(self, values: NDArray) -> str:
        rank, event = values >> 1, (values & 1) == 1
        if event.any() and np.count_nonzero(rank >= rank[event].min()) > 1:
            return ""
        return "no event while other rows are at risk"

    def _sorted(
        self, raw: Tensor, target: Tensor, weight: Tensor
    ) -> tuple[RiskSets, Tensor]:
        """Risk sets of each member, and its outputs in their order."""
        sets = RiskSets.of(target, weight.to(raw.dtype), len(raw), self.ties)
        return sets, raw.squeeze(-1).gather(1, sets.order)


class CoxBreslow(Cox):
    """As `Cox`, with Breslow's ties: events of one time see each other at risk [1]_.

    Parameters
    ----------
    null_loss : float
        Mean loss of the null model on the whole table.

    References
    ----------
    .. [1] N. Breslow, "Covariance Analysis of Censored Survival Data", Biometrics 30,
       1974.
    """

    name = "cox_breslow"
    ties = "breslow"


def encode_times(
    y: NDArray, weight: FloatArray, objective: type[Cox] = Cox
) -> EncodedTarget:
    """Encode events and times.

    Parameters
    ----------
    y : structured ndarray of shape (n,), or ndarray of shape (n, 2)
        Two fields, the event (true or false) and then the time; or two columns of
        which exactly one holds zeros and ones alone, the event.
    weight : ndarray of shape (n,)
        Rows of weight 0 do not count.
    objective : type, default=Cox
        How ties are dealt with.

    Returns
    -------
    encoded : EncodedTarget
        With values of shape (n,).

    Raises
    ------
    ValueError
        If y holds no events and times, times are negative or missing, or no event
        has other rows at risk.
    """
    event, time = _events_and_times(y, objective.name)
    if not np.isfinite(time).all():
        n_missing = int(np.count_nonzero(~np.isfinite(time)))
        msg = (
            f"objective={objective.name!r} expects finite times in y, got {n_missing} "
            "missing or infinite ones."
        )
        raise ValueError(msg)
    if time.min() < 0.0:
        msg = (
            f"objective={objective.name!r} expects times of at least 0 in y, "
            f"got {float(time.min())!r}."
        )
        raise ValueError(msg)
    if not event[weight > 0].any():
        msg = (
            f"objective={objective.name!r} expects events in y, got censored rows only."
        )
        raise ValueError(msg)
    null_loss = _null_loss(event, time, weight)
    if null_loss <= 0.0:
        msg = (
            f"objective={objective.name!r} expects an event in y while other rows are "
            "at risk, got one event only, at the last time."
        )
        raise ValueError(msg)
    # rows of weight 0 are left out later, and do not move the ranks of the others
    rank = np.searchsorted(np.unique(time[weight > 0]), time).astype(np.int64)
    return EncodedTarget(2 * rank + event, objective(null_loss))


def _events_and_times(
    y: NDArray, name: str
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Tell events and times apart."""
    if y.dtype.names is not None:
        first, second = y.dtype.names
        return y[first].astype(bool), y[second].astype(np.float64)
    if y.ndim != 2 or y.shape[1] != 2:
        msg = (
            f"objective={name!r} expects an event and a time for each row of y, as a "
            f"structured array or as two columns, got shape {y.shape!r}."
        )
        raise ValueError(msg)
    values = y.astype(np.float64)
    is_event = np.isin(values, (0.0, 1.0)).all(axis=0)
    if is_event.sum() != 1:
        which = "both columns do" if is_event.all() else "neither column does"
        msg = (
            f"objective={name!r} expects y as (event, time) or (time, event), where "
            f"the events alone hold only 0 and 1, but {which}."
        )
        raise ValueError(msg)
    place = int(is_event.argmax())
    return values[:, place] == 1.0, values[:, 1 - place]


def _null_loss(event: NDArray[np.bool_], time: FloatArray, weight: FloatArray) -> float:
    """Mean over the rows of the logarithm of how many are at risk at their event."""
    order = np.argsort(-time, kind="stable")
    order = order[weight[order] > 0]
    late_first, counts = -time[order], weight[order]
    if not are_whole(counts):
        counts = counts / counts.min()
    at_risk = np.cumsum(counts)
    at_risk = at_risk[np.searchsorted(late_first, late_first, side="right") - 1]
    return float(counts @ (event[order] * np.log(at_risk)) / counts.sum())
