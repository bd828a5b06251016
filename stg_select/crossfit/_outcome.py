"""From trained members to what a selector says about every gate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select import rules
from stg_select.crossfit._shortlists import screen
from stg_select.crossfit._table import EncodedTable
from stg_select.engine import PathResult

FloatArray = NDArray[np.floating]

# components whose pairs are looked through once, for the ranking
RANKING_PAIR_COLUMNS = 2048


@dataclass(frozen=True, eq=False)
class GateOutcome:
    """One value for each of the caller's gates.

    Parameters
    ----------
    mu, active_probs, importances : ndarray of shape (n_gates,)
    ranking : ndarray of int of shape (n_gates,)
        Gates that stay open first, then the others from the best on.
    varies : ndarray of bool of shape (n_gates,)
        False for gates whose components are all constant.
    n_open : float
        Open gates of the average member, without those that stay open.
    n_clear : int
        Gates that the screen on all rows sees above the level of chance.
    """

    mu: FloatArray
    active_probs: FloatArray
    importances: FloatArray
    ranking: NDArray[np.integer]
    varies: NDArray[np.bool_]
    n_open: float
    n_clear: int


def summarise(
    result: PathResult,
    trained: NDArray[np.integer],
    table: EncodedTable,
    n_gates: int,
    *,
    optimism: float | None,
    screened: bool,
    null_loss: float = 1.0,
) -> GateOutcome:
    """Average the members and weigh them with the screen on all rows.

    Parameters
    ----------
    result : PathResult
        With at least one finite member.
    trained : ndarray of int of shape (q,)
        The gates of the table that the result is about.
    table : EncodedTable
    n_gates : int
        Number of the caller's gates, those of constant features included.
    optimism : float or None
        What an open gate takes off a member's loss by having been fitted. A member
        that then does not beat the null model at its cost has its gates counted as
        closed. None lets every member count.
    screened : bool
        Whether the screen has a say in the ranking.
    null_loss : float, default=1.0
        What members have to beat: the held-out loss, in shares of the null deviance,
        with no gate but those that stay open.

    Returns
    -------
    outcome : GateOutcome
    """
    mu, probs, n_open = result.mu, result.active_probs, result.n_open
    if optimism is not None:
        counted = result.n_open
        if table.gate_effects is not None:
            # NaN of gates that report nothing, infinite of those that stay open
            is_open = (result.mu > 0.0) & np.isfinite(result.mu)
            counted = is_open @ table.gate_effects[trained]
        loss = result.loss + (1.0 - null_loss)
        beats = rules.beats_null(loss, result.cost, counted, optimism)
        n_open = n_open * beats
        mu, probs = (np.where(beats[:, None], v, np.nan) for v in (mu, probs))
    mean_mu = np.full(len(table.gates), rules.CLOSED_MU)
    mean_mu[trained] = rules.mean_over_members(mu[result.finite], rules.CLOSED_MU)
    mean_probs = np.full(len(table.gates), rules.CLOSED_PROB)
    mean_probs[trained] = rules.mean_over_members(
        probs[result.finite], rules.CLOSED_PROB
    )
    importances: FloatArray = mean_probs
    n_clear = 0
    if screened:
        scores = screen(table, table.weight, RANKING_PAIR_COLUMNS)
        importances = rules.evidence(mean_probs, scores.coefficient, scores.marginal)
        n_clear = int(np.count_nonzero(scores.marginal >= 1.0))
    if table.options.keeps:
        mean_mu, mean_probs, importances = table.options.kept_first(
            mean_mu, mean_probs, importances
        )

    def for_all(values: FloatArray, otherwise: float) -> FloatArray:
        every = np.full(n_gates, otherwise)
        every[table.gates] = values
        return every

    return GateOutcome(
        mu=for_all(mean_mu, rules.CLOSED_MU),
        active_probs=for_all(mean_probs, rules.CLOSED_PROB),
        importances=for_all(importances, 0.0),
        ranking=rules.rank_gates(for_all(importances, -1.0), for_all(mean_mu, -1.0)),
        varies=np.isin(np.arange(n_gates), table.gates),
        n_open=float(n_open[result.finite].mean()),
        n_clear=n_clear,
    )
