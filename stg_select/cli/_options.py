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


def _print_version(asked: bool) -> None:
    if asked:
        import stg_select

        typer.echo(f"stg-select {stg_select.__version__}")
        raise typer.Exit


VersionOption = Annotated[
    bool,
    typer.Option(
        "--version",
        callback=_print_version,
        is_eager=True,
        help="Say the version.",
    ),
]
TableArgument = Annotated[
    str,
    typer.Argument(
        metavar="TABLE",
        help="A .csv, .tsv, .csv.gz, .tsv.gz, .parquet or .feather file, or - for CSV "
        "from a pipe.",
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
CarryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--carry",
        metavar="COLUMN",
        help="Write this column without judging it, such as a key. Repeatable.",
        show_default=False,
    ),
]
KeepOption = Annotated[
    list[str] | None,
    typer.Option(
        "--keep",
        metavar="COLUMN",
        help="Keep this column whatever happens; others count for what they add. "
        "Repeatable.",
        show_default=False,
    ),
]
GroupsOption = Annotated[
    str | None,
    typer.Option(
        "--groups",
        metavar="COLUMN",
        help="Rows with the same value belong together, such as those of a patient; "
        "the column is not judged.",
        show_default=False,
    ),
]
TimeOption = Annotated[
    str | None,
    typer.Option(
        "--time",
        metavar="COLUMN",
        help="When each row was seen, as numbers or dates: gates are trained on later "
        "rows than networks; the column is not judged.",
        show_default=False,
    ),
]
SepOption = Annotated[
    str | None,
    typer.Option(
        "--sep",
        metavar="MARK",
        help="What stands between the cells of CSV: a mark, or tab; detected if not "
        "given.",
        show_default=False,
    ),
]
DecimalOption = Annotated[
    str | None,
    typer.Option(
        "--decimal",
        metavar="MARK",
        help="What stands before the fraction of a number in CSV: . or a comma; "
        "detected if not given.",
        show_default=False,
    ),
]
EncodingOption = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="How the text of CSV is encoded, such as utf-8 or latin-1; detected if "
        "not given.",
        show_default=False,
    ),
]
PageOption = Annotated[
    str | None,
    typer.Option(
        "--report",
        metavar="REPORT.html",
        help="Write a page about the selection as well.",
        show_default=False,
    ),
]
TaskOption = Annotated[
    TaskChoice | None,
    typer.Option(
        "--task",
        metavar="TASK",
        help="classification, regression, counts or survival; inferred if not given.",
    ),
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
    str,
    typer.Option("--device", metavar="DEVICE", help="auto, cpu, cuda, cuda:1 or mps."),
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
    int,
    typer.Option("--seed", metavar="N", help="The same seed gives the same ranking."),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="No messages, no table, no progress bar.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace files that exist.")]
PrunedOption = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="OUT",
        help="The file to write, as its ending says, or - for CSV to a pipe.",
        show_default=False,
    ),
]
RankingOption = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="OUT",
        help="A .json or .csv file to write instead of standard output.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON, with the reasons.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="As CSV.")]
