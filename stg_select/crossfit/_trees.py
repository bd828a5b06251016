"""Boosted trees on the best gates, as judges of how many are needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stg_select.boosting import N_VALUES, boosted_outputs
from stg_select.crossfit._judged_rows import JudgedRows
from stg_select.crossfit._table import EncodedTable

FloatArray = NDArray[np.floating]


def tree_losses(
    table: EncodedTable, rows: JudgedRows, sizes: Sequence[int]
) -> FloatArray:
    """Judge boosted trees on the best gates of a split by its gate rows.

    Parameters
    ----------
    table : EncodedTable
        With an objective that has trees.
    rows : JudgedRows
    sizes : sequence of S int
        Numbers of best gates.

    Returns
    -------
    losses : ndarray of shape (T, S)
        Mean loss of the gate rows after each of T trees, in shares of the null
        deviance.
    """
    # a row that comes again and again counts as so many
    times = rows.learn * (table.times / table.weight)[rows.network]
    weight = rows.learn * (times.sum() / rows.learn.sum())
    target = table.target[rows.network]
    losses = []
    for size in sizes:
        columns = np.flatnonzero(rows.rank <= size)
        learn, judge = (_values(table, r, columns) for r in (rows.network, rows.gate))
        raw = boosted_outputs(table.objective, learn, target, weight, judge)
        losses.append(rows.losses(table, raw))
    return np.stack(losses, axis=1)


def _values(
    table: EncodedTable, rows: NDArray[np.integer], columns: NDArray[np.integer]
) -> FloatArray:
    """Ranks of some rows and components, in as many steps as trees tell apart."""
    values: FloatArray = table.ranks[rows[:, None], columns]
    return np.round((N_VALUES // 2) * values)
