"""The commands and their options."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from stg_select.cli._demo import DEMO_TARGET, demo_summary, demo_table
from stg_select.cli._errors import InputError, OutputError
from stg_select.cli._options import (
    DeviceOption,
    DropOption,
    EventOption,
    ForceOption,
    JobsOption,
    MaxCorrelationOption,
    NFeaturesOption,
    QuietOption,
    SeedOption,
    TableArgument,
    TargetOption,
    TaskChoice,
    TaskOption,
    ThresholdOption,
)
from stg_select.cli._output import check_output, forget_output, write_output
from stg_select.cli._plain_text import plain_text
from stg_select.cli._report import Report, print_ranking
from stg_select.cli._select import Ranked, Settings, rank_columns
from stg_select.cli._tables import PIPE, read_table, table_format

app = typer.Typer(
    name="stg-select",
    help="Find the columns of a table that tell about a target, and drop the others.",
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.command()
def prune(
    table: TableArgument,
    target: TargetOption,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="The file to write, as its ending says, or - for CSV to a pipe.",
            show_default=False,
        ),
    ],
    drop: DropOption = None,
    event: EventOption = None,
    task: TaskOption = None,
    n_features: NFeaturesOption = None,
    threshold: ThresholdOption = None,
    max_correlation: MaxCorrelationOption = None,
    device: DeviceOption = "auto",
    jobs: JobsOption = 1,
    seed: SeedOption = 0,
    force: ForceOption = False,
    quiet: QuietOption = False,
) -> None:
    """Write a table with the useful columns and the target alone.

    Rows, their order, the types of the columns and the text of CSV cells stay as they
    are. Constant and dropped columns are not written.
    """
    settings = _settings(
        task=task,
        event=event,
        n_features=n_features,
        threshold=threshold,
        max_correlation=max_correlation,
        device=device,
        seed=seed,
        jobs=jobs,
    )
    kind = table_format(output)
    source = read_table(table)
    check_output(output, force=force, source=table)
    report = Report(quiet=quiet)
    ranked = rank_columns(source.frame, target, drop or [], settings, report)
    ranking = ranked.ranking
    keep = {target, event, *ranking.loc[ranking["selected"], "feature"]}
    columns = [name for name in source.frame.columns if name in keep]
    write_output(
        output, lambda handle: source.write(columns, handle, kind), force=force
    )
    report.ranking(ranking)
    report.kept(ranking)
    if output != PIPE:
        report.note(f"Wrote {output} with {len(columns)} columns, target included.")


@app.command()
def rank(
    table: TableArgument,
    target: TargetOption,
    as_json: Annotated[
        bool, typer.Option("--json", help="As JSON, with the reasons.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="A .json or .csv file to write instead of standard output.",
            show_default=False,
        ),
    ] = PIPE,
    drop: DropOption = None,
    event: EventOption = None,
    task: TaskOption = None,
    n_features: NFeaturesOption = None,
    threshold: ThresholdOption = None,
    max_correlation: MaxCorrelationOption = None,
    device: DeviceOption = "auto",
    jobs: JobsOption = 1,
    seed: SeedOption = 0,
    force: ForceOption = False,
    quiet: QuietOption = False,
) -> None:
    """Rank the columns of a table, the most useful first."""
    settings = _settings(
        task=task,
        event=event,
        n_features=n_features,
        threshold=threshold,
        max_correlation=max_correlation,
        device=device,
        seed=seed,
        jobs=jobs,
    )
    kind = _ranking_format(output, as_json=as_json, as_csv=as_csv)
    source = read_table(table)
    check_output(output, force=force, source=table)
    report = Report(quiet=quiet)
    ranked = rank_columns(source.frame, target, drop or [], settings, report)
    if kind == "table":
        print_ranking(ranked.ranking)
    else:
        text = _ranking_text(ranked, kind).encode()
        write_output(output, lambda handle: handle.write(text), force=force)
    report.kept(ranked.ranking)


@app.command()
def demo(
    n_features: NFeaturesOption = None,
    threshold: ThresholdOption = None,
    device: DeviceOption = "auto",
    seed: SeedOption = 0,
    quiet: QuietOption = False,
) -> None:
    """Rank a real table that has a shuffled, so useless, copy of every column.

    It is scikit-learn's breast-cancer table; nothing is downloaded.
    """
    settings = _settings(
        task=None,
        n_features=n_features,
        threshold=threshold,
        device=device,
        seed=seed,
    )
    report = Report(quiet=quiet)
    report.note(
        "scikit-learn's breast-cancer table, 30 columns, and a shuffled copy of each."
    )
    ranked = rank_columns(demo_table(seed), DEMO_TARGET, [], settings, report)
    ranking = ranked.ranking
    report.ranking(ranking)
    sys.stdout.write(demo_summary(ranking) + "\n")


def run(args: list[str]) -> int:
    """Run one command and return the exit code of the process."""
    try:
        code = app(args or ["--help"], prog_name="stg-select", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except InputError as error:
        return _fail(str(error))
    except OutputError as error:
        return _fail(str(error), code=1)
    except OSError as error:  # files are read and written under exceptions of their own
        forget_output()
        why = error.strerror or error
        return _fail(f"Standard output cannot be written: {why}.", code=1)
    except typer.Abort:
        code = 130
    except Exception as error:
        # The base class of wrong options is click's, in newer versions typer's own
        # and private; the method is what they share.
        if not hasattr(error, "format_message"):
            raise
        return _fail(error.format_message())
    if code == 130:
        raise KeyboardInterrupt
    return int(code or 0)


def _fail(message: str, code: int = 2) -> int:
    message = plain_text(" ".join(message.split()))
    sys.stderr.write(f"stg-select: error: {message}\n")
    return code


def _settings(
    *,
    task: TaskChoice | None,
    n_features: str | None,
    threshold: float | None,
    device: str,
    seed: int,
    jobs: int = 1,
    max_correlation: float | None = None,
    event: str | None = None,
) -> Settings:
    if (task == TaskChoice.survival) != (event is not None) and task is not None:
        given = "none" if event is None else repr(event)
        raise InputError(f"--task {task.value} and --event must agree, got {given}.")
    if threshold is not None and not 0 <= threshold <= 1:
        raise InputError(f"--threshold must be a number in [0, 1], got {threshold}.")
    if max_correlation is not None and not 0 <= max_correlation < 1:
        raise InputError(
            f"--max-correlation must be a number in [0, 1), got {max_correlation}."
        )
    if not 0 <= seed < 2**32:
        raise InputError(f"--seed must be a whole number in [0, 2**32), got {seed}.")
    if jobs == 0:
        raise InputError("--jobs must be a number of processes, or -1, got 0.")
    return Settings(
        task=None if task is None else task.value,
        n_features=None if n_features is None else _parse_n_features(n_features),
        threshold=threshold,
        device=device,
        seed=seed,
        jobs=jobs,
        max_correlation=max_correlation,
        event=event,
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


def _ranking_format(output: str, *, as_json: bool, as_csv: bool) -> str:
    """Return "json", "csv" or "table" as the flags and the ending of `output` say."""
    if as_json and as_csv:
        raise InputError("--json and --csv exclude each other.")
    if as_json or as_csv:
        return "json" if as_json else "csv"
    if output == PIPE:
        return "table"
    ending = Path(output).suffix.lower()
    if ending not in (".json", ".csv"):
        raise InputError(
            f"--output {output!r} must end in .json or .csv, unless --json or --csv is "
            "given."
        )
    return ending[1:]


def _ranking_text(ranked: Ranked, kind: str) -> str:
    if kind == "json":
        return ranked.selector.to_json() + "\n"
    return str(ranked.ranking.to_csv(index=False, lineterminator="\n"))
