"""Which gates a member trains: the best of a screen on its network rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stg_select import screening
from stg_select.crossfit._table import EncodedTable
from stg_select.rules import promise, rank_gates

FloatArray = NDArray[np.floating]
# fewest and most gates of a member, None for all of them
Size = tuple[int, int] | None

# between the fewest and the most, two for each gate above chance
WORKING_SET = (8, 24)
GATES_A_SIGNAL = 2
# components whose pairs are looked through for every member
MEMBER_PAIR_COLUMNS = 512


def screen(
    table: EncodedTable, weight: FloatArray, pair_columns: int
) -> screening.GateScores:
    """Score the gates against the null model's residual.

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
    null = table.objective.null_raw(table.target, weight)
    # of a long table the first rows are enough
    head = slice(np.flatnonzero(weight)[: screening.MAX_ROWS][-1] + 1)
    return screening.gate_scores(
        table.ranks[head],
        table.component_gate,
        table.objective.residual(null, table.target[head], weight[head]),
        weight[head],
        pair_columns,
    )


def is_part(size: Size, n_gates: int) -> bool:
    """Tell whether a working set of some size leaves gates out.

    Parameters
    ----------
    size : tuple of two int or None
        Fewest and most gates.
    n_gates : int
        Gates of the table.

    Returns
    -------
    part : bool
    """
    return size is not None and size[0] < n_gates


def working_sets(
    table: EncodedTable, weight: FloatArray, sizes: Sequence[Size]
) -> list[NDArray[np.integer] | None]:
    """Choose working sets of several sizes by one screen.

    Parameters
    ----------
    table : EncodedTable
    weight : ndarray of shape (n,)
        Weights of the member's network rows, 0 for all others: if the screen saw the
        gate rows, they could not judge what it found.
    sizes : sequence of (tuple of two int or None)
        Fewest and most gates of each working set.

    Returns
    -------
    chosen : list of (ndarray of int of shape (p_w,) or None)
        The gates of each working set, ascending; None for all of them.
    """
    n_gates = len(table.gates)
    if not any(is_part(size, n_gates) for size in sizes):
        return [None] * len(sizes)
    scores = screen(table, weight, MEMBER_PAIR_COLUMNS)
    signals = np.count_nonzero(scores.marginal >= 1.0)
    ranking = rank_gates(promise(scores.coefficient, scores.marginal))
    return [
        np.flatnonzero(ranking <= np.clip(GATES_A_SIGNAL * signals, *size))
        if size is not None and is_part(size, n_gates)
        else None
        for size in sizes
    ]
