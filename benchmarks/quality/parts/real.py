"""Part d: accuracy of three classifiers on the best 50 (or 10) columns."""

from __future__ import annotations

from pathlib import Path

from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVC

from benchmarks.quality.data import available, load, n_columns
from benchmarks.quality.problem import Problem, Ranking, Row, Unit, seed_of

LARGE = ("COIL20", "Isolet")
SMALL = ("Prostate-GE", "ALLAML", "leukemia", "lung_small", "Yale")
# on a small set one prediction of one classifier is up to half a point of the mean
# over five splits and three classifiers
N_SPLITS = {name: 20 if name in SMALL else 5 for name in SMALL + LARGE}


class RealData:
    """Protocol of Atashgahi et al. (2023), scaled by the training rows alone.

    Splits are ``train_test_split(test_size=.2)`` with random_state 42 (theirs), 43,
    and so on. They scale to [0, 1] by all rows.
    """

    title = "Best columns of real data"
    metrics = ("k", "classifier", "accuracy")

    def __init__(self, data: Path | None) -> None:
        self.data = data

    def units(self) -> list[Unit]:
        names = available(self.data, SMALL + LARGE)
        return [
            Unit(name, n_columns(self.data, name), split)
            for split in range(max(N_SPLITS.values()))
            for name in names
            if split < N_SPLITS[name]
        ]

    def needs_selection(self, unit: Unit) -> bool:
        return False

    def problem(self, unit: Unit, seed_offset: int) -> Problem:
        X, y = load(self.data, unit.task)
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, test_size=0.2, random_state=42 + 1000 * seed_offset + unit.draw
        )
        scaler = MinMaxScaler().fit(X_train)
        X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)
        seed = seed_of(unit.task, unit.p, unit.draw, seed_offset)

        def judge(ranking: Ranking) -> list[Row]:
            classifiers = {
                "SVC": SVC(),
                "1-NN": KNeighborsClassifier(1),
                "ExtraTrees-50": ExtraTreesClassifier(50, random_state=seed),
            }
            rows: list[Row] = []
            for k in (10, 50) if unit.task in SMALL else (50,):
                columns = ranking.subset(k)
                for name, classifier in classifiers.items():
                    classifier.fit(X_train[:, columns], y_train)
                    accuracy = classifier.score(X_test[:, columns], y_test)
                    rows.append({"k": k, "classifier": name, "accuracy": accuracy})
            return rows

        return Problem(X_train, y_train, "classification", seed, judge)
