"""Run the fits that are not in the results yet."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import joblib
import torch
from threadpoolctl import threadpool_limits

from benchmarks.quality.methods import METHODS
from benchmarks.quality.parts import make_parts
from benchmarks.quality.problem import Row, Unit
from benchmarks.quality.results import Results


@dataclass(frozen=True)
class Request:
    """What to run; None means everything, but slow methods within their limits."""

    parts: tuple[str, ...]
    methods: tuple[str, ...]
    tasks: tuple[str, ...] | None = None
    p: tuple[int, ...] | None = None
    draws: int | None = None
    data: Path | None = None
    seed_offset: int = 0
    overwrite: bool = False
    n_jobs: int = 1
    n_threads: int = 1


def run(request: Request, results: Results) -> int:
    """Run a request and return the number of fits that failed."""
    failures = 0
    for part in request.parts:
        if not make_parts(request.data)[part].units():
            print(f"Part {part}: no data found; give --data or set STG_SELECT_DATA.")
            continue
        for method in request.methods:
            failures += _run_method(part, method, request, results)
    return failures


def planned(part: str, method: str, request: Request) -> list[Unit]:
    """List the fits that a request asks of one method on one part."""
    source, limits = make_parts(request.data)[part], METHODS[method]
    if part not in limits.parts:
        return []
    draws = request.draws if request.draws is not None else limits.max_draws
    return [
        unit
        for unit in source.units()
        if (part != "i" or _takes(limits.families, unit.task))
        and (draws is None or unit.draw < draws)
        and (limits.selects or not source.needs_selection(unit))
        and (request.tasks is None or unit.task in request.tasks)
        and (unit.p in request.p if request.p else _within(unit.p, limits.max_p))
    ]


def _takes(families: tuple[str, ...] | None, task: str) -> bool:
    return families is None or task.split("/")[0] in families


def _within(p: int, max_p: int | None) -> bool:
    return max_p is None or p <= max_p


def _run_method(part: str, method: str, request: Request, results: Results) -> int:
    units = planned(part, method, request)
    if request.overwrite:
        results.forget(part, method, units)
    done = results.done(part, method)
    units = [unit for unit in units if unit not in done]
    if not units:
        return 0
    try:
        versions = describe_versions(METHODS[method].packages)
    except PackageNotFoundError as missing:
        print(f"Part {part}, {method}: skipped, {missing.name} is not installed.")
        return 0
    failures = 0
    metrics = make_parts(request.data)[part].metrics
    for count, (unit, outcome) in enumerate(_outcomes(part, method, units, request), 1):
        where = f"[{count}/{len(units)}] {part} {method} {unit.task} p={unit.p}"
        if isinstance(outcome, str):
            failures += 1
            print(f"{where} draw {unit.draw} failed:\n{outcome}", flush=True)
            continue
        rows, origin = outcome
        origin["versions"] = versions
        results.add(part, method, unit, rows, metrics, origin)
        print(f"{where} draw {unit.draw}: {origin['fit_seconds']} s", flush=True)
    return failures


def _outcomes(
    part: str, method: str, units: list[Unit], request: Request
) -> Iterable[tuple[Unit, tuple[list[Row], Row] | str]]:
    parallel = joblib.Parallel(request.n_jobs, return_as="generator_unordered")
    return parallel(
        joblib.delayed(run_unit)(
            part, method, unit, request.data, request.seed_offset, request.n_threads
        )
        for unit in units
    )


def run_unit(
    part: str,
    method: str,
    unit: Unit,
    data: Path | None,
    seed_offset: int,
    n_threads: int,
) -> tuple[Unit, tuple[list[Row], Row] | str]:
    """Fit and judge once; a failure comes back as its traceback."""
    torch.set_num_threads(n_threads)
    try:
        with threadpool_limits(n_threads):
            problem = make_parts(data)[part].problem(unit, seed_offset)
            keywords = {}
            if problem.sample_weight is not None:
                keywords["sample_weight"] = problem.sample_weight
            if METHODS[method].knows_rows:
                keywords |= {"groups": problem.groups, "splitter": problem.splitter}
            start = time.perf_counter()
            ranking = METHODS[method].rank(
                problem.X, problem.y, problem.kind, problem.seed, **keywords
            )
            seconds = round(time.perf_counter() - start, 3)
            rows = problem.judge(ranking)
    except Exception:  # a peer may raise anything, and the others go on
        return unit, traceback.format_exc(limit=-3)
    return unit, (rows, {"fit_seconds": seconds, "seed": problem.seed})


def describe_versions(packages: Iterable[str]) -> str:
    """Name the packages that a result depends on, with their versions."""
    return "; ".join(f"{name} {version(name)}" for name in (*packages, "numpy"))
