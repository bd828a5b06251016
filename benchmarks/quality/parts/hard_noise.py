"""Parts n and w: noise in few and many rows, rare classes, heavy tails, weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.problem import Problem, Ranking, Row, Unit, seed_of

N_DRAWS = 20
TARGETS = ("two-classes", "rare-class", "heavy-tails")
RARE = 0.03  # share of the rows in the rare class
WEIGHTS = {"1-10": TARGETS, "32-to-1": ("two-classes", "rare-class")}


class HardNoise:
    """A target independent of the table: 27 cells of rows, columns and target."""

    title = "Columns selected from noise, 27 cells"
    metrics = ("n_selected",)

    def units(self) -> list[Unit]:
        return _cells(TARGETS)

    def needs_selection(self, unit: Unit) -> bool:
        return True

    def problem(self, unit: Unit, seed_offset: int) -> Problem:
        return _problem(unit, seed_offset)


class WeightedNoise:
    """The same cells with whole weights of 1 to 10, or 32 for the second class."""

    title = "Columns selected from weighted noise"
    metrics = ("n_selected",)

    def units(self) -> list[Unit]:
        return _cells([f"{t}/{w}" for w, targets in WEIGHTS.items() for t in targets])

    def needs_selection(self, unit: Unit) -> bool:
        return True

    def problem(self, unit: Unit, seed_offset: int) -> Problem:
        return _problem(unit, seed_offset)


def _cells(tasks: tuple[str, ...] | list[str]) -> list[Unit]:
    return [
        Unit(f"{task}/n={n}", p, draw)
        for draw in range(N_DRAWS)
        for task in tasks
        for n in (50, 200, 1000)
        for p in (20, 200, 2000)
    ]


def _problem(unit: Unit, seed_offset: int) -> Problem:
    target, *weighting, rows = unit.task.split("/")
    seed = seed_of(unit.task, unit.p, unit.draw, seed_offset)
    rng = np.random.default_rng(seed)
    n = int(rows.removeprefix("n="))
    X = rng.standard_normal((n, unit.p))
    y = _target(rng, target, n)
    weights = None
    if weighting == ["1-10"]:
        weights = rng.integers(1, 11, n).astype(np.float64)
    elif weighting == ["32-to-1"]:
        weights = np.where(y == 1, 32.0, 1.0)
    kind = "regression" if target == "heavy-tails" else "classification"
    return Problem(X, y, kind, seed, _count, sample_weight=weights)


def _target(rng: np.random.Generator, target: str, n: int) -> NDArray:
    if target == "heavy-tails":
        return rng.standard_t(1.5, n)
    n_ones = n // 2 if target == "two-classes" else max(2, round(RARE * n))
    return rng.permutation(np.arange(n) < n_ones).astype(np.int64)


def _count(ranking: Ranking) -> list[Row]:
    return [{"n_selected": int(ranking.selected.sum())}]
