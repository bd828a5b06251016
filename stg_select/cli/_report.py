"""What the command line tells a person: messages on stderr and the ranking table."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pandas as pd
from rich.cells import set_cell_size
from rich.console import Console
from rich.table import Table

from stg_select.cli._errors import OutputError
from stg_select.cli._messages import counted, say
from stg_select.cli._names import Name
from stg_select.cli._plain_text import plain_text
from stg_select.cli._prepare import Target
from stg_select.columns import MIN_LEVEL_ROWS

#: So many names or rows are shown to a person before the rest is only counted.
MAX_NAMES = 6
MAX_ROWS = 20

_FULL_WIDTH = 1_000_000


class Report:
    """Messages on stderr.

    Parameters
    ----------
    quiet : bool
        Say nothing.
    """

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self._console = Console(stderr=True, quiet=quiet, highlight=False)

    @property
    def shows_progress(self) -> bool:
        """Whether a progress bar makes sense: somebody is looking."""
        return not self.quiet and sys.stderr.isatty()

    def note(self, message: str) -> None:
        """Say one line."""
        if not self.quiet:
            say(message)

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Say what is being done to whoever is looking, until it is done."""
        if not self.shows_progress:
            yield
            return
        width = self._console.width - 1
        line = set_cell_size(plain_text(f"{what} ..."), width).rstrip()
        sys.stderr.write(line)
        sys.stderr.flush()
        try:
            yield
        finally:
            sys.stderr.write(f"\r{' ' * width}\r")
            sys.stderr.flush()

    def detected(self, how: Sequence[str]) -> None:
        """Say how a text table is written, if not as usual."""
        if how:
            self.note(
                f"Read with {', '.join(how)}, as detected; --sep, --decimal and "
                "--encoding override."
            )

    def warning(self, message: str) -> None:
        """Pass on a warning of the selector."""
        self.note(f"warning: {message}")

    def target(self, name: str, target: Target, *, inferred: bool) -> None:
        """Say what is learned and why."""
        why = f"inferred from {target.reason}; --task overrides"
        self.note(
            f"Target {name!r}: {target.task} ({why if inferred else 'as asked'})."
        )

    def left_out(self, constant: list[str], rare: list[str]) -> None:
        """Say which columns are not judged: those of one value, and of rare ones."""
        if constant:
            self.note(f"Left out, constant: {_names(constant)}.")
        if rare:
            self.note(
                f"Left out, text of which no value occurs in {MIN_LEVEL_ROWS} rows: "
                f"{_names(rare)}."
            )

    def ranking(self, ranking: pd.DataFrame) -> None:
        """Show the head of the ranking."""
        self._console.print(ranking_table(ranking.head(MAX_ROWS)))
        if len(ranking) > MAX_ROWS:
            rest = ranking[MAX_ROWS:]
            n_kept = int(rest["selected"].sum())
            self.note(f"... and {len(rest)} more, {n_kept} of them kept.")

    def kept(self, ranking: pd.DataFrame) -> None:
        """Say how many columns are kept."""
        n_kept = int(ranking["selected"].sum())
        self.note(f"Kept {n_kept} of {counted(len(ranking), 'column')}.")

    def nothing_kept(self) -> None:
        """Say why the exit code is not 0, also to who wants no messages."""
        say(
            "stg-select: no column is kept, as none was found to tell about the "
            "target; --n-features keeps the best ones all the same."
        )


def ranking_table(ranking: pd.DataFrame) -> Table:
    """Lay a ranking out as a table; `active` is the probability of an open gate.

    Parameters
    ----------
    ranking : DataFrame
        As :func:`stg_select.cli._select.rank_columns` returns it.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 2), collapse_padding=True)
    table.add_column("rank", justify="right", no_wrap=True)
    table.add_column("column", overflow="fold")
    table.add_column("active", justify="right", no_wrap=True)
    table.add_column("mu", justify="right", no_wrap=True)
    table.add_column("kept", justify="center", no_wrap=True)
    for row in ranking.itertuples(index=False):
        table.add_row(
            str(row.rank),
            Name(row.feature),
            f"{row.active_prob:.3f}",
            f"{row.mu:.3f}",
            "yes" if row.selected else "",
            style="bold green" if row.selected else "dim",
        )
    return table


def print_ranking(ranking: pd.DataFrame) -> None:
    """Print the whole ranking to stdout, as wide as it needs to be through a pipe."""
    if sys.stdout is None:
        raise OutputError("Standard output is closed.")
    console = Console(highlight=False)
    table = ranking_table(ranking)
    if not console.is_terminal:
        console.width = _FULL_WIDTH
    console.print(table)
    sys.stdout.flush()


def _names(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:MAX_NAMES]))
    more = len(names) - MAX_NAMES
    return f"{shown} and {more} more" if more > 0 else shown
