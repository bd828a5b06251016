"""What the user may set about the selection, checked before a table is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stg_select.cli._dialect import Dialect
from stg_select.cli._errors import InputError
from stg_select.cli._formats import PIPE, table_format
from stg_select.cli._output import check_output
from stg_select.cli._roles import Roles

Task = Literal["classification", "regression", "counts", "survival"]


@dataclass(frozen=True)
class Settings:
    """What the user may set about the selection.

    Attributes
    ----------
    task : {"classification", "regression", "counts", "survival"} or None
        What to learn; None infers it from the target.
    n_features : int, float or None
        How many columns to keep, or which share of them; None leaves it to `threshold`.
    threshold : float or None
        The active probability from which a column is kept.
    max_correlation : float or None
        Largest rank correlation of two columns that are kept.
    device : str
        Where to train.
    seed : int
        Same seed, same ranking.
    jobs : int
        Processes that share the work.
    """

    task: Task | None
    n_features: int | float | None
    threshold: float | None
    max_correlation: float | None
    device: str
    seed: int
    jobs: int


@dataclass(frozen=True)
class Request:
    """What a command is asked for.

    Attributes
    ----------
    table : str
        The file to read.
    dialect : Dialect
        How it is written, as far as the user says.
    roles : Roles
        What its columns are for.
    settings : Settings
        What the user may set about the selection.
    output : str
        The file to write.
    page : str or None
        Where to write the report.
    force : bool
        Whether files may be replaced.
    """

    table: str
    dialect: Dialect
    roles: Roles
    settings: Settings
    output: str
    page: str | None
    force: bool

    def __post_init__(self) -> None:
        table_format(self.table)
        if self.page is not None and not self.page.lower().endswith(".html"):
            raise InputError(f"--report {self.page!r} must end in .html.")

    def check_outputs(self) -> None:
        """Raise an InputError if a file could not be written, before one is read."""
        output, page = self.output, self.page
        for option, path in (("--output", output), ("--report", page)):
            if path is not None:
                check_output(path, force=self.force, source=self.table, option=option)
        if output != PIPE and page and Path(output).resolve() == Path(page).resolve():
            raise InputError(f"--report {page!r} is the file of --output as well.")


def make_settings(
    *,
    device: str,
    seed: int,
    n_features: str | None = None,
    threshold: float | None = None,
    max_correlation: float | None = None,
    jobs: int = 1,
    task: Task | None = None,
    event: str | None = None,
) -> Settings:
    """Check options and put them together.

    Raises
    ------
    InputError
        If one of them is out of its bounds.
    """
    if (task == "survival") != (event is not None) and task is not None:
        given = "none" if event is None else repr(event)
        raise InputError(f"--task {task} and --event must agree, got {given}.")
    if threshold is not None and not 0 <= threshold <= 1:
        raise InputError(f"--threshold must be a number in [0, 1], got {threshold}.")
    if max_correlation is not None and not 0 <= max_correlation < 1:
        raise InputError(
            f"--max-correlation must be a number in [0, 1), got {max_correlation}."
        )
    if not 0 <= seed < 2**32:
        raise InputError(f"--seed must be a whole number in [0, 2**32), got {seed}.")
    if not re.fullmatch(r"auto|cpu|mps|cuda(:\d+)?", device):
        raise InputError(
            f"--device must be auto, cpu, mps, cuda or cuda:1, got {device!r}."
        )
    if jobs == 0:
        raise InputError("--jobs must be a number of processes, or -1, got 0.")
    return Settings(
        task=task,
        n_features=None if n_features is None else _parse_n_features(n_features),
        threshold=threshold,
        max_correlation=max_correlation,
        device=device,
        seed=seed,
        jobs=jobs,
    )


def _parse_n_features(text: str) -> int | float:
    message = (
        "--n-features must be a whole number from 1 or a share in (0, 1], "
        f"got {text!r}."
    )
    try:
        number = int(text) if text.strip("+-").isdigit() else float(text)
    except ValueError:
        raise InputError(message) from None
    if isinstance(number, int) and number < 1:
        raise InputError(message)
    if isinstance(number, float) and not 0 < number <= 1:
        raise InputError(message)
    return number
