"""A CUDA device: the training step there, and whole fits there and on the processor."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import torch

from benchmarks.speed.case import Case, Measure, Metrics, Part, Sizes, seconds_of
from benchmarks.speed.engine import (
    REG_WEIGHT,
    cross_fitted_step_flops,
    cross_fitted_workload,
    plain_step_flops,
    plain_workload,
)
from benchmarks.speed.parts.rate import measure_rate
from stg_select import GaussianGateSelector
from stg_select.datasets import make_ring_xor_sum

DEVICE = "cuda"
#: Rows and hidden layers of the fits, all of 64 columns.
FITS = (
    *((n, (64, 32)) for n in (1000, 10_000, 100_000)),
    *((n, (512, 512)) for n in (1000, 4000)),
)
FIT_COLUMNS = 64


def make_cases(sizes: Sizes) -> list[Case]:
    """Large products, a small problem that the calls of kernels bound, and fits."""
    if not torch.cuda.is_available():
        return []
    n, p, batch, members = 10_000, 2000, 1024, 256
    few, gates, steps = 1000, 32, 200
    fits = FITS
    if sizes.quick:
        # steps enough to tell their time from that of a start
        n, p, batch, members, few, gates, steps = 64, 10, 16, 4, 80, 3, 60
        fits = ((80, (8, 4)),)
    large = Case(
        name=f"shared rows n={n} p={p} batch={batch} K={members}",
        contestants=partial(_large, n, p, batch, members, steps),
        threads=sizes.cores,
        device=DEVICE,
    )
    small = Case(
        name=f"cross-fitted n={few} inputs={2 * gates} K=8",
        contestants=partial(_small, few, gates, steps),
        threads=sizes.cores,
        device=DEVICE,
    )
    whole = [
        Case(
            name=f"fit n={rows} p={FIT_COLUMNS} hidden={'x'.join(map(str, hidden))}",
            contestants=partial(_fits, rows, hidden, sizes.quick),
            threads=sizes.cores,
            device=DEVICE,
        )
        for rows, hidden in fits
    ]
    return [large, small, *whole]


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


def _fits(n: int, hidden: tuple[int, ...], quick: bool) -> Mapping[str, Measure]:
    X, y, _ = make_ring_xor_sum(n, FIT_COLUMNS, random_state=0)

    def fit(device: str, seed: int) -> Metrics:
        selector = GaussianGateSelector(
            hidden_layer_sizes=hidden, device=device, random_state=seed
        )
        if quick:
            selector.set_params(max_iter=100)
        return {"seconds": seconds_of(lambda: selector.fit(X, y))}

    return {"stg": partial(fit, DEVICE), "processor": partial(fit, "cpu")}


PART = Part(
    "On a GPU: the training step, and whole fits",
    make_cases,
    repeats=3,
    needs="a CUDA device",
)
