"""Part j: columns selected where rows are not independent of each other."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.model_selection import TimeSeriesSplit

from benchmarks.quality.problem import Problem, Ranking, Row, Unit, seed_of
from stg_select.datasets import make_derived_rows, make_subjects, make_time_series

N_DRAWS = 20
ROWS_A_SUBJECT = {"subjects": 25, "subjects/noise": 25, "ten-subjects/noise": 100}
# columns, true columns among them, kind of target
TASKS = {
    "subjects": (18, 3, "classification"),
    "subjects/noise": (15, 0, "classification"),
    "ten-subjects/noise": (15, 0, "classification"),
    "walks": (15, 0, "regression"),
    "autoregressive": (20, 0, "regression"),
    "autoregressive/signal": (20, 2, "regression"),
    "jittered": (20, 0, "classification"),
    "interpolated": (20, 0, "classification"),
}


class Dependent:
    """Subjects, time series and rows made from others, with what a user would say."""

    title = "Rows that are not independent"
    metrics = ("n_selected", "n_false", "n_found")

    def units(self) -> list[Unit]:
        return [
            Unit(task, p, draw)
            for draw in range(N_DRAWS)
            for task, (p, _, _) in TASKS.items()
        ]

    def needs_selection(self, unit: Unit) -> bool:
        return True

    def problem(self, unit: Unit, seed_offset: int) -> Problem:
        seed = seed_of(unit.task, unit.p, unit.draw, seed_offset)
        p, n_informative, kind = TASKS[unit.task]
        of_draw: dict[str, Any] = {
            "n_features": p,
            "n_informative": n_informative,
            "random_state": seed,
        }
        groups = splitter = None
        if unit.task in ROWS_A_SUBJECT:
            n_rows = ROWS_A_SUBJECT[unit.task]
            X, y, true = make_subjects(rows_a_subject=n_rows, **of_draw)
            groups = np.arange(len(X)) // n_rows
        elif unit.task in ("jittered", "interpolated"):
            X, y, true = make_derived_rows(kind=unit.task, **of_draw)
        else:
            persistence = 1.0 if unit.task == "walks" else 0.9
            X, y, true = make_time_series(persistence=persistence, **of_draw)
            splitter = TimeSeriesSplit()

        def judge(ranking: Ranking) -> list[Row]:
            found = int(ranking.selected[true].sum())
            count = int(ranking.selected.sum())
            return [{"n_selected": count, "n_false": count - found, "n_found": found}]

        return Problem(X, y, kind, seed, judge, groups=groups, splitter=splitter)
