"""The methods by name: ours first, then the peers, fast ones before slow ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from benchmarks.quality.methods import filters, forests, gate_loop, lasso, ours, relief
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
    knows_rows : bool
        Whether it takes keywords groups and splitter, for rows that are dependent.
    """

    rank: Rank
    packages: tuple[str, ...]
    parts: str = "abcde"
    selects: bool = True
    max_draws: int | None = None
    max_p: int | None = None
    knows_rows: bool = False


def _ablation(rank: Rank, *, selects: bool = True) -> Method:
    """Our selector with one idea switched off, on the first draw."""
    return Method(rank, ("stg-select", "torch"), selects=selects, max_draws=1)


METHODS: dict[str, Method] = {
    "stg": Method(
        ours.gate_selector, ("stg-select", "torch"), "abcdefghjnsw", knows_rows=True
    ),
    "stg-rows-unsaid": Method(ours.rows_unsaid, ("stg-select", "torch"), "j"),
    "stg-plain": Method(ours.plain_gates, ("stg-select", "torch"), max_draws=2),
    "stg-no-cross-fit": _ablation(ours.without_cross_fitting),
    "stg-no-embedding": _ablation(ours.without_embedding),
    "stg-no-screening": _ablation(ours.without_screening),
    "stg-one-seed": _ablation(ours.one_seed),
    "stg-screen-alone": _ablation(ours.screen_alone, selects=False),
    "all-columns": Method(filters.all_columns, ("scikit-learn", "lightgbm"), "f"),
    "random-forest": Method(forests.random_forest, ("scikit-learn",), "abcdefghs"),
    "extra-trees": Method(forests.extra_trees, ("scikit-learn",), "abcdeh"),
    "lightgbm": Method(forests.lightgbm_gain, ("lightgbm",), "abcdefghs"),
    "lightgbm-used": Method(forests.lightgbm_used, ("lightgbm",), "f"),
    "l1-cv": Method(lasso.l1_cv, ("scikit-learn",), "abcdefhjns"),
    "mutual-info": Method(
        filters.mutual_info, ("scikit-learn",), "abcdeh", selects=False
    ),
    "mutual-info-counts": Method(
        filters.mutual_info_of_counts, ("scikit-learn",), "fg", selects=False
    ),
    "chi2": Method(filters.chi_squared, ("scikit-learn",), "f", selects=False),
    "anova-f": Method(filters.anova_f, ("scikit-learn",), "f", selects=False),
    "mrmr": Method(filters.mrmr, ("scikit-learn",), "abcdeh", selects=False),
    "multisurf": Method(
        relief.multisurf, ("skrebate",), "g", selects=False, max_p=1000
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
