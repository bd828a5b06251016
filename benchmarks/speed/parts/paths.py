"""A path of penalties against LassoNet's, and against a loop round Captum's gates.

Our side is the engine with one member a penalty on one row set: the computation of
the peers, one network of (64, 32) a penalty, as many steps each. The selector itself
has one penalty and cross-fits, which is another computation; its default fit is timed
beside LassoNet's path as ``stg-default-fit``, to compare what a user waits for.

LassoNet stops each model of its path early, so it goes first and ours then trains as
many models with the mean number of steps, on as many rows, in full batches too.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from benchmarks.speed.case import Case, Measure, Metrics, Part, Sizes, seconds_of
from benchmarks.speed.engine import make_table, plain_step_flops, plain_workload
from benchmarks.speed.peers import (
    captum_loops,
    lassonet_path,
    load_captum,
    load_lassonet,
)
from stg_select import GaussianGateSelector

N_PENALTIES = 10
TRAINING_SHARE = 0.9  # LassoNet holds out the other rows


def make_cases(sizes: Sizes) -> list[Case]:
    """Loops over ten penalties, then paths."""
    n, widths = (120, (8,)) if sizes.quick else (1000, (64, 512))
    batch, steps = (32, 4) if sizes.quick else (128, 300)
    cases = [
        Case(
            name=f"ten penalties n={n} p={p} batch={batch}",
            contestants=partial(_loops, n, p, batch, steps),
            threads=1,
            packages=("stg-select", "torch", "captum"),
        )
        for p in widths
    ]
    return cases + [
        Case(
            name=f"path n={n} p={p}",
            contestants=partial(_paths, n, p, sizes.quick),
            threads=1,
            packages=("stg-select", "torch", "lassonet"),
        )
        for p in widths
    ]


def _loops(n: int, p: int, batch: int, steps: int) -> Mapping[str, Measure]:
    penalties = np.geomspace(3e-4, 3e-2, N_PENALTIES).tolist()
    work = plain_workload(n, p, penalties, batch_size=batch, steps=steps)
    load_captum()

    gflop = 1e-9 * steps * plain_step_flops(batch, p, len(penalties))

    def ours(seed: int) -> Metrics:
        seconds = seconds_of(work.train)
        return {"seconds": seconds, "models": len(penalties), "gflop": gflop}

    def loops(seed: int) -> Metrics:
        run = partial(captum_loops, work.x, work.target, penalties)
        seconds = seconds_of(lambda: run(batch_size=batch, steps=steps, seed=seed))
        return {"seconds": seconds, "models": len(penalties)}

    return {"stg-engine": ours, "captum-loop": loops}


def _paths(n: int, p: int, quick: bool) -> Mapping[str, Measure]:
    x, target = make_table(n, p)
    load_lassonet()
    settings = (
        {"lambda_start": 1.0, "path_multiplier": 3.0, "n_iters": (4, 2)}
        if quick
        else {}
    )
    path = {"models": 1, "steps": 1}

    def lassonet(seed: int) -> Metrics:
        def fit() -> None:
            path["models"], path["steps"] = lassonet_path(x, target, seed, **settings)

        return {"seconds": seconds_of(fit), **path}

    def ours(seed: int) -> Metrics:
        models = path["models"]
        steps = -(-path["steps"] // models)
        penalties = np.geomspace(1e-4, 1e-1, models).tolist()
        rows = round(TRAINING_SHARE * n)
        work = plain_workload(rows, p, penalties, batch_size=None, steps=steps)
        gflop = 1e-9 * steps * plain_step_flops(rows, p, models)
        seconds = seconds_of(work.train)
        return {
            "seconds": seconds,
            "models": models,
            "steps": models * steps,
            "gflop": gflop,
        }

    def default_fit(seed: int) -> Metrics:
        selector = GaussianGateSelector(random_state=seed)
        if quick:
            selector.set_params(max_iter=100)
        return {"seconds": seconds_of(lambda: selector.fit(x, target))}

    return {"lassonet": lassonet, "stg-engine": ours, "stg-default-fit": default_fit}


PART = Part("Paths of penalties, one core", make_cases, repeats=3)
