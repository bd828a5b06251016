"""Part a: the four nonlinear signals of Passemiers et al. (2024)."""

from __future__ import annotations

import numpy as np
from sklearn.model_selection import KFold

from benchmarks.quality.metrics import RECOVERY, recovery
from benchmarks.quality.problem import Problem, Unit, seed_of
from stg_select import datasets

SETS = {
    "ring": datasets.make_ring,
    "xor": datasets.make_xor,
    "ring+xor": datasets.make_ring_xor,
    "ring+xor+sum": datasets.make_ring_xor_sum,
}
N_FEATURES = (8, 16, 32, 64, 128, 256, 512, 1024, 2048)
N_FOLDS = 6


class Nonlinear:
    """A table of 1000 rows for each set and p, ranked on 5/6 of its rows.

    The protocol of the authors: ``KFold(6)`` without shuffling, columns permuted anew
    in each fold.
    """

    title = "Nonlinear signals"
    metrics = RECOVERY

    def units(self) -> list[Unit]:
        return [
            Unit(task, p, fold)
            for fold in range(N_FOLDS)
            for p in N_FEATURES
            for task in SETS
        ]

    def needs_selection(self, unit: Unit) -> bool:
        return False

    def problem(self, unit: Unit, seed_offset: int) -> Problem:
        table_seed = seed_of(unit.task, unit.p, 0, seed_offset)
        X, y, informative = SETS[unit.task](1000, unit.p, random_state=table_seed)
        train = list(KFold(N_FOLDS).split(X))[unit.draw][0]
        seed = seed_of(unit.task, unit.p, 1 + unit.draw, seed_offset)
        order = np.random.default_rng(seed).permutation(unit.p)
        truth = np.flatnonzero(np.isin(order, informative))
        return Problem(
            X[np.ix_(train, order)],
            y[train],
            "classification",
            seed,
            lambda ranking: [recovery(ranking, truth)],
        )
