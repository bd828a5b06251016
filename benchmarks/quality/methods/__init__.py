"""The methods by name: ours first, then the peers, fast ones before slow ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.methods import filters, forests, gate_loop, lasso, ours
from benchmarks.quality.problem import Ranking

Rank = Callable[[NDArray[np.float64], NDArray, str, int], Ranking]


@dataclass(frozen=True)
class Method:
    """A method and how much of the benchmark it runs unless asked for more.

    Attributes
    ----------
    rank : callable
        From (X, y, kind, seed) to a Ranking.
    packages : tuple of str
        Distributions whose versions are recorded.
    selects : bool
        Whether the ranking carries a default selection.
    max_draws : int or None
        Number of draws (folds, splits) of each task, for slow methods.
    max_p : int or None
        Widest table, for methods whose time explodes.
    """

    rank: Rank
    packages: tuple[str, ...]
    selects: bool = True
    max_draws: int | None = None
    max_p: int | None = None


def _ablation(rank: Rank, *, selects: bool = True) -> Method:
    """Our selector with one idea switched off, on the first draw."""
    return Method(rank, ("stg-select", "torch"), selects=selects, max_draws=1)


METHODS: dict[str, Method] = {
    "stg": Method(ours.gate_selector, ("stg-select", "torch")),
    "stg-plain": Method(ours.plain_gates, ("stg-select", "torch"), max_draws=2),
    "stg-no-cross-fit": _ablation(ours.without_cross_fitting),
    "stg-no-embedding": _ablation(ours.without_embedding),
    "stg-no-screening": _ablation(ours.without_screening),
    "stg-one-seed": _ablation(ours.one_seed),
    "stg-screen-alone": _ablation(ours.screen_alone, selects=False),
    "random-forest": Method(forests.random_forest, ("scikit-learn",)),
    "extra-trees": Method(forests.extra_trees, ("scikit-learn",)),
    "lightgbm": Method(forests.lightgbm_gain, ("lightgbm",)),
    "l1-cv": Method(lasso.l1_cv, ("scikit-learn",)),
    "mutual-info": Method(filters.mutual_info, ("scikit-learn",), selects=False),
    "mrmr": Method(filters.mrmr, ("scikit-learn",), selects=False),
    "rf-permutation": Method(
        forests.forest_permutation, ("scikit-learn",), max_draws=1, max_p=256
    ),
    "boruta": Method(forests.boruta, ("boruta", "scikit-learn"), max_draws=1),
    "captum-loop": Method(gate_loop.captum_loop, ("captum", "torch"), max_draws=2),
    "lassonet-32": Method(
        partial(lasso.lassonet, hidden_dims=(32, 32)),
        ("lassonet", "torch"),
        max_draws=1,
    ),
    "lassonet": Method(
        partial(lasso.lassonet, hidden_dims=(100,)), ("lassonet", "torch"), max_draws=1
    ),
}
