"""Options that the command lines of the benchmarks share."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path


def add_result_options(parser: argparse.ArgumentParser, folder: Path) -> None:
    """Add where results go, and what to do with those that are there."""
    parser.add_argument("--out", type=Path, default=folder, help="folder of results")
    parser.add_argument("--overwrite", action="store_true", help="run again")
    parser.add_argument("--list", action="store_true", help="tell what is done")
    parser.add_argument(
        "--table", action="store_true", help="make tables.md from the results, no runs"
    )


def words(text: str) -> tuple[str, ...]:
    """Split a comma-separated list."""
    return tuple(text.split(","))


def among(known: Iterable[str]) -> Callable[[str], tuple[str, ...]]:
    """Make an argparse type: a comma-separated list of known words."""

    def known_words(text: str) -> tuple[str, ...]:
        for word in words(text):
            if word not in known:
                raise argparse.ArgumentTypeError(f"{word!r} is not in {[*known]}")
        return words(text)

    return known_words


def write_tables(tables: str, folder: Path) -> None:
    """Keep the tables beside the results, and print them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tables.md").write_text(tables)
    print(tables)
