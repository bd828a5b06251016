"""Part b: a suite of known signals, for regression and for classification."""

from __future__ import annotations

from functools import partial

from benchmarks.quality.metrics import RECOVERY, recovery
from benchmarks.quality.problem import Problem, Unit, seed_of
from stg_select import datasets

N_DRAWS = 5

_BOTH_KINDS = {
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
SUITE = {
    f"{name}/{kind}": (partial(make, task=kind), p, kind)
    for name, (make, p) in _BOTH_KINDS.items()
    for kind in ("regression", "classification")
} | {
    "multiclass/classification": (
        datasets.make_sparse_multiclass,
        300,
        "classification",
    )
}


class Recovery:
    """Every generator at its default size, on all rows, in several draws."""

    title = "Recovery suite"
    metrics = RECOVERY
    needs_selection = False

    def units(self) -> list[Unit]:
        return [
            Unit(task, p, draw)
            for draw in range(N_DRAWS)
            for task, (_, p, _) in SUITE.items()
        ]

    def problem(self, unit: Unit, seed_offset: int) -> Problem:
        make, _, kind = SUITE[unit.task]
        seed = seed_of(unit.task, unit.p, unit.draw, seed_offset)
        X, y, informative = make(random_state=seed)
        return Problem(
            X, y, kind, seed, lambda ranking: [recovery(ranking, informative)]
        )
