"""Part f: how much worse models are on the default selection than on all columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from benchmarks.quality.data import (
    available,
    kind_of,
    load,
    load_counts,
    n_columns,
    n_rows,
)
from benchmarks.quality.judges import MODELS, Split, scores
from benchmarks.quality.problem import Problem, Ranking, Row, Unit, seed_of

EVERYDAY = (
    *("abalone", "ailerons", "bank32nh", "cal.housing", "cpu.act", "fried", "kin8nm"),
    *("credit.g", "ionosphere", "kr.vs.kp", "mushroom", "optdigits", "segment"),
    *("soybean", "tecator", "vowel", "waveform5000"),
)
WIDE = (
    *("ALLAML", "leukemia", "lung_small", "Prostate-GE", "khan", "christensen"),
    *("gravier", "sorlie", "su", "west", "shipp", "Yale", "COIL20", "Isolet"),
)
TEXT = ("R8", "WebKB", "mr")
GROUPS = {"everyday": EVERYDAY, "wide": WIDE, "text": TEXT}

SMALL = 1000  # rows up to which a table is split ten times
MAX_TRAIN = 4000
N_DOCUMENTS = 2100  # training documents
MAX_TEST_DOCUMENTS = 3000
MIN_DOCUMENTS = 3  # training documents in which a word has to occur
N_WORDS = 50  # best words that text is judged on too


class Pruning:
    """Best test score of three models on the default selection, and its size.

    Of each table 70 % of the rows are for training, at most 4000; of each set of
    documents 2100. A method that selects nothing predicts the majority or the mean.
    The method "all-columns" gives what the others are compared with.
    """

    title = "What pruning loses"
    metrics = ("columns", "n_selected", "n_features", *MODELS, "best")

    def __init__(self, data: Path | None) -> None:
        self.data = data

    def units(self) -> list[Unit]:
        return [
            Unit(f"{group}/{name}", n_columns(self.data, name), draw)
            for draw in range(10)
            for group, names in GROUPS.items()
            for name in available(self.data, names)
            if draw < 3 or n_rows(self.data, name) <= SMALL
        ]

    def needs_selection(self, unit: Unit) -> bool:
        return not unit.task.startswith("text/")

    def problem(self, unit: Unit, seed_offset: int) -> Problem:
        group, name = unit.task.split("/")
        seed = seed_of(unit.task, unit.p, unit.draw, seed_offset)
        if group == "text":
            split = _documents(*load_counts(self.data, name), seed)
        else:
            split = _table(*load(self.data, name), kind_of(self.data, name), seed)

        def judge(ranking: Ranking) -> list[Row]:
            sets = {}
            if ranking.selected is not None:
                sets["default"] = np.flatnonzero(ranking.selected)
            if split.words:
                sets[f"best {N_WORDS}"] = ranking.subset(N_WORDS)
            return [
                _judged(split, label, columns, seed) for label, columns in sets.items()
            ]

        return Problem(split.X_train, split.y_train, split.kind, seed, judge)


def _judged(split: Split, label: str, columns: NDArray[np.intp], seed: int) -> Row:
    found = {name: float(score) for name, score in scores(split, columns, seed).items()}
    return {
        "columns": label,
        "n_selected": columns.size,
        "n_features": split.X_train.shape[1],
        **found,
        "best": max(found.values()),
    }


def _table(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Split:
    if kind == "classification":
        y = np.unique(y, return_inverse=True)[1]
    train, test = train_test_split(
        np.arange(len(y)),
        train_size=min(round(0.7 * len(y)), MAX_TRAIN),
        stratify=y if kind == "classification" else None,
        random_state=seed,
    )
    return Split(X[train], X[test], y[train], y[test], kind)


def _documents(counts: object, labels: NDArray, seed: int) -> Split:
    y = np.unique(labels, return_inverse=True)[1]
    n_train = min(N_DOCUMENTS, round(0.7 * len(y)))
    train, test = train_test_split(
        np.arange(len(y)), train_size=n_train, stratify=y, random_state=seed
    )
    test = test[:MAX_TEST_DOCUMENTS]
    frequency = np.asarray((counts[train] > 0).sum(axis=0)).ravel()
    words = np.flatnonzero(frequency >= MIN_DOCUMENTS)
    X_train, X_test = (
        counts[rows][:, words].toarray().astype(np.float64) for rows in (train, test)
    )
    return Split(X_train, X_test, y[train], y[test], "classification", words=True)
