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

    Of groups that are dealt to folds at random it warns if one has all of a class.

    Parameters
    ----------
    plan : RowPlan
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
        if plan.n_folds is not None and plan.group is not None:
            _warn_of_classes_in_one_group(plan.group, encoded, weight)
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


def _warn_of_classes_in_one_group(
    group: NDArray[np.integer], encoded: EncodedTarget, weight: FloatArray
) -> None:
    """Warn of classes that no fold has on both sides."""
    if encoded.classes is None:
        return
    rows = weight > 0
    pairs = np.unique(np.stack([encoded.values[rows], group[rows]]), axis=1)
    codes, n_groups = np.unique(pairs[0], return_counts=True)
    if not pairs[1].any():  # of one group there is no fold, as an error will say
        return
    lonely = [repr(name) for name in encoded.classes[codes[n_groups == 1]].tolist()]
    if not lonely:
        return
    if len(lonely) > MOST_NAMED:
        lonely[MOST_NAMED:] = [f"{len(lonely) - MOST_NAMED} more"]
    warnings.warn(
        f"groups holds all rows of class {', '.join(lonely)} in one group, so that no "
        "fold has them on both sides: what tells them from others cannot be judged.",
        UserWarning,
        stacklevel=8,
    )
