"""The parts of the benchmark."""

from __future__ import annotations

from pathlib import Path

from benchmarks.quality.parts.any_table import AnyTable
from benchmarks.quality.parts.dependent import Dependent
from benchmarks.quality.parts.genetics import Genetics
from benchmarks.quality.parts.hard_noise import HardNoise, WeightedNoise
from benchmarks.quality.parts.madelon import Madelon
from benchmarks.quality.parts.noise import Noise
from benchmarks.quality.parts.nonlinear import Nonlinear
from benchmarks.quality.parts.pruning import Pruning
from benchmarks.quality.parts.real import RealData
from benchmarks.quality.parts.recovery import SUITE, UNSEEN_SUITE, Recovery
from benchmarks.quality.parts.stability import Stability
from benchmarks.quality.problem import Part


def make_parts(data: Path | None) -> dict[str, Part]:
    """Make all parts by their letters; those on real data list what `data` holds."""
    return {
        "a": Nonlinear(),
        "b": Recovery("Recovery suite", SUITE),
        "c": Madelon(data),
        "d": RealData(data),
        "e": Noise(),
        "f": Pruning(data),
        "g": Genetics(data),
        "h": Recovery("Signals that nothing was tuned on", UNSEEN_SUITE),
        "i": AnyTable(data),
        "j": Dependent(),
        "n": HardNoise(),
        "s": Stability(data),
        "w": WeightedNoise(),
    }
