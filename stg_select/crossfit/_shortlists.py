"""The gates of a table from best to worst, as a screen on some rows sees them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stg_select import screening
from stg_select.crossfit._table import EncodedTable
from stg_select.rules import promise, rank_gates

FloatArray = NDArray[np.floating]

# components whose pairs are looked through for every member, and for the ranking
MEMBER_PAIR_COLUMNS = 512
RANKING_PAIR_COLUMNS = 2048


@dataclass(frozen=True, eq=False)
class Shortlist:
    """The gates of a table in the order of a screen.

    Parameters
    ----------
    ranking : ndarray of int of shape (p,)
        1 for the best gate, 0 for gates that stay open.
    n_signals : int
        Gates above the level of chance, alone or in a pair or triple, of those that
        may close.
    terms : tuple of Found, default=()
        What the screen found.
    """

    ranking: NDArray[np.integer]
    n_signals: int
    terms: tuple[screening.Found, ...] = ()

    def best(self, size: int) -> NDArray[np.integer]:
        """Take the best gates.

        Parameters
        ----------
        size : int
            How many, besides those that stay open.

        Returns
        -------
        gates : ndarray of int
            Ascending, with those that stay open; all of them where there are no more.
        """
        return np.flatnonzero(self.ranking <= size)


def screen(
    table: EncodedTable, weight: FloatArray, pair_columns: int
) -> screening.GateScores:
    """Score the gates by what they add to those that stay open.

    They are scored against the null model's residual, or what columns that stay leave
    of it; these have no score of their own.

    Parameters
    ----------
    table : EncodedTable
    weight : ndarray of shape (n,)
        Row weights; rows of weight 0 are not looked at.
    pair_columns : int
        Components of which all pairs are looked at.

    Returns
    -------
    scores : GateScores
    """
    head = slice(screening.first_rows(weight)[-1] + 1)
    options = table.options
    scores = screening.gate_scores(
        table.ranks[head],
        table.component_gate,
        table.null_residual(weight, head),
        weight[head],
        pair_columns,
        None if table.rows.group is None else table.rows.group[head],
        given=options.kept if options.keeps else None,
        cost=options.cost if options.has_costs else None,
        times=table.times[head],
    )
    if not options.keeps:
        return scores
    return replace(
        scores,
        coefficient=np.where(options.kept, 0.0, scores.coefficient),
        marginal=np.where(options.kept, 0.0, scores.marginal),
    )


def shortlist(table: EncodedTable, scores: screening.GateScores) -> Shortlist:
    """Order the gates for a member.

    Parameters
    ----------
    table : EncodedTable
    scores : GateScores
        Of a screen on the member's network rows: if it saw the gate rows, they could
        not judge what it found.

    Returns
    -------
    shortlist : Shortlist
    """
    signals = int(np.count_nonzero(scores.marginal >= 1.0))
    best_first = promise(scores.coefficient, scores.marginal)
    kept = table.options.kept
    ranking = rank_gates(kept.astype(float), best_first) - np.count_nonzero(kept)
    return Shortlist(np.maximum(ranking, 0), signals, scores.terms)
