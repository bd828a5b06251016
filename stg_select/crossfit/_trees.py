"""Boosted trees on the best gates, as judges of how many are needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stg_select.boosting import N_VALUES, boosted_outputs
from stg_select.crossfit._regressions import RegressionRows
from stg_select.crossfit._table import EncodedTable

FloatArray = NDArray[np.floating]


def tree_losses(
    table: EncodedTable, rows: RegressionRows, sizes: Sequence[int]
) -> FloatArray:
    """Judge boosted trees on the best gates of a split by its gate rows.

    Parameters
    ----------
    table : EncodedTable
        With an objective that trees can learn.
    rows : RegressionRows
    sizes : sequence of S int
        Numbers of best gates.

    Returns
    -------
    losses : ndarray of shape (T, S)
        Mean loss of the gate rows after each of T trees, in shares of the null
        deviance.
    """
    objective, target = table.objective, table.target
    rank = rows.ranking[table.component_gate]
    weight = rows.learn / rows.learn.mean()
    losses = []
    for size in sizes:
        columns = np.flatnonzero(rank <= size)
        learn, judge = (_values(table, r, columns) for r in (rows.network, rows.gate))
        raw = boosted_outputs(objective, learn, target[rows.network], weight, judge)
        losses.append(objective.losses_of(raw, target[rows.gate], rows.judge))
    unit = objective.null_deviance(
        target[rows.rows], np.concatenate([rows.learn, rows.judge])
    )
    return np.stack(losses, axis=1) / (rows.judge.sum() * unit)


def _values(
    table: EncodedTable, rows: NDArray[np.integer], columns: NDArray[np.integer]
) -> FloatArray:
    """Ranks of some rows and components, in as many steps as trees tell apart."""
    values = table.ranks[:, columns][rows]
    return np.round((N_VALUES // 2) * values)
