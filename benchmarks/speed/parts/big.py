"""Wide and long tables: seconds and memory of a default fit in its own process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from functools import partial

from benchmarks.speed.case import Case, Measure, Metrics, Part, Sizes

SHAPES = ((500, 20_000), (100_000, 100), (500, 100_000), (1_000_000, 100))
MODULE = "benchmarks.speed.big_fit"


def make_cases(sizes: Sizes) -> list[Case]:
    """Tables of a fifth and a tenth of the size, and the whole."""
    shapes = ((200, 20),) if sizes.quick else SHAPES
    return [
        Case(
            name=f"n={n} p={p}",
            contestants=partial(_contestants, n, p, sizes),
            threads=sizes.cores,
        )
        for n, p in shapes
    ]


def _contestants(n: int, p: int, sizes: Sizes) -> Mapping[str, Measure]:
    def ours(seed: int) -> Metrics:
        words = [sys.executable, "-m", MODULE, n, p, sizes.cores, seed]
        words += ["60"] if sizes.quick else []
        done = subprocess.run(
            [str(word) for word in words], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"The fit in its own process failed:\n{done.stderr}")
        return json.loads(done.stdout)

    return {"stg": ours}


PART = Part("Wide and long tables", make_cases, repeats=1)
