"""Encoded tables for the tests of what is trained on them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import Components
from stg_select.crossfit import EncodedTable, RowPlan, build_table
from stg_select.selectors._targets import encode_target


def table_of(
    X: NDArray,
    y: NDArray,
    n_folds: int | None = None,
    objective: str = "auto",
    **settings: Any,
) -> EncodedTable:
    """Encode a table whose rows have uneven weights; columns stay where they are."""
    weight = np.random.default_rng(0).uniform(0.5, 2.0, len(X))
    defaults = {"embedded": True, "standardize": True, "seed": 0}
    plan = {"plan": RowPlan(n_folds)}
    return build_table(
        Components.of_array(X),
        encode_target(y, objective, weight),
        weight,
        np.arange(X.shape[1]),
        **{**plan, **defaults, **settings},
    )
