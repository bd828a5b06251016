"""Time as members, rows and columns double; the sizes are the contestants."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import partial

from benchmarks.speed.case import Case, Measure, Metrics, Part, Sizes, seconds_of
from benchmarks.speed.engine import REG_WEIGHT, Workload, plain_workload
from stg_select import GaussianGateSelector
from stg_select.datasets import make_ring_xor_sum

MEMBERS: tuple[int, ...] = (8, 16, 32, 64)
ROWS: tuple[int, ...] = (500, 1000, 2000, 4000, 8000)
COLUMNS: tuple[int, ...] = (256, 512, 1024, 2048, 4096, 8192)


def make_cases(sizes: Sizes) -> list[Case]:
    """List steps by members on one core, and fits by rows and by columns."""
    p, batch, steps, few, narrow, most = 128, 256, 100, 1000, 64, 300
    members, rows, columns = MEMBERS, ROWS, COLUMNS
    if sizes.quick:
        p, batch, steps, few, narrow, most = 8, 16, 4, 80, 8, 60
        members, rows, columns = members[:2], (80, 160), (8, 16)
    return [
        Case(
            f"members p={p} batch={batch}", partial(_steps, p, batch, members, steps), 1
        ),
        Case(
            f"rows p={narrow}",
            partial(_fits, "n", {n: (n, narrow) for n in rows}, most),
            sizes.cores,
        ),
        Case(
            f"columns n={few}",
            partial(_fits, "p", {p: (few, p) for p in columns}, most),
            sizes.cores,
        ),
    ]


def _steps(
    p: int, batch: int, members: tuple[int, ...], steps: int
) -> Mapping[str, Measure]:
    def measure(work: Workload, seed: int) -> Metrics:
        return {"step_seconds": work.step_seconds(steps)}

    return {
        f"K={count}": partial(
            measure,
            plain_workload(
                8 * batch, p, [REG_WEIGHT] * count, batch_size=batch, steps=steps
            ),
        )
        for count in members
    }


def _fits(
    letter: str, shapes: Mapping[int, tuple[int, int]], max_iter: int
) -> Mapping[str, Measure]:
    """Fit whole, and with one step: all but the training, above all the screening."""

    def measure(n: int, p: int, seed: int) -> Metrics:
        X, y, _ = make_ring_xor_sum(n, p, random_state=0)
        whole = GaussianGateSelector(max_iter=max_iter, random_state=seed)
        with warnings.catch_warnings():
            # one step closes no gate, of which it warns
            warnings.simplefilter("ignore")
            one_step = GaussianGateSelector(max_iter=1, random_state=seed)
            return {
                "seconds": seconds_of(lambda: whole.fit(X, y)),
                "one_step_seconds": seconds_of(lambda: one_step.fit(X, y)),
            }

    return {
        f"{letter}={size}": partial(measure, *shape) for size, shape in shapes.items()
    }


PART = Part("Growth with members, rows and columns", make_cases, repeats=3)
