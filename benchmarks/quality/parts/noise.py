"""Part e: how many columns are selected where there is nothing to select."""

from __future__ import annotations

from benchmarks.quality.problem import Problem, Ranking, Row, Unit, seed_of
from stg_select.datasets import make_noise

N_DRAWS = 20


class Noise:
    """A target independent of the table, by rows, columns and kind of target."""

    title = "Columns selected from noise"
    metrics = ("n_selected",)

    def units(self) -> list[Unit]:
        return [
            Unit(f"{kind}/n={n}", p, draw)
            for draw in range(N_DRAWS)
            for kind in ("regression", "classification")
            for n in (100, 300, 1000)
            for p in (20, 100, 1000)
        ]

    def needs_selection(self, unit: Unit) -> bool:
        return True

    def problem(self, unit: Unit, seed_offset: int) -> Problem:
        kind, rows = unit.task.split("/n=")
        seed = seed_of(unit.task, unit.p, unit.draw, seed_offset)
        X, y, _ = make_noise(int(rows), unit.p, task=kind, random_state=seed)

        def judge(ranking: Ranking) -> list[Row]:
            return [{"n_selected": int(ranking.selected.sum())}]

        return Problem(X, y, kind, seed, judge)
