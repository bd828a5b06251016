"""Many networks at once against as many hand-written loops, on one core.

Both train plain stochastic gates: the same networks, batches, steps and Adam. The loop
draws its gates for every row, as Captum's layer does; ours once a step and member,
which is the default of this package and saves it the products of noise and table.
The cases called medium take the faster products of float32 that torch offers by
``set_float32_matmul_precision("medium")``, for ours and for the loops, which also run
without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import torch

from benchmarks.speed.case import Case, Measure, Metrics, Part, Sizes, seconds_of
from benchmarks.speed.engine import REG_WEIGHT, plain_step_flops, plain_workload
from benchmarks.speed.peers import captum_loops, load_captum

N_MEMBERS = 64
TIMED_LOOPS = 4  # the time of the others is extrapolated


def make_cases(sizes: Sizes) -> list[Case]:
    """List a small and a large network."""
    # n, p, batch, steps
    shapes = [(2048, 64, 128, 200), (2048, 1000, 256, 100)]
    if sizes.quick:
        shapes = [(64, 6, 16, 4)]
    return [
        Case(
            name=f"K={N_MEMBERS} p={p} batch={batch}{suffix}",
            contestants=partial(contestants, n, p, batch, steps),
            threads=1,
            packages=("stg-select", "torch", "captum"),
        )
        for suffix, contestants in (("", _contestants), (" medium", _at_medium))
        for n, p, batch, steps in shapes
    ]


def _contestants(n: int, p: int, batch: int, steps: int) -> Mapping[str, Measure]:
    penalties = [REG_WEIGHT] * N_MEMBERS
    work = plain_workload(n, p, penalties, batch_size=batch, steps=steps)
    load_captum()

    gflop = 1e-9 * steps * plain_step_flops(batch, p, N_MEMBERS)

    def ours(seed: int) -> Metrics:
        seconds = seconds_of(work.train)
        return {"seconds": seconds, "models": N_MEMBERS, "gflop": gflop}

    def loops(seed: int) -> Metrics:
        run = partial(captum_loops, work.x, work.target, penalties[:TIMED_LOOPS])
        seconds = seconds_of(lambda: run(batch_size=batch, steps=steps, seed=seed))
        return {
            "seconds": seconds * N_MEMBERS / TIMED_LOOPS,
            "models": N_MEMBERS,
            "timed_models": TIMED_LOOPS,
        }

    return {"stg-engine": ours, "captum-loop": loops}


def _at_medium(n: int, p: int, batch: int, steps: int) -> Mapping[str, Measure]:
    """Both contestants with faster products, and the loops without."""
    contestants = _contestants(n, p, batch, steps)
    faster = {
        f"{name}-medium": partial(_faster, measure)
        for name, measure in contestants.items()
    }
    return faster | {"captum-loop": contestants["captum-loop"]}


def _faster(measure: Measure, seed: int) -> Metrics:
    """Measure with faster products; the limit of the slower ones is no bound then."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium")
    try:
        metrics = measure(seed)
    finally:
        torch.set_float32_matmul_precision(before)
    metrics.pop("gflop", None)
    return metrics


PART = Part("64 networks at once against 64 loops, one core", make_cases)
