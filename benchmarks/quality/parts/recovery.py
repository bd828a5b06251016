"""Parts b and h: known signals, for regression and for classification."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.quality.metrics import RECOVERY, recovery
from benchmarks.quality.problem import Problem, Unit, seed_of
from stg_select import datasets

N_DRAWS = 5

Maker = Callable[..., tuple[Any, Any, Any]]
Suite = dict[str, tuple[Maker, int, str]]


def _for_both_tasks(makers: dict[str, tuple[Maker, int]]) -> Suite:
    return {
        f"{name}/{kind}": (partial(make, task=kind), p, kind)
        for name, (make, p) in makers.items()
        for kind in ("regression", "classification")
    }


# a generator, its number of columns and the kind of its target
SUITE = _for_both_tasks(
    {
        "linear-ar": (datasets.make_linear, 200),
        "additive": (datasets.make_additive, 200),
        "friedman1": (datasets.make_friedman1, 1000),
        "products": (datasets.make_products, 100),
        "three-way": (datasets.make_three_way, 50),
        "multiplicative": (datasets.make_multiplicative, 200),
        "heteroscedastic": (datasets.make_heteroscedastic, 200),
        "heavy-tails": (datasets.make_heavy_tails, 200),
        "near-copies": (datasets.make_near_copies, 100),
        "few-rows": (datasets.make_few_rows, 2000),
        "very-wide": (datasets.make_very_wide, 5000),
        "mixed-types": (datasets.make_mixed_types, 150),
    }
) | {
    "multiclass/classification": (
        datasets.make_sparse_multiclass,
        300,
        "classification",
    )
}
UNSEEN_SUITE = _for_both_tasks(
    {
        "dense-linear": (datasets.make_dense_linear, 200),
        "dense-squares": (datasets.make_dense_squares, 100),
        "waves": (datasets.make_waves, 100),
        "rules": (datasets.make_rules, 100),
        "tree": (datasets.make_tree, 100),
        "single-index": (datasets.make_single_index, 100),
        "maxima": (datasets.make_maxima, 100),
        "switches": (datasets.make_switches, 100),
        "ratios": (datasets.make_ratios, 100),
        "checkerboard": (datasets.make_checkerboard, 100),
        "parity-3": (partial(datasets.make_parity, order=3), 20),
        "parity-4": (partial(datasets.make_parity, order=4), 20),
        "parity-5": (partial(datasets.make_parity, order=5), 20),
        "genotype-pair": (datasets.make_genotype_pair, 1000),
    }
) | {
    "counts/regression": (datasets.make_counts, 100, "regression"),
    "topic-words/classification": (datasets.make_topic_words, 1000, "classification"),
    "rare-corners/classification": (datasets.make_rare_corners, 50, "classification"),
}


class Recovery:
    """Every generator of a suite at its default size, on all rows, in several draws."""

    metrics = RECOVERY

    def __init__(self, title: str, suite: Suite) -> None:
        self.title = title
        self.suite = suite

    def units(self) -> list[Unit]:
        return [
            Unit(task, p, draw)
            for draw in range(N_DRAWS)
            for task, (_, p, _) in self.suite.items()
        ]

    def needs_selection(self, unit: Unit) -> bool:
        return False

    def problem(self, unit: Unit, seed_offset: int) -> Problem:
        make, _, kind = self.suite[unit.task]
        seed = seed_of(unit.task, unit.p, unit.draw, seed_offset)
        X, y, informative = make(random_state=seed)
        return Problem(
            X, y, kind, seed, lambda ranking: [recovery(ranking, informative)]
        )
