"""The same fit by one process and by several."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from joblib.externals.loky import get_reusable_executor

from benchmarks.speed.case import Case, Measure, Metrics, Part, Sizes, seconds_of
from stg_select import GaussianGateSelector
from stg_select.datasets import make_ring_xor_sum
from stg_select.engine import limited_threads

# rows, columns, seeds a fold
SHAPES = ((1000, 64, 2), (1000, 512, 2), (1000, 2048, 2), (20000, 100, 2))
SHAPES += ((1000, 64, 16),)


def make_cases(sizes: Sizes) -> list[Case]:
    """List default fits of several shapes, and one with many members."""
    shapes = ((600, 12, 2),) if sizes.quick else SHAPES
    return [
        Case(
            name=f"n={n} p={p} members={4 * n_seeds}",
            contestants=partial(_contestants, n, p, n_seeds, sizes),
            threads=sizes.cores,
        )
        for n, p, n_seeds in shapes
    ]


def _contestants(n: int, p: int, n_seeds: int, sizes: Sizes) -> Mapping[str, Measure]:
    X, y, _ = make_ring_xor_sum(n, p, random_state=0)

    def seconds(seed: int, **parameters: Any) -> Metrics:
        selector = GaussianGateSelector(
            n_seeds=n_seeds, random_state=seed, device="cpu", **parameters
        )
        if sizes.quick:
            selector.set_params(max_iter=100)
        return {"seconds": seconds_of(lambda: selector.fit(X, y))}

    def one_thread(seed: int) -> Metrics:
        with limited_threads(1):
            return seconds(seed)

    def new_jobs(seed: int) -> Metrics:
        get_reusable_executor().shutdown()
        return seconds(seed, n_jobs=sizes.cores)

    # the processes that new jobs start serve the jobs of the same turn
    return {
        "all-threads": seconds,
        "one-thread": one_thread,
        "stg-new-jobs": new_jobs,
        "stg-jobs": partial(seconds, n_jobs=sizes.cores),
    }


PART = Part("Fit by one process and by several", make_cases, repeats=3)
