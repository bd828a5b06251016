"""The parts by letter."""

from __future__ import annotations

from benchmarks.speed.case import Part
from benchmarks.speed.parts import (
    big,
    cuda,
    forest,
    imports,
    jobs,
    loops,
    paths,
    rate,
    scaling,
)

PARTS: dict[str, Part] = {
    "a": forest.PART,
    "b": paths.PART,
    "c": loops.PART,
    "d": rate.PART,
    "e": scaling.PART,
    "f": big.PART,
    "g": cuda.PART,
    "h": imports.PART,
    "i": jobs.PART,
}
