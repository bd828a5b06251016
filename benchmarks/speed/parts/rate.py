"""Arithmetic of the training step as a share of the rate of a matrix product."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from benchmarks.speed.case import Case, Measure, Metrics, Part, Sizes
from benchmarks.speed.engine import (
    REG_WEIGHT,
    Workload,
    cross_fitted_step_flops,
    cross_fitted_workload,
    plain_step_flops,
    plain_workload,
)


def make_cases(sizes: Sizes) -> list[Case]:
    """Plain members of shared rows, and members as the default selector has them."""
    if sizes.quick:
        shared = [(64, 10, 16, 4, 4)]
        crossed = [(80, 3, 4)]
    else:
        shared = [(2048, 1000, 256, 32, 40)]
        crossed = [(1000, 64, 100), (1000, 32, 100)]
    cases = [
        Case(
            name=f"shared rows inputs={p} batch={batch} K={members}",
            contestants=partial(_shared, n, p, batch, members, steps),
            threads=1,
        )
        for n, p, batch, members, steps in shared
    ]
    return cases + [
        Case(
            name=f"cross-fitted inputs={2 * gates} n={n} K=8",
            contestants=partial(_crossed, n, gates, steps),
            threads=1,
        )
        for n, gates, steps in crossed
    ]


def measure_rate(work: Workload, steps: int, flops: float, seed: int) -> Metrics:
    """Time a step and tell how many operations it does in a second."""
    seconds = work.step_seconds(steps)
    return {"step_seconds": seconds, "gflops": 1e-9 * flops / seconds}


def _shared(
    n: int, p: int, batch: int, members: int, steps: int
) -> Mapping[str, Measure]:
    penalties = [REG_WEIGHT] * members
    work = plain_workload(n, p, penalties, batch_size=batch, steps=steps)
    flops = plain_step_flops(batch, p, members)
    return {"stg-engine": partial(measure_rate, work, steps, flops)}


def _crossed(n: int, gates: int, steps: int) -> Mapping[str, Measure]:
    work = cross_fitted_workload(n, gates, steps=steps)
    flops = cross_fitted_step_flops(n, 2 * gates, work.plan.n_members)
    return {"stg-engine": partial(measure_rate, work, steps, flops)}


PART = Part("Arithmetic rate of the training step, one core", make_cases)
