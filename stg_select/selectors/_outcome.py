"""From trained members to what a selector says about every gate."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning

from stg_select import rules
from stg_select.engine import PathResult, TrainingConfig
from stg_select.selectors._members import RANKING_PAIR_COLUMNS, screen
from stg_select.selectors._table import Table

FloatArray = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class GateOutcome:
    """One value for each of the caller's gates.

    Parameters
    ----------
    mu, active_probs, importances : ndarray of shape (n_gates,)
    ranking : ndarray of int of shape (n_gates,)
        1 for the best gate.
    varies : ndarray of bool of shape (n_gates,)
        False for gates whose columns are constant.
    """

    mu: FloatArray
    active_probs: FloatArray
    importances: FloatArray
    ranking: NDArray[np.integer]
    varies: NDArray[np.bool_]


def summarise(
    result: PathResult,
    trained: NDArray[np.integer],
    table: Table,
    n_gates: int,
    *,
    optimism: float | None,
    screened: bool,
) -> GateOutcome:
    """Average the members and weigh them with the screen on all rows.

    Parameters
    ----------
    result : PathResult
        With at least one finite member.
    trained : ndarray of int of shape (q,)
        The gates of the table that the result is about.
    table : Table
    n_gates : int
        Number of the caller's gates, those of constant columns included.
    optimism : float or None
        What an open gate takes off a member's loss by having been fitted. A member
        that then does not beat the null model at its cost has its gates counted as
        closed. None lets every member count.
    screened : bool
        Whether the screen has a say in the ranking.

    Returns
    -------
    outcome : GateOutcome
    """
    mu, probs = result.mu, result.active_probs
    if optimism is not None:
        beats = rules.beats_null(result.loss, result.cost, result.n_open, optimism)
        mu, probs = (np.where(beats[:, None], v, np.nan) for v in (mu, probs))
    mean_mu = np.full(len(table.gates), rules.CLOSED_MU)
    mean_mu[trained] = rules.mean_over_members(mu[result.finite], rules.CLOSED_MU)
    mean_probs = np.full(len(table.gates), rules.CLOSED_PROB)
    mean_probs[trained] = rules.mean_over_members(
        probs[result.finite], rules.CLOSED_PROB
    )
    importances: FloatArray = mean_probs
    if screened:
        scores = screen(table, table.weight, RANKING_PAIR_COLUMNS)
        importances = rules.evidence(mean_probs, scores.coefficient, scores.marginal)

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
    )


def check_members(result: PathResult, config: TrainingConfig) -> None:
    """Warn of members that failed, did not finish or could not.

    Parameters
    ----------
    result : PathResult
    config : TrainingConfig
        What the members were trained with.

    Raises
    ------
    ValueError
        If no member is left.
    """
    n_members = len(result.finite)
    n_failed = int((~result.finite).sum())
    if n_failed == n_members:
        msg = (
            "The loss of every member stopped being finite; lower "
            f"learning_rate_init, got {config.learning_rate!r}."
        )
        raise ValueError(msg)
    if n_failed:
        warnings.warn(
            f"The loss of {n_failed} of {n_members} members stopped being finite; "
            "they are left out. Lower learning_rate_init.",
            ConvergenceWarning,
            stacklevel=6,
        )
    n_unfinished = int((result.finite & ~result.converged).sum())
    if config.n_iter_no_change is not None and n_unfinished:
        warnings.warn(
            f"{n_unfinished} of {n_members} members were still improving after "
            f"max_iter={config.max_iter} steps; raise max_iter.",
            ConvergenceWarning,
            stacklevel=6,
        )
    if (config.max_iter - config.warm_up) * config.gate_learning_rate < config.mu_init:
        warnings.warn(
            f"No gate can close within max_iter={config.max_iter} steps of "
            f"gate_learning_rate_init={config.gate_learning_rate!r}; raise max_iter.",
            ConvergenceWarning,
            stacklevel=6,
        )
