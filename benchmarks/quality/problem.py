"""What passes between parts, methods and the runner."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Row = dict[str, float | int | str]


@dataclass(frozen=True)
class Ranking:
    """What a method says about the p columns of one table.

    Attributes
    ----------
    scores : ndarray of shape (n_features,)
        The larger, the better. Equal scores rank in the order of the columns, which
        is random in every problem whose true columns are known.
    selected : ndarray of shape (n_features,) of bool, or None
        What the method selects when asked for no number of columns.
    """

    scores: NDArray[np.float64]
    selected: NDArray[np.bool_] | None = None

    def best(self, k: int) -> NDArray[np.intp]:
        """Return the k best columns, best first."""
        scores = np.nan_to_num(self.scores, nan=-np.inf)
        return np.argsort(-scores, kind="stable")[:k]

    def subset(self, k: int) -> NDArray[np.intp]:
        """Return the k best columns in the order of the table.

        Forests depend on the order of their columns: so equal sets score the same.
        """
        return np.sort(self.best(k))


@dataclass(frozen=True)
class Unit:
    """One fit of one method: the key of a row in the results."""

    task: str
    p: int
    draw: int


@dataclass(frozen=True)
class Problem:
    """A table to rank the columns of, and the judge of the ranking.

    Attributes
    ----------
    X : ndarray, DataFrame or csr_matrix of shape (n_samples, n_features)
        Parts other than i have arrays without missing cells.
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
        Structured, with fields "event" and "time", where the kind is "survival".
    kind : {"classification", "regression", "survival"}
    seed : int
        Seed of the table and of whatever the method draws.
    judge : callable
        From a Ranking to one dict of metric values per row of the results.
    sample_weight : ndarray of shape (n_samples,) or None, default=None
        Passed on to the method as a keyword, where a part has weights.
    groups : ndarray of shape (n_samples,) or None, default=None
        Rows that belong together, for methods that can make use of them.
    splitter : object or None, default=None
        Splitter of scikit-learn that suits the rows, for such methods.
    """

    X: Any
    y: NDArray
    kind: str
    seed: int
    judge: Callable[[Ranking], list[Row]]
    sample_weight: NDArray[np.float64] | None = None
    groups: NDArray | None = None
    splitter: Any = None


class Part(Protocol):
    """One part of the benchmark: a list of units, and how to build each."""

    title: str
    metrics: Sequence[str]

    def units(self) -> list[Unit]:
        """List everything there is to run."""
        ...

    def needs_selection(self, unit: Unit) -> bool:
        """Tell whether a ranking alone cannot be judged."""
        ...

    def problem(self, unit: Unit, seed_offset: int) -> Problem:
        """Build the table and the judge of one unit."""
        ...


def seed_of(task: str, p: int, draw: int, seed_offset: int) -> int:
    """Derive a seed from the key of a unit, the same on every machine."""
    key = [seed_offset, zlib.crc32(task.encode()), p, draw]
    return int(np.random.SeedSequence(key).generate_state(1)[0] // 2)
