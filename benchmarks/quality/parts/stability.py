"""Part s: how much the default selection depends on chance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine

from benchmarks.quality.data import available, load, n_columns
from benchmarks.quality.problem import Problem, Ranking, Row, Unit, seed_of

N_SEEDS = 10
N_FIRST = 10
BUILT_IN = {
    "breast-cancer": load_breast_cancer,
    "wine": load_wine,
    "diabetes": load_diabetes,
    "digits": load_digits,
}
ON_DISK = ("madelon", "lung_small", "ALLAML")
MADELON_ROWS = 600


class Stability:
    """The same rows under ten seeds: which columns are selected, and ranked first.

    The columns are written down as "{3 17 20}"; the tables compare every two seeds.
    """

    title = "Stability over seeds"
    metrics = ("n_selected", "selected", "first")

    def __init__(self, data: Path | None) -> None:
        self.data = data

    def units(self) -> list[Unit]:
        sizes = {name: read().data.shape[1] for name, read in BUILT_IN.items()}
        for name in available(self.data, ON_DISK):
            sizes[name] = n_columns(self.data, name)
        return [
            Unit(name, p, draw) for draw in range(N_SEEDS) for name, p in sizes.items()
        ]

    def needs_selection(self, unit: Unit) -> bool:
        return True

    def problem(self, unit: Unit, seed_offset: int) -> Problem:
        if unit.task in BUILT_IN:
            X, y = BUILT_IN[unit.task](return_X_y=True)
        else:
            X, y = load(self.data, unit.task)
        if unit.task == "madelon":
            X, y = X[:MADELON_ROWS], y[:MADELON_ROWS]
        kind = "regression" if unit.task == "diabetes" else "classification"

        def judge(ranking: Ranking) -> list[Row]:
            selected = np.flatnonzero(ranking.selected)
            return [
                {
                    "n_selected": selected.size,
                    "selected": as_text(selected),
                    "first": as_text(ranking.subset(N_FIRST)),
                }
            ]

        seed = seed_of(unit.task, unit.p, unit.draw, seed_offset)
        return Problem(X.astype(np.float64), y, kind, seed, judge)


def as_text(columns: NDArray[np.intp]) -> str:
    """Write a set of columns so that no reader takes it for a number."""
    return "{" + " ".join(map(str, columns)) + "}"


def as_set(text: str) -> frozenset[int]:
    """Read a set of columns."""
    return frozenset(map(int, text.strip("{}").split()))


def mean_jaccard(sets: list[frozenset[int]]) -> float:
    """Average the share of common columns over all pairs; two empty sets agree."""
    shares = [
        len(one & other) / max(len(one | other), 1) if one | other else 1.0
        for place, one in enumerate(sets)
        for other in sets[:place]
    ]
    return float(np.mean(shares)) if shares else float("nan")
