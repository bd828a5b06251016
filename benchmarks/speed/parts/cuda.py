"""The training step on a CUDA device."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import torch

from benchmarks.speed.case import Case, Measure, Part, Sizes
from benchmarks.speed.engine import (
    REG_WEIGHT,
    cross_fitted_step_flops,
    cross_fitted_workload,
    plain_step_flops,
    plain_workload,
)
from benchmarks.speed.parts.rate import measure_rate

DEVICE = "cuda"


def make_cases(sizes: Sizes) -> list[Case]:
    """Large products, and a small problem that the calls of kernels bound."""
    if not torch.cuda.is_available():
        return []
    n, p, batch, members = 10_000, 2000, 1024, 256
    few, gates, steps = 1000, 32, 200
    if sizes.quick:
        n, p, batch, members, few, gates, steps = 64, 10, 16, 4, 80, 3, 4
    return [
        Case(
            name=f"shared rows n={n} p={p} batch={batch} K={members}",
            contestants=partial(_large, n, p, batch, members, steps),
            threads=sizes.cores,
            device=DEVICE,
        ),
        Case(
            name=f"cross-fitted n={few} inputs={2 * gates} K=8",
            contestants=partial(_small, few, gates, steps),
            threads=sizes.cores,
            device=DEVICE,
        ),
    ]


def _large(
    n: int, p: int, batch: int, members: int, steps: int
) -> Mapping[str, Measure]:
    penalties = [REG_WEIGHT] * members
    work = plain_workload(n, p, penalties, batch_size=batch, steps=steps, device=DEVICE)
    flops = plain_step_flops(batch, p, members)
    return {"stg-engine": partial(measure_rate, work, steps, flops)}


def _small(n: int, gates: int, steps: int) -> Mapping[str, Measure]:
    work = cross_fitted_workload(n, gates, steps=steps, device=DEVICE)
    flops = cross_fitted_step_flops(n, 2 * gates, work.plan.n_members)
    return {"stg-engine": partial(measure_rate, work, steps, flops)}


PART = Part("The training step on a GPU", make_cases, needs="a CUDA device")
