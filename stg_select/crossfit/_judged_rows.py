"""The rows of a split as regressions and trees see them, which judge sets of gates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select import screening
from stg_select.crossfit._members import Split
from stg_select.crossfit._table import EncodedTable

FloatArray = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class JudgedRows:
    """Rows of a split, and what the screen of its network rows has found.

    Parameters
    ----------
    network, gate : ndarray of int of shape (n',), (n'',)
        Network rows and gate rows of the table.
    learn, judge : ndarray of shape (n',), (n'',)
        Their weights.
    rank : ndarray of int of shape (m,)
        Rank of the gate of each component: 1 for the best one, 0 if it stays open.
    values : ndarray of shape (D, n' + n'')
        Terms of the screen, fitted to the network rows.
    needed : ndarray of int of shape (D,)
        How many of the best gates each takes.
    """

    network: NDArray[np.integer]
    gate: NDArray[np.integer]
    learn: FloatArray
    judge: FloatArray
    rank: NDArray[np.integer]
    values: FloatArray
    needed: NDArray[np.integer]

    @property
    def rows(self) -> NDArray[np.integer]:
        """Network rows, then gate rows."""
        return np.concatenate([self.network, self.gate])

    def losses(self, table: EncodedTable, raw: FloatArray) -> FloatArray:
        """Judge raw outputs of several models for the gate rows.

        Parameters
        ----------
        table : EncodedTable
        raw : ndarray of shape (K, O, n'')

        Returns
        -------
        losses : ndarray of shape (K,)
            Mean losses, in shares of the null deviance of all rows of the split.
        """
        objective, target = table.objective, table.target
        unit = objective.null_deviance(
            target[self.rows], np.concatenate([self.learn, self.judge])
        )
        loss = objective.losses_of(raw, target[self.gate], self.judge)
        return loss / (self.judge.sum() * unit)


def judged_rows(table: EncodedTable, split: Split) -> JudgedRows:
    """Fit the terms of a split's screen to its network rows.

    Parameters
    ----------
    table : EncodedTable
    split : Split
        With gate rows and a shortlist.

    Returns
    -------
    rows : JudgedRows
        Of a long table as many as a screen looks at.
    """
    assert split.gate_row_weights is not None
    assert split.shortlist is not None
    ranking, terms = split.shortlist.ranking, split.shortlist.terms
    weights = split.network_weights, split.gate_row_weights
    network, gate = (screening.first_rows(w) for w in weights)
    learn = weights[0][network].astype(np.float64)
    judge = weights[1][gate].astype(np.float64)
    target = table.target[network]
    null = table.objective.null_raw(target, learn)
    residual = table.objective.residual(null, target, learn)
    rows = np.concatenate([network, gate])
    values, term = screening.term_values(terms, table.ranks, rows, residual, learn)
    rank = ranking[table.component_gate]
    needed = np.array([rank[list(term.columns)].max() for term in terms], dtype=int)
    return JudgedRows(network, gate, learn, judge, rank, values, needed[term])
