"""What passes between the parts and the runner."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Metrics = dict[str, float]
Measure = Callable[[int], Metrics]


@dataclass(frozen=True)
class Sizes:
    """What the command asks of every part.

    Attributes
    ----------
    cores : int
        Threads, processes or jobs of the contestants that use all cores.
    quick : bool
        Whether to run tiny cases, which show that everything runs and nothing else.
    """

    cores: int
    quick: bool = False


@dataclass(frozen=True)
class Case:
    """Contestants that are measured in turn: A B A B, as often as asked for.

    Attributes
    ----------
    name : str
        Key of the rows in the results of the part; holds no comma.
    contestants : callable
        Builds the tables and returns the contestants by name. Each is called with
        the number of the repeat, which is its seed, and returns values by metric.
    threads : int
        Threads of everything in the case, measured limits of the machine included.
    packages : tuple of str
        Distributions whose versions are recorded.
    device : str
        Torch device of which the limits are measured.
    """

    name: str
    contestants: Callable[[], Mapping[str, Measure]]
    threads: int
    packages: tuple[str, ...] = ("stg-select", "torch")
    device: str = "cpu"


@dataclass(frozen=True)
class Part:
    """One part of the benchmark.

    Attributes
    ----------
    title : str
    cases : callable
        From `Sizes` to the cases; none where the machine lacks what they need.
    repeats : int
        Turns of every contestant unless the command says otherwise.
    needs : str
        What is missing where there are no cases.
    """

    title: str
    cases: Callable[[Sizes], list[Case]]
    repeats: int = 5
    needs: str = "nothing"


def seconds_of(action: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
