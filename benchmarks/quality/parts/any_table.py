"""Part i: planted signals in tables of every kind, for targets of every kind."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from benchmarks.quality.data import (
    available,
    load,
    load_frequent_words,
    load_genetics,
    load_survset,
    n_genotypes,
)
from benchmarks.quality.metrics import RECOVERY, recovery
from benchmarks.quality.planted import any_word, hazard, labels, outputs, survival
from benchmarks.quality.problem import Problem, Unit, seed_of
from stg_select.datasets import make_mixed_frame, make_survival, make_topic_words

N_DRAWS = 3
MISSING = (0.01, 0.1, 0.5)
# number of columns of every task that needs neither files nor packages
SIZES = {
    **{
        f"mixed/{kind}/missing={share}": 60
        for kind in ("regression", "classification")
        for share in MISSING
    },
    "survival/simulated": 200,
    "words/topics": 5000,
    "labels/three": 200,
    "outputs/three": 200,
}
SURVSET = {"chop": 3833, "DBCD": 4919, "DLBCL": 7399}  # wide ones
GAUSSIAN = "gaussian_survival"
GAUSSIAN_ROWS = 1000  # of 6000, others in each draw
GAUSSIAN_TRUTH = (0, 1)  # its hazard is a bump over the first two columns
WORDS = "R8"
TOPIC_DOCUMENTS = 600
GENOTYPES = re.compile(r"2wayEpi_NA_.*_NA_([\d.]+)_.*__(\d+)\.txt\.gz")

# table, target, true columns, kind
Draw = tuple[Any, Any, Any, str]


class AnyTable:
    """Mixed frames, missing genotypes, survival, words, labels and several outputs.

    The first word of a task names its family; a method lists those that it takes. The
    columns are in random order.
    """

    title = "Any table, any target"
    metrics = RECOVERY

    def __init__(self, data: Path | None) -> None:
        self.data = data

    def units(self) -> list[Unit]:
        sizes = dict(SIZES)
        for name in available(self.data, (GAUSSIAN,)):
            sizes[f"survival/{name}"] = load(self.data, name)[0].shape[1]
        for name in available(self.data, (WORDS,)):
            sizes[f"words/{name}"] = load_frequent_words(self.data, name).shape[1]
        if find_spec("SurvSet"):
            sizes |= {f"survival/{name}": p for name, p in SURVSET.items()}
        else:
            text = "SurvSet is not installed: part i goes on without its tables."
            warnings.warn(text, UserWarning, stacklevel=2)
        drawn = [
            Unit(task, p, draw) for draw in range(N_DRAWS) for task, p in sizes.items()
        ]
        files = [
            Unit(f"genotypes/missing={share}", n_genotypes(path), draw)
            for (share, draw), path in sorted(_genotype_files(self.data).items())
        ]
        return drawn + files

    def needs_selection(self, unit: Unit) -> bool:
        return False

    def problem(self, unit: Unit, seed_offset: int) -> Problem:
        family, _, name = unit.task.partition("/")
        seed = seed_of(unit.task, unit.p, unit.draw, seed_offset)
        rng = np.random.default_rng(seed)
        X, y, truth, kind = MAKERS[family](self.data, name, unit, rng)
        return Problem(X, y, kind, seed, lambda ranking: [recovery(ranking, truth)])


def _mixed(data: Path | None, name: str, unit: Unit, rng: np.random.Generator) -> Draw:
    kind, _, share = name.partition("/missing=")
    frame, y, truth = make_mixed_frame(
        n_features=unit.p, missing=float(share), task=kind, random_state=rng
    )
    return frame, y, truth, kind


def _genotypes(
    data: Path | None, name: str, unit: Unit, rng: np.random.Generator
) -> Draw:
    share = name.removeprefix("missing=")
    X, y = load_genetics(_genotype_files(data)[share, unit.draw])
    X = X.iloc[:, rng.permutation(unit.p)]
    truth = np.flatnonzero(~X.columns.str.startswith("N"))
    return X.to_numpy(dtype=np.float64), y, truth, "classification"


def _survival(
    data: Path | None, name: str, unit: Unit, rng: np.random.Generator
) -> Draw:
    if name == "simulated":
        X, y, truth = make_survival(n_features=unit.p, random_state=rng)
    elif name == GAUSSIAN:
        X, y = load(data, name)
        rows = rng.choice(len(X), min(GAUSSIAN_ROWS, len(X)), replace=False)
        order = rng.permutation(unit.p)
        X, y = X[np.ix_(rows, order)], survival(y[rows, 1] > 0, y[rows, 0])
        truth = np.flatnonzero(np.isin(order, GAUSSIAN_TRUTH))
    else:
        X = load_survset(name)
        y, truth = hazard(X, rng)
    return X, y, truth, "survival"


def _words(data: Path | None, name: str, unit: Unit, rng: np.random.Generator) -> Draw:
    if name == "topics":
        X, y, truth = make_topic_words(TOPIC_DOCUMENTS, unit.p, random_state=rng)
        return csr_matrix(X), y, truth, "classification"
    counts = load_frequent_words(data, name)[:, rng.permutation(unit.p)]
    return counts, *any_word(counts, rng), "classification"


def _labels(data: Path | None, name: str, unit: Unit, rng: np.random.Generator) -> Draw:
    X = rng.standard_normal((1000, unit.p))
    return X, *labels(X, rng), "classification"


def _outputs(
    data: Path | None, name: str, unit: Unit, rng: np.random.Generator
) -> Draw:
    X = rng.standard_normal((1000, unit.p))
    return X, *outputs(X, rng), "regression"


MAKERS: dict[str, Callable[[Path | None, str, Unit, np.random.Generator], Draw]] = {
    "mixed": _mixed,
    "genotypes": _genotypes,
    "survival": _survival,
    "words": _words,
    "labels": _labels,
    "outputs": _outputs,
}


def _genotype_files(data: Path | None) -> dict[tuple[str, int], Path]:
    """Find the sets with missing cells by their share and replicate."""
    if data is None:
        return {}
    matches = [
        (GENOTYPES.fullmatch(path.name), path)
        for path in (data / "rebate").glob("*_NA_*.txt.gz")
    ]
    return {(found[1], int(found[2])): path for found, path in matches if found}
