"""The options that commands share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class TaskChoice(StrEnum):
    """What can be learned."""

    classification = "classification"
    regression = "regression"
    counts = "counts"
    survival = "survival"


TableArgument = Annotated[
    str,
    typer.Argument(
        metavar="TABLE",
        help="A .csv, .tsv, .parquet or .feather file, or - for CSV from a pipe.",
        show_default=False,
    ),
]
TargetOption = Annotated[
    str,
    typer.Option(
        "--target",
        metavar="COLUMN",
        help="The column to predict; the times, if --event is given.",
        show_default=False,
    ),
]
EventOption = Annotated[
    str | None,
    typer.Option(
        "--event",
        metavar="COLUMN",
        help="Where the event was seen (1 or true) and where the row is censored (0 or "
        "false); the target is then the time of either.",
        show_default=False,
    ),
]
DropOption = Annotated[
    list[str] | None,
    typer.Option(
        "--drop",
        metavar="COLUMN",
        help="Leave this column out: it is neither judged nor written. Repeatable.",
        show_default=False,
    ),
]
TaskOption = Annotated[
    TaskChoice | None,
    typer.Option("--task", help="What to learn; inferred if not given."),
]
NFeaturesOption = Annotated[
    str | None,
    typer.Option(
        "--n-features",
        metavar="K",
        help="Keep the K best columns (5), or this share of them (0.25).",
        show_default=False,
    ),
]
ThresholdOption = Annotated[
    float | None,
    typer.Option(
        "--threshold",
        metavar="P",
        help="Keep the columns whose gate is open with at least this probability "
        "instead of as many as are needed to predict well; without effect if "
        "--n-features is given.",
        show_default=False,
    ),
]
MaxCorrelationOption = Annotated[
    float | None,
    typer.Option(
        "--max-correlation",
        metavar="R",
        help="Of numeric columns without missing values whose rank correlation is "
        "larger than R in absolute value, keep the best ranked alone.",
        show_default=False,
    ),
]
DeviceOption = Annotated[
    str, typer.Option("--device", help="auto, cpu, cuda, cuda:1 or mps.")
]
JobsOption = Annotated[
    int,
    typer.Option(
        "--jobs",
        metavar="N",
        help="Processes that share the work, -1 for one a core; pays where the work "
        "takes more than some ten seconds.",
    ),
]
SeedOption = Annotated[
    int, typer.Option("--seed", help="The same seed gives the same ranking.")
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="No messages, no table, no progress bar.")
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Replace the output file if it exists.")
]
