"""From trained members to what a selector says about every gate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select import rules
from stg_select.crossfit._agreement import stability
from stg_select.crossfit._table import EncodedTable
from stg_select.engine import PathResult
from stg_select.screening import Found, GateScores

FloatArray = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class GateOutcome:
    """One value for each of the caller's gates.

    Parameters
    ----------
    mu, active_probs, importances : ndarray of shape (n_gates,)
    prob_range : ndarray of shape (2, n_gates)
        Between which the probabilities of the middle 80 % of the members lie.
    ranking : ndarray of int of shape (n_gates,)
        Gates that stay open first, then the others from the best on.
    varies : ndarray of bool of shape (n_gates,)
        False for gates whose components are all constant.
    n_open : float
        Open gates of the average member, without those that stay open.
    n_clear : int
        Gates that the screen on all rows sees above the level of chance.
    open_share : ndarray of shape (n_gates,)
        Share of the members in which each gate is open.
    loss_without : ndarray of shape (n_gates,)
        By how much the loss of the average member rises when the gate is closed, in
        shares of the null deviance; NaN of members without gate rows.
    stability : float
        How far the members agree about which gates are open, see `stability`.
    screen_scores : ndarray of shape (n_gates,)
        Best score of each gate in the screen on all rows: 1 is the level of chance, 0
        that of a constant. NaN without a screen.
    alone_scores : ndarray of shape (n_gates,)
        The same of terms of single columns.
    in_pairs : ndarray of bool of shape (n_gates,)
        Gates that this screen looked at in pairs of any shape.
    terms : tuple of Found
        What this screen found, by the components of the table.
    counts : ndarray of bool of shape (K,)
        Which members count: those that explain more than their gates cost.
    """

    mu: FloatArray
    active_probs: FloatArray
    prob_range: FloatArray
    importances: FloatArray
    ranking: NDArray[np.integer]
    varies: NDArray[np.bool_]
    n_open: float
    n_clear: int
    open_share: FloatArray
    loss_without: FloatArray
    stability: float
    screen_scores: FloatArray
    alone_scores: FloatArray
    in_pairs: NDArray[np.bool_]
    terms: tuple[Found, ...]
    counts: NDArray[np.bool_]


def summarise(
    result: PathResult,
    trained: NDArray[np.integer],
    table: EncodedTable,
    n_gates: int,
    *,
    optimism: float | None,
    scores: GateScores | None,
    null_loss: float = 1.0,
    others_help: bool = False,
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
    scores : GateScores or None
        Of the screen on all rows; None if it has no say in the ranking.
    null_loss : float, default=1.0
        What members have to beat: the held-out loss, in shares of the null deviance,
        with no gate but those that stay open.
    others_help : bool, default=False
        Whether other gates are known to help those that stay open. A member may fit too
        much to these: then it is enough if it beats itself without the others.

    Returns
    -------
    outcome : GateOutcome
    """
    mu, probs, n_open = result.mu, result.active_probs, result.n_open
    counts = result.finite
    if optimism is not None:
        bar = _bar(result, table, null_loss, others_help=others_help)
        beats = _beats(result, trained, table, optimism, bar)
        counts = counts & beats
        n_open = n_open * beats
        mu, probs = (np.where(beats[:, None], v, np.nan) for v in (mu, probs))
    finite, n_table_gates = result.finite, len(table.gates)
    closed_mu, closed_prob = rules.CLOSED_MU, rules.CLOSED_PROB
    mu = rules.counted(mu[finite], closed_mu)
    probs = rules.counted(probs[finite], closed_prob)

    def in_table(values: NDArray, otherwise: float) -> NDArray:
        return _placed(values, trained, n_table_gates, otherwise)

    mean_mu = in_table(mu.mean(axis=0), closed_mu)
    mean_probs = in_table(probs.mean(axis=0), closed_prob)
    prob_range = in_table(np.quantile(probs, rules.MIDDLE, axis=0), closed_prob)
    prob_range[:, table.options.kept] = 1.0
    is_open = in_table(mu > 0.0, False) | table.options.kept
    loss_without = np.full(n_table_gates, np.nan)
    if optimism is not None:
        # what is closed, or belongs to a member that does not count, is not missed
        rise = np.where(is_open[:, trained], result.rise[finite], 0.0)
        loss_without = in_table(rise.mean(axis=0), 0.0)
    unseen, importances = np.nan, mean_probs
    if scores is None:
        scores = GateScores.unknown(n_table_gates)
    else:
        unseen = 0.0  # of constant features
        importances = rules.evidence(mean_probs, scores.coefficient, scores.marginal)
    n_clear = int(np.count_nonzero(scores.marginal >= 1.0))
    if table.options.keeps:
        mean_mu, mean_probs, importances = table.options.kept_first(
            mean_mu, mean_probs, importances
        )

    def for_all(values: NDArray, otherwise: float) -> NDArray:
        return _placed(values, table.gates, n_gates, otherwise)

    return GateOutcome(
        mu=for_all(mean_mu, closed_mu),
        active_probs=for_all(mean_probs, closed_prob),
        prob_range=for_all(prob_range, closed_prob),
        importances=for_all(importances, 0.0),
        ranking=rules.rank_gates(for_all(importances, -1.0), for_all(mean_mu, -1.0)),
        varies=np.isin(np.arange(n_gates), table.gates),
        n_open=float(n_open[finite].mean()),
        n_clear=n_clear,
        open_share=for_all(is_open.mean(axis=0), 0.0),
        loss_without=for_all(loss_without, 0.0 if optimism is not None else np.nan),
        stability=stability(is_open[:, ~table.options.kept]),
        screen_scores=for_all(scores.marginal, unseen),
        alone_scores=for_all(scores.alone, unseen),
        in_pairs=for_all(scores.in_pairs, False),
        terms=scores.terms,
        counts=counts,
    )


def _placed(
    values: NDArray, gates: NDArray[np.integer], n_gates: int, otherwise: float
) -> NDArray:
    """Bring values (..., q) of some gates to their places among all, (..., p)."""
    every = np.full((*values.shape[:-1], n_gates), otherwise, dtype=values.dtype)
    every[..., gates] = values
    return every


def _bar(
    result: PathResult, table: EncodedTable, null_loss: float, *, others_help: bool
) -> FloatArray:
    """Give every member the loss that it has to beat."""
    bar = np.full(len(result.loss), null_loss)
    if others_help:
        bar = np.fmax(bar, result.bare_loss)
    if table.options.keeps:
        # without another gate a member has nothing to say but what stays says
        bar = np.where(result.n_open, bar, 1.0)
    return bar


def _beats(
    result: PathResult,
    trained: NDArray[np.integer],
    table: EncodedTable,
    optimism: float,
    bar: FloatArray,
) -> NDArray[np.bool_]:
    """Tell which members explain more than their gates cost, beyond a loss of each.

    Where rows belong together, gates count by the rows that are evidence of them.
    """
    counted = result.n_open
    if table.gate_effects is not None:
        # NaN of gates that report nothing, infinite of those that stay open
        is_open = (result.mu > 0.0) & np.isfinite(result.mu)
        counted = is_open @ table.gate_effects[trained]
    loss = result.loss + (1.0 - bar)
    return rules.beats_null(loss, result.cost, counted, optimism)
