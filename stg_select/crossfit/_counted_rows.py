"""Which rows of a table count, and how much."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import Components
from stg_select.crossfit._derived_rows import without_derived
from stg_select.crossfit._repeats import has_few_kinds, repeats_apart
from stg_select.crossfit._row_order import warn_of_dependence
from stg_select.crossfit._row_plan import RowPlan
from stg_select.crossfit._rows import CountedRows, distinct_rows
from stg_select.crossfit._split_targets import check_splits
from stg_select.objectives import EncodedTarget
from stg_select.weighted import trimmed

FloatArray = NDArray[np.floating]


def counted_rows(
    components: Components,
    encoded: EncodedTarget,
    weight: FloatArray,
    plan: RowPlan,
    seed: int,
) -> tuple[CountedRows, bool]:
    """Merge rows that tell nothing of their own, and lower extreme weights.

    Without folds each counts as it does in a loop of one's own.

    Parameters
    ----------
    components : Components
        Of n_samples rows.
    encoded : EncodedTarget
    weight : ndarray of shape (n_samples,)
    plan : RowPlan
        Which of the rows belong together, and how they are dealt.
    seed : int
        Seed of the order of the rows.

    Returns
    -------
    rows : CountedRows
    few_kinds : bool
        Whether they are few kinds that come again and again.

    Raises
    ------
    ValueError
        If a split has no rows on one side, or train rows whose targets are all the
        same.
    """
    weight = plan.used(weight)
    check_splits(plan, encoded, weight)
    rows = distinct_rows(components, encoded.values, weight, seed, plan.kinds())
    if plan.n_folds is None:
        return rows, False
    if plan.roles is None and plan.group is None:
        warn_of_dependence(components, encoded.values, weight)
        rows = without_derived(components, encoded.values, rows)
    if has_few_kinds(components, encoded.values, rows, plan.n_folds):
        return rows, True
    rows = repeats_apart(components, encoded.values, rows)
    return replace(rows, weight=trimmed(rows.weight)), False
