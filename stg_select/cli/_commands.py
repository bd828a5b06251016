"""The work of the commands, whose libraries are imported once it is wanted."""

from __future__ import annotations

import sys

from stg_select.cli._arrow_tables import ArrowTable
from stg_select.cli._demo import DEMO_TARGET, demo_summary, demo_table
from stg_select.cli._errors import InputError
from stg_select.cli._formats import PIPE, table_format
from stg_select.cli._order import check_rows
from stg_select.cli._output import write_output
from stg_select.cli._report import Report, print_ranking
from stg_select.cli._roles import Roles
from stg_select.cli._select import Ranked, rank_columns
from stg_select.cli._settings import Request, Settings
from stg_select.cli._tables import name_of, read_table
from stg_select.cli._text_tables import TextTable

#: The exit code where the work is done and no column is kept.
NOTHING_KEPT = 3


def write_pruned(request: Request, report: Report) -> int:
    """Write the useful columns of a table and its target."""
    output, force = request.output, request.force
    kind = table_format(output)
    source = _read(request, report)
    ranked = rank_columns(source.frame, request.roles, request.settings, report)
    keep = {*request.roles.written, *ranked.kept}
    columns = [name for name in source.frame.columns if name in keep]
    write_output(
        output, lambda handle: source.write(columns, handle, kind), force=force
    )
    report.ranking(ranked.table)
    report.kept(ranked.table)
    if output != PIPE:
        report.note(f"Wrote {output} with {len(columns)} columns, target included.")
    return _end(ranked, request, report)


def show_ranking(request: Request, report: Report, kind: str) -> int:
    """Print or write the ranking of a table's columns."""
    source = _read(request, report)
    ranked = rank_columns(source.frame, request.roles, request.settings, report)
    if kind == "table":
        print_ranking(ranked.table)
    else:
        text = _ranking_text(ranked, kind).encode()
        write_output(
            request.output, lambda handle: handle.write(text), force=request.force
        )
    report.kept(ranked.table)
    return _end(ranked, request, report)


def show_demo(settings: Settings, report: Report) -> None:
    """Rank a table that has a shuffled copy of every column."""
    _check_device(settings.device)
    report.note(
        "scikit-learn's breast-cancer table, 30 columns, and a shuffled copy of each."
    )
    table = demo_table(settings.seed)
    ranking = rank_columns(table, Roles(DEMO_TARGET), settings, report).table
    report.ranking(ranking)
    sys.stdout.write(demo_summary(ranking) + "\n")


def _read(request: Request, report: Report) -> TextTable | ArrowTable:
    """Read the table, once nothing else of the request can be wrong."""
    _check_device(request.settings.device)
    name = "standard input" if request.table == PIPE else request.table
    with report.working(f"Reading {name}"):
        source = read_table(request.table, request.dialect)
    in_time = request.roles.time is not None
    check_rows(len(source.frame), name_of(request.table), in_time=in_time)
    report.detected(source.detected)
    return source


def _check_device(device: str) -> None:
    if device in ("auto", "cpu"):
        return
    from stg_select.engine import available_devices

    devices = available_devices()
    if device not in devices:
        raise InputError(
            f"--device {device!r} is not one of this machine; it has "
            f"{', '.join(devices)}."
        )


def _end(ranked: Ranked, request: Request, report: Report) -> int:
    """Write the page, and say by the exit code whether a column is kept."""
    page = request.page
    if page is not None:
        raw = ranked.page().encode("utf-8", errors="replace")
        write_output(
            page,
            lambda handle: handle.write(raw),
            force=request.force,
            option="--report",
        )
        report.note(f"Wrote {page}.")
    if ranked.kept:
        return 0
    report.nothing_kept()
    return NOTHING_KEPT


def _ranking_text(ranked: Ranked, kind: str) -> str:
    if kind == "json":
        return str(ranked.selector.to_json()) + "\n"
    return str(ranked.table.to_csv(index=False, lineterminator="\n"))
