"""Whether the splits that a caller gives leave networks something to learn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stg_select.crossfit._row_plan import NETWORK_ROW, RowPlan
from stg_select.objectives import EncodedTarget

FloatArray = NDArray[np.floating]


def check_splits(plan: RowPlan, encoded: EncodedTarget, weight: FloatArray) -> None:
    """Refuse splits in whose train rows the target does not vary.

    Parameters
    ----------
    plan : RowPlan
        Folds at random are not looked at.
    encoded : EncodedTarget
        Of n rows.
    weight : ndarray of shape (n,)
        Rows of weight 0 do not count.

    Raises
    ------
    ValueError
        If there is nothing to learn from the train rows of a split.
    """
    if plan.roles is None:
        return
    for at, roles in enumerate(plan.roles):
        values = encoded.values[(roles == NETWORK_ROW) & (weight > 0)]
        same = encoded.objective.sameness(values)
        if not same:
            continue
        if encoded.classes is not None:
            same = f"{same}, {encoded.classes[values[:1]].tolist()[0]!r},"
        msg = (
            "cross_fit expects splits whose train rows differ in y, "
            f"got {same} in those of split {at}; set cross_fit to fewer splits, or to "
            "ones that mix the rows."
        )
        raise ValueError(msg)
