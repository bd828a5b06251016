"""The methods by name: ours first, then the peers, fast ones before slow ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from benchmarks.quality.methods import (
    filters,
    forests,
    gate_loop,
    lasso,
    ours,
    relief,
    survival,
)
from benchmarks.quality.problem import Ranking

Rank = Callable[..., Ranking]


@dataclass(frozen=True)
class Method:
    """A method and how much of the benchmark it runs unless asked for more.

    Attributes
    ----------
    rank : callable
        From (X, y, kind, seed) to a Ranking; on part w with a keyword sample_weight.
    packages : tuple of str
        Distributions whose versions are recorded.
    parts : str
        Letters of the parts that the method runs on.
    selects : bool
        Whether the ranking carries a default selection.
    max_draws : int or None
        Number of draws (folds, splits) of each task, for slow methods.
    max_p : int or None
        Widest table, for methods whose time explodes.
    families : tuple of str or None
        What it takes in part i, the first words of the tasks; None for all.
    knows_rows : bool
        Whether it takes keywords groups and splitter, for rows that are dependent.
    """

    rank: Rank
    packages: tuple[str, ...]
    parts: str = "abcde"
    selects: bool = True
    max_draws: int | None = None
    max_p: int | None = None
    families: tuple[str, ...] | None = None
    knows_rows: bool = False


def _ablation(rank: Rank, *, selects: bool = True) -> Method:
    """Our selector with one idea switched off, on the first draw."""
    return Method(rank, ("stg-select", "torch"), selects=selects, max_draws=1)


METHODS: dict[str, Method] = {
    "stg": Method(
        ours.gate_selector, ("stg-select", "torch"), "abcdefghijnsw", knows_rows=True
    ),
    "stg-rows-unsaid": Method(ours.rows_unsaid, ("stg-select", "torch"), "j"),
    "stg-plain": Method(ours.plain_gates, ("stg-select", "torch"), max_draws=2),
    "stg-no-cross-fit": _ablation(ours.without_cross_fitting),
    "stg-no-embedding": _ablation(ours.without_embedding),
    "stg-no-screening": _ablation(ours.without_screening),
    "stg-one-seed": _ablation(ours.one_seed),
    "stg-screen-alone": _ablation(ours.screen_alone, selects=False),
    "all-columns": Method(filters.all_columns, ("scikit-learn", "lightgbm"), "f"),
    "random-forest": Method(
        forests.random_forest,
        ("scikit-learn",),
        "abcdefghis",
        families=("genotypes", "words", "labels", "outputs"),
    ),
    "extra-trees": Method(forests.extra_trees, ("scikit-learn",), "abcdeh"),
    "lightgbm": Method(
        forests.lightgbm_gain,
        ("lightgbm",),
        "abcdefghis",
        families=("mixed", "genotypes", "words", "labels", "outputs"),
    ),
    "lightgbm-used": Method(forests.lightgbm_used, ("lightgbm",), "f"),
    "hist-boosting": Method(
        forests.boosting_permutation,
        ("scikit-learn",),
        "i",
        families=("mixed", "genotypes"),
    ),
    "l1-cv": Method(lasso.l1_cv, ("scikit-learn",), "abcdefhijns", families=("words",)),
    "coxnet": Method(
        survival.coxnet, ("scikit-survival",), "i", families=("survival",)
    ),
    "survival-forest": Method(
        survival.forest_permutation,
        ("scikit-survival",),
        "i",
        max_p=300,
        families=("survival",),
    ),
    "mutual-info": Method(
        filters.mutual_info, ("scikit-learn",), "abcdeh", selects=False
    ),
    "mutual-info-counts": Method(
        filters.mutual_info_of_counts, ("scikit-learn",), "fg", selects=False
    ),
    "chi2": Method(
        filters.chi_squared,
        ("scikit-learn",),
        "fi",
        selects=False,
        families=("words",),
    ),
    "anova-f": Method(
        filters.anova_f, ("scikit-learn",), "fi", selects=False, families=("words",)
    ),
    "mrmr": Method(filters.mrmr, ("scikit-learn",), "abcdeh", selects=False),
    "multisurf": Method(
        relief.multisurf,
        ("skrebate",),
        "gi",
        selects=False,
        max_p=1000,
        families=("genotypes",),
    ),
    "rf-permutation": Method(
        forests.forest_permutation, ("scikit-learn",), max_draws=1, max_p=256
    ),
    "boruta": Method(
        forests.boruta, ("boruta", "scikit-learn"), "abcdefhjn", max_draws=1
    ),
    "lightgbm-rfecv": Method(
        forests.lightgbm_rfecv, ("lightgbm",), "f", max_draws=1, max_p=130
    ),
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
