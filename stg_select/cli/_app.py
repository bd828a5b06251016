"""The commands and their options.

Libraries that take long to import are imported when a command runs, so that help and
mistakes in options are answered at once.
"""

from __future__ import annotations

import sys

import typer

from stg_select.cli._dialect import make_dialect
from stg_select.cli._errors import InputError, OutputError
from stg_select.cli._formats import PIPE, ranking_format, table_format
from stg_select.cli._messages import say
from stg_select.cli._options import (
    CarryOption,
    CsvOption,
    DecimalOption,
    DeviceOption,
    DropOption,
    EncodingOption,
    EventOption,
    ForceOption,
    GroupsOption,
    JobsOption,
    JsonOption,
    KeepOption,
    MaxCorrelationOption,
    NFeaturesOption,
    PageOption,
    PrunedOption,
    QuietOption,
    RankingOption,
    SeedOption,
    SepOption,
    TableArgument,
    TargetOption,
    TaskOption,
    ThresholdOption,
    TimeOption,
    VersionOption,
)
from stg_select.cli._roles import Roles
from stg_select.cli._settings import Request, make_settings

app = typer.Typer(
    name="stg-select",
    help="Find the columns of a table that tell about a target, and drop the others.",
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback()
def program(version: VersionOption = False) -> None:
    pass


@app.command()
def prune(
    table: TableArgument,
    target: TargetOption,
    output: PrunedOption,
    page: PageOption = None,
    carry: CarryOption = None,
    keep: KeepOption = None,
    drop: DropOption = None,
    event: EventOption = None,
    groups: GroupsOption = None,
    time: TimeOption = None,
    task: TaskOption = None,
    n_features: NFeaturesOption = None,
    threshold: ThresholdOption = None,
    max_correlation: MaxCorrelationOption = None,
    sep: SepOption = None,
    decimal: DecimalOption = None,
    encoding: EncodingOption = None,
    device: DeviceOption = "auto",
    jobs: JobsOption = 1,
    seed: SeedOption = 0,
    force: ForceOption = False,
    quiet: QuietOption = False,
) -> int:
    """Write a table with the useful columns and the target alone.

    Rows, their order, types of columns and the text of CSV cells stay as they are.
    Constant and dropped columns are not written.

    The exit code is 3 if no column is kept, and the target written alone.
    """
    settings = make_settings(
        task=task.value if task else None,
        event=event,
        n_features=n_features,
        threshold=threshold,
        max_correlation=max_correlation,
        device=device,
        seed=seed,
        jobs=jobs,
    )
    request = Request(
        table=table,
        dialect=make_dialect(sep, decimal, encoding),
        roles=Roles(
            target,
            event,
            groups,
            time,
            carry=tuple(carry or ()),
            keep=tuple(keep or ()),
            drop=tuple(drop or ()),
        ),
        settings=settings,
        output=output,
        page=page,
        force=force,
    )
    table_format(output, "--output")
    request.check_outputs()
    from stg_select.cli import _commands, _report

    return _commands.write_pruned(request, _report.Report(quiet=quiet))


@app.command()
def rank(
    table: TableArgument,
    target: TargetOption,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    output: RankingOption = PIPE,
    page: PageOption = None,
    keep: KeepOption = None,
    drop: DropOption = None,
    event: EventOption = None,
    groups: GroupsOption = None,
    time: TimeOption = None,
    task: TaskOption = None,
    n_features: NFeaturesOption = None,
    threshold: ThresholdOption = None,
    max_correlation: MaxCorrelationOption = None,
    sep: SepOption = None,
    decimal: DecimalOption = None,
    encoding: EncodingOption = None,
    device: DeviceOption = "auto",
    jobs: JobsOption = 1,
    seed: SeedOption = 0,
    force: ForceOption = False,
    quiet: QuietOption = False,
) -> int:
    """Rank the columns of a table, the most useful first.

    The exit code is 3 if no column is kept.
    """
    settings = make_settings(
        task=task.value if task else None,
        event=event,
        n_features=n_features,
        threshold=threshold,
        max_correlation=max_correlation,
        device=device,
        seed=seed,
        jobs=jobs,
    )
    request = Request(
        table=table,
        dialect=make_dialect(sep, decimal, encoding),
        roles=Roles(
            target,
            event,
            groups,
            time,
            keep=tuple(keep or ()),
            drop=tuple(drop or ()),
        ),
        settings=settings,
        output=output,
        page=page,
        force=force,
    )
    kind = ranking_format(output, as_json=as_json, as_csv=as_csv)
    request.check_outputs()
    from stg_select.cli import _commands, _report

    return _commands.show_ranking(request, _report.Report(quiet=quiet), kind)


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
    settings = make_settings(
        n_features=n_features, threshold=threshold, device=device, seed=seed
    )
    from stg_select.cli import _commands, _report

    _commands.show_demo(settings, _report.Report(quiet=quiet))


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
        from stg_select.cli._output import forget_output

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
    say(f"stg-select: error: {' '.join(message.split())}")
    return code
