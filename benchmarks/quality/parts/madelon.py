"""Part c: Madelon, a parity of five columns among five hundred."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

from benchmarks.quality.data import available, load
from benchmarks.quality.problem import Problem, Ranking, Row, Unit, seed_of

N_FOLDS = 6
N_BEST = 20


class Madelon:
    """AUROC on held-out rows of a forest of 500 trees on the best 4 % of columns."""

    title = "Madelon"
    metrics = ("auroc", "n_selected", "auroc_selected")

    def __init__(self, data: Path | None) -> None:
        self.data = data

    def units(self) -> list[Unit]:
        names = available(self.data, ["madelon"])
        return [Unit(name, 500, fold) for name in names for fold in range(N_FOLDS)]

    def needs_selection(self, unit: Unit) -> bool:
        return False

    def problem(self, unit: Unit, seed_offset: int) -> Problem:
        X, y = load(self.data, unit.task)
        train, test = list(KFold(N_FOLDS).split(X))[unit.draw]
        seed = seed_of(unit.task, unit.p, unit.draw, seed_offset)
        order = np.random.default_rng(seed).permutation(unit.p)
        X = X[:, order]

        def auroc(columns: np.ndarray) -> float:
            forest = RandomForestClassifier(500, random_state=seed)
            forest.fit(X[np.ix_(train, columns)], y[train])
            probability = forest.predict_proba(X[np.ix_(test, columns)])[:, 1]
            return float(roc_auc_score(y[test], probability))

        def judge(ranking: Ranking) -> list[Row]:
            row: Row = {"auroc": auroc(ranking.subset(N_BEST))}
            if ranking.selected is not None:
                columns = np.flatnonzero(ranking.selected)
                row["n_selected"] = columns.size
                row["auroc_selected"] = auroc(columns) if columns.size else 0.5
            return [row]

        return Problem(X[train], y[train], "classification", seed, judge)
