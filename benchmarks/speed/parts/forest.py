"""The default fit against a forest."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from benchmarks.quality.parts.pruning import Pruning
from benchmarks.quality.problem import Unit
from benchmarks.speed.case import Case, Measure, Metrics, Part, Sizes, seconds_of
from stg_select import GaussianGateSelector
from stg_select.datasets import make_ring_xor_sum

#: Rows and columns: 1000 rows of more and more columns, then fewer rows and more.
SHAPES = (
    *((1000, p) for p in (64, 512, 2048)),
    *((n, 64) for n in (200, 500, 4000, 16000)),
)
#: Tables of many classes, the training rows of the quality benchmark's first split.
MANY_CLASSES = ("everyday/optdigits", "wide/COIL20", "text/R8")

Table = tuple[NDArray, NDArray]


def make_cases(sizes: Sizes) -> list[Case]:
    """One case a shape of a simulated table, and two a table of many classes.

    The latter if `STG_SELECT_DATA` names the folder that holds them: with all cores,
    and with one, where no thread waits for another.
    """
    tables: dict[str, Callable[[], Table]] = {
        f"n={n} p={p}": partial(_simulated, n, p)
        for n, p in (((120, 8),) if sizes.quick else SHAPES)
    }
    folder = os.environ.get("STG_SELECT_DATA")
    if folder and not sizes.quick:
        part = Pruning(Path(folder))
        first = {unit.task: unit for unit in part.units() if unit.draw == 0}
        for task in MANY_CLASSES:
            if task in first:
                tables[task] = partial(_real, part, first[task])
    cases = [(name, make_table, sizes) for name, make_table in tables.items()]
    if sizes.cores > 1:
        alone = replace(sizes, cores=1)
        cases += [
            (f"{task} one core", tables[task], alone)
            for task in MANY_CLASSES
            if task in tables
        ]
    return [
        Case(
            name=name,
            contestants=partial(_contestants, make_table, of_case),
            threads=of_case.cores,
            packages=("stg-select", "torch", "scikit-learn"),
        )
        for name, make_table, of_case in cases
    ]


def _simulated(n: int, p: int) -> Table:
    X, y, _ = make_ring_xor_sum(n, p, random_state=0)
    return X, y


def _real(part: Pruning, unit: Unit) -> Table:
    problem = part.problem(unit, seed_offset=0)
    return problem.X, problem.y


def _contestants(
    make_table: Callable[[], Table], sizes: Sizes
) -> Mapping[str, Measure]:
    X, y = make_table()

    def ours(seed: int) -> Metrics:
        selector = GaussianGateSelector(random_state=seed)
        if sizes.quick:
            selector.set_params(max_iter=100)
        return {"seconds": seconds_of(lambda: selector.fit(X, y))}

    def forest(seed: int) -> Metrics:
        n_trees = 20 if sizes.quick else 500
        model = RandomForestClassifier(n_trees, n_jobs=sizes.cores, random_state=seed)
        return {"seconds": seconds_of(lambda: model.fit(X, y))}

    return {"stg": ours, "random-forest": forest}


PART = Part("Default fit against a forest of 500 trees", make_cases)
