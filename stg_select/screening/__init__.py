r"""Which columns are worth a gate: terms that explain a residual, then their weights.

Letters: n rows, m columns, O outputs, p gates.

The screen looks at every column's ranks. Its dictionary holds smooth functions and
waves of one column, interactions of two columns of any shape (products of polynomials
of degree up to 4), sets of three columns of any shape (products of polynomials of
degree up to 2), and of four and five columns where all have few values. Terms enter
greedily, as in orthogonal matching pursuit [1]_: each round scores every term against
what the terms before it have not explained, and tests the best waves and sets of
columns exactly. A regression on straight and square terms of the best columns and the
terms that entered then weighs them against each other, which parts a true column from
its correlated neighbours: a Lasso of one output, a forward regression of several
outputs at once.

References
----------
.. [1] Y. C. Pati, R. Rezaiifar and P. S. Krishnaprasad, "Orthogonal matching pursuit",
   Asilomar Conference on Signals, Systems and Computers, 1993.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import Ranks
from stg_select.screening._clusters import Clusters
from stg_select.screening._first_rows import first_rows
from stg_select.screening._held_out import judged_on
from stg_select.screening._search import Search
from stg_select.screening._shuffles import plain_columns
from stg_select.screening._term_values import column_values, term_values
from stg_select.screening._terms import Found

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

__all__ = [
    "Clusters",
    "Found",
    "GateScores",
    "column_values",
    "first_rows",
    "gate_scores",
    "judged_on",
    "plain_columns",
    "term_values",
]

# rounds in which terms are looked for, each on what those before leave unexplained
N_ROUNDS = 4


@dataclass(frozen=True, eq=False)
class GateScores:
    """How much every gate can say about a residual.

    Parameters
    ----------
    coefficient : ndarray of shape (p,)
        Largest weight of a term of the gate. With one output, the absolute value of
        its Lasso coefficient in units of the residual's standard deviation, times the
        share by which it counts; with several, what it adds to them, see
        `_forward.forward_coefficients`.
    marginal : ndarray of shape (p,)
        Largest score of a term of the gate in any round; about 1 is what the best of
        as many independent terms reaches by chance.
    alone : ndarray of shape (p,)
        That of its terms of one column.
    in_pairs : ndarray of bool of shape (p,)
        Gates of which a column was looked at in pairs of any shape.
    terms : tuple of Found
        The terms that entered, by the columns of the table.
    """

    coefficient: FloatArray
    marginal: FloatArray
    alone: FloatArray
    in_pairs: NDArray[np.bool_]
    terms: tuple[Found, ...]

    @classmethod
    def unknown(cls, n_gates: int) -> GateScores:
        """Say nothing of gates that were not screened.

        Parameters
        ----------
        n_gates : int

        Returns
        -------
        scores : GateScores
            NaN; no gate was looked at in pairs, and no term found.
        """
        nothing = np.full(n_gates, np.nan)
        return cls(nothing, nothing, nothing, np.zeros(n_gates, dtype=bool), ())


def gate_scores(
    u: Ranks,
    column_gate: IntArray,
    residual: FloatArray,
    weight: FloatArray,
    pair_columns: int,
    group: IntArray | None = None,
    *,
    given: NDArray[np.bool_] | None = None,
    cost: FloatArray | None = None,
    times: FloatArray | None = None,
) -> GateScores:
    """Score every gate against a residual.

    Parameters
    ----------
    u : ndarray or SparseRanks of shape (n, m)
        Columns mapped to (-1, 1) by their ranks.
    column_gate : ndarray of int of shape (m,)
        Gate of each column, ascending, every gate at least once.
    residual : ndarray of shape (n, O)
        Negative gradient of the loss.
    weight : ndarray of shape (n,)
        Row weights; no rows are looked at but `first_rows`.
    pair_columns : int
        Columns of which all pairs are looked at, at 1000 rows; with more rows fewer.
    group : ndarray of int of shape (n,) or None, default=None
        Groups of rows that are alike: what they say counts as the sums of groups.
    given : ndarray of bool of shape (p,) or None, default=None
        Gates that are taken as given: others count for what they add, alone or
        together with a column of these.
    cost : ndarray of shape (p,) or None, default=None
        What gates cost, 1 for the usual price: dear ones have to say more for the same
        score, and of columns that say the same the regression prefers the cheapest.
    times : ndarray of shape (n,) or None, default=None
        How often each row comes as rows of its own; None for once.

    Returns
    -------
    scores : GateScores
    """
    rows = first_rows(weight)
    if group is not None:
        rows = rows[np.argsort(group[rows], kind="stable")]
        group = group[rows]
    columns = None if given is None else np.flatnonzero(given[column_gate])
    times = None if times is None else times[rows]
    data = u, rows, residual[rows], weight[rows]
    search = Search(*data, pair_columns, group, columns, times)
    for _ in range(N_ROUNDS):
        if not search.next_round():
            break
    coefficient = search.coefficients(None if cost is None else cost[column_gate])
    starts = np.flatnonzero(np.diff(column_gate, prepend=-1))
    marginal = np.maximum.reduceat(search.marginal, starts)
    if cost is not None:  # the square of a score is what it adds to the log-likelihood
        marginal = marginal / np.sqrt(np.maximum(cost, 1.0))
    return GateScores(
        np.maximum.reduceat(coefficient, starts),
        marginal,
        np.maximum.reduceat(search.alone, starts),
        np.logical_or.reduceat(search.in_pairs, starts),
        tuple(search.found()),
    )
