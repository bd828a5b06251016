"""Command line of the benchmark."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.options import add_result_options, among, words, write_tables
from benchmarks.quality.methods import METHODS
from benchmarks.quality.parts import make_parts
from benchmarks.quality.picture import draw_pruning
from benchmarks.quality.results import Results
from benchmarks.quality.runner import Request, planned, run
from benchmarks.quality.tables import make_tables

RESULTS = Path(__file__).parent / "results"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is missing, or make the tables."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    if options.seed_offset and options.out == RESULTS:
        parser.error("--seed-offset needs --out: reported results have offset 0")
    results = Results(options.out)
    if options.picture:
        draw_pruning(results, options.methods, options.picture)
        return 0
    if options.table:
        tables = make_tables(results, list(METHODS), options.draws)
        if options.draws is None:
            write_tables(tables, options.out)
        else:
            print(tables)
        return 0
    request = Request(
        parts=options.parts,
        methods=options.methods,
        tasks=options.tasks,
        p=options.p,
        draws=options.draws,
        data=options.data,
        seed_offset=options.seed_offset,
        overwrite=options.overwrite,
        n_jobs=options.jobs,
        n_threads=options.threads,
    )
    if options.list:
        for part in request.parts:
            for method in request.methods:
                units = planned(part, method, request)
                done = results.done(part, method).intersection(units)
                print(f"{part} {method}: {len(done)} of {len(units)} fits done")
        return 0
    failures = run(request, results)
    if failures:
        print(f"{failures} fits failed; the same command runs them again.")
    return int(failures > 0)


def make_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality",
        description="Compare column rankings and default selections. Fits that are in "
        "the results already are not run again. Without options everything runs; slow "
        "peers run on fewer draws and narrower tables unless --draws or --p ask for "
        "more.",
    )
    parts = make_parts(None)
    described = ", ".join(f"{key}: {part.title}" for key, part in parts.items())
    parser.add_argument(
        "--parts", type=among(parts), default=tuple(parts), help=described
    )
    parser.add_argument(
        "--methods",
        type=among(METHODS),
        default=tuple(METHODS),
        help=f"any of {', '.join(METHODS)}",
    )
    parser.add_argument("--tasks", type=words, help="for example ring,xor")
    parser.add_argument("--p", type=_numbers, help="widths, for example 64,512")
    parser.add_argument(
        "--draws",
        "--folds",
        type=int,
        help="the first so many draws, folds or splits; with --table print the tables "
        "of these and write nothing",
    )
    parser.add_argument("--jobs", type=int, default=1, help="fits at a time")
    parser.add_argument("--threads", type=int, default=1, help="threads of one fit")
    parser.add_argument(
        "--data",
        type=Path,
        default=os.environ.get("STG_SELECT_DATA"),
        help="folder of the public data of parts c, d, f, g, i and s "
        "(default: STG_SELECT_DATA)",
    )
    parser.add_argument(
        "--picture",
        type=Path,
        metavar="FILE",
        help="draw loss against share kept from the results of part f, no runs",
    )
    parser.add_argument(
        "--seed-offset", type=int, default=0, help="other draws than those reported"
    )
    add_result_options(parser, RESULTS)
    return parser


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in words(text))


if __name__ == "__main__":
    sys.exit(main())
