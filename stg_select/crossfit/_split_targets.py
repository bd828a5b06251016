"""Whether splits and groups leave networks something to learn, and to be judged by."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from stg_select.crossfit._row_plan import NETWORK_ROW, RowPlan
from stg_select.objectives import EncodedTarget

FloatArray = NDArray[np.floating]

# classes that a warning names
MOST_NAMED = 3


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


def warn_of_classes_in_one_group(
    plan: RowPlan, encoded: EncodedTarget, weight: FloatArray
) -> None:
    """Warn of classes that no random fold has on both sides.

    Parameters
    ----------
    plan : RowPlan
        Only one of groups that are dealt to folds at random is looked at.
    encoded : EncodedTarget
        Of n rows.
    weight : ndarray of shape (n,)
        Rows of weight 0 do not count.
    """
    if encoded.classes is None or plan.group is None or plan.roles is not None:
        return
    if plan.n_folds is None:
        return
    rows = weight > 0
    pairs = np.unique(np.stack([encoded.values[rows], plan.group[rows]]), axis=1)
    codes, n_groups = np.unique(pairs[0], return_counts=True)
    lonely = encoded.classes[codes[n_groups == 1].astype(np.int64)].tolist()
    if lonely:
        what = "class " + ", ".join(map(repr, lonely[:MOST_NAMED]))
        if len(lonely) > MOST_NAMED:
            what += f" and {len(lonely) - MOST_NAMED} more"
        warnings.warn(
            f"groups holds all rows of {what} in one group, so that no fold has them "
            "on both sides: what tells them from others cannot be judged.",
            UserWarning,
            stacklevel=6,
        )
