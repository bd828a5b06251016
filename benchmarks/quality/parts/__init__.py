"""The five parts of the benchmark."""

from __future__ import annotations

from pathlib import Path

from benchmarks.quality.parts.madelon import Madelon
from benchmarks.quality.parts.noise import Noise
from benchmarks.quality.parts.nonlinear import Nonlinear
from benchmarks.quality.parts.real import RealData
from benchmarks.quality.parts.recovery import Recovery
from benchmarks.quality.problem import Part


def make_parts(data: Path | None) -> dict[str, Part]:
    """Make all parts by their letters; those on real data list what `data` holds."""
    return {
        "a": Nonlinear(),
        "b": Recovery(),
        "c": Madelon(data),
        "d": RealData(data),
        "e": Noise(),
    }
