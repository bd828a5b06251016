"""Run the cases that are not in the results yet."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError

from sklearn.ensemble import RandomForestClassifier

from benchmarks.quality.runner import describe_versions
from benchmarks.speed.case import Case, Metrics, Sizes
from benchmarks.speed.machine import measure_limits, name_processor
from benchmarks.speed.parts import PARTS
from benchmarks.speed.results import MACHINE, Results, Row
from stg_select import GaussianGateSelector
from stg_select.datasets import make_xor
from stg_select.engine import limited_threads


@dataclass(frozen=True)
class Request:
    """What to run; None means all cases, and the repeats of each part."""

    parts: tuple[str, ...]
    sizes: Sizes
    cases: tuple[str, ...] | None = None
    repeats: int | None = None
    overwrite: bool = False


def run(request: Request, results: Results) -> int:
    """Run a request and return the number of cases that failed."""
    failures = 0
    for name in request.parts:
        part = PARTS[name]
        if not part.cases(request.sizes):
            print(f"Part {name}: skipped, needs {part.needs}.")
            continue
        done = set() if request.overwrite else results.done(name)
        cases = [case for case in planned(name, request) if case.name not in done]
        repeats = request.repeats or (1 if request.sizes.quick else part.repeats)
        for case in cases:
            failures += _run_case(name, case, repeats, request, results)
    return failures


def planned(part: str, request: Request) -> list[Case]:
    """List the cases that a request asks of one part."""
    return [
        case
        for case in PARTS[part].cases(request.sizes)
        if request.cases is None or not set(request.cases).isdisjoint(case.name.split())
    ]


def _run_case(
    part: str, case: Case, repeats: int, request: Request, results: Results
) -> int:
    where = f"{part} {case.name}"
    try:
        versions = describe_versions(case.packages)
    except PackageNotFoundError as missing:
        print(f"{where}: skipped, {missing.name} is not installed.")
        return 0
    origin: Row = {
        "threads": case.threads,
        "cores": request.sizes.cores,
        "processor": name_processor(case.device),
        "versions": versions,
    }
    try:
        with limited_threads(case.threads):
            rows = _take_turns(where, case, repeats, request.sizes.quick)
    except Exception:  # a peer may raise anything, and the others go on
        print(f"{where} failed:\n{traceback.format_exc(limit=-3)}", flush=True)
        return 1
    results.replace(part, case.name, [row | origin for row in rows])
    return 0


def _take_turns(where: str, case: Case, repeats: int, quick: bool) -> list[Row]:
    """Measure the machine and every contestant in turn, as often as asked for."""
    warm_up()
    contestants = case.contestants()
    rows: list[Row] = []

    def note(method: str, repeat: int, metrics: Metrics) -> None:
        key: Row = {"case": case.name, "method": method, "repeat": repeat}
        for metric, value in metrics.items():
            rows.append(key | {"metric": metric, "value": float(f"{value:.6g}")})
        shown = " ".join(f"{name}={value:.4g}" for name, value in metrics.items())
        print(f"{where} [{repeat + 1}/{repeats}] {method}: {shown}", flush=True)

    for repeat in range(repeats):
        note(MACHINE, repeat, measure_limits(case.device, quick=quick))
        for method, measure in contestants.items():
            note(method, repeat, measure(repeat))
    return rows


def warm_up() -> None:
    """Load what the first fit of a process loads, so that no contestant pays for it."""
    X, y, _ = make_xor(60, 4, random_state=0)
    GaussianGateSelector(max_iter=100, random_state=0).fit(X, y)
    RandomForestClassifier(4, random_state=0).fit(X, y)
