"""Command line of the benchmark."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.options import add_result_options, among, words, write_tables
from benchmarks.speed.case import Sizes
from benchmarks.speed.machine import available_cores
from benchmarks.speed.parts import PARTS
from benchmarks.speed.results import Results
from benchmarks.speed.runner import Request, planned, run
from benchmarks.speed.tables import make_tables

RESULTS = Path(__file__).parent / "results"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is missing, or make the tables."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    if options.quick and options.out == RESULTS:
        parser.error("--quick needs --out: its times say nothing and are not reported")
    results = Results(options.out)
    if options.table:
        write_tables(make_tables(results), options.out)
        return 0
    request = Request(
        parts=options.parts,
        sizes=Sizes(options.cores, options.quick),
        cases=options.cases,
        repeats=options.repeats,
        overwrite=options.overwrite,
    )
    if options.list:
        for part in request.parts:
            done = results.done(part)
            for case in planned(part, request):
                state = "done" if case.name in done else "missing"
                print(f"{part} {case.name}: {state}")
        return 0
    failures = run(request, results)
    if failures:
        print(f"{failures} cases failed; the same command runs them again.")
    return int(failures > 0)


def make_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed",
        description="Time the selector, its engine and their peers in turn, together "
        "with the limits of the machine. Cases that are in the results already are not "
        "run again. Without options everything runs; other work on the same cores "
        "spoils the ratios.",
    )
    described = ", ".join(f"{key}: {part.title}" for key, part in PARTS.items())
    parser.add_argument(
        "--parts", type=among(PARTS), default=tuple(PARTS), help=described
    )
    parser.add_argument(
        "--cases",
        type=words,
        help="those whose name holds one of these words, for example p=64,p=512",
    )
    parser.add_argument(
        "--repeats", type=_count, help="turns of every contestant, at least 1"
    )
    parser.add_argument(
        "--cores",
        type=_count,
        default=available_cores(),
        help="for contestants that use several cores (default: all there are)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="tiny cases, to see that everything runs"
    )
    add_result_options(parser, RESULTS)
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
