"""The work of the commands, whose libraries are imported once it is wanted."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import pandas as pd

from stg_select.cli._demo import DEMO_TARGET, demo_summary, demo_table
from stg_select.cli._formats import PIPE, table_format
from stg_select.cli._output import check_output, write_output
from stg_select.cli._report import Report, print_ranking
from stg_select.cli._select import rank_columns
from stg_select.cli._settings import Settings
from stg_select.cli._tables import read_table


def write_pruned(
    table: str,
    target: str,
    drop: Sequence[str],
    settings: Settings,
    report: Report,
    *,
    output: str,
    force: bool,
) -> None:
    """Write the useful columns of a table and its target."""
    kind = table_format(output)
    source = read_table(table)
    check_output(output, force=force, source=table)
    ranking = rank_columns(source.frame, target, drop, settings, report)
    keep = {target, settings.event, *ranking.loc[ranking["selected"], "feature"]}
    columns = [name for name in source.frame.columns if name in keep]
    write_output(
        output, lambda handle: source.write(columns, handle, kind), force=force
    )
    report.ranking(ranking)
    report.kept(ranking)
    if output != PIPE:
        report.note(f"Wrote {output} with {len(columns)} columns, target included.")


def show_ranking(
    table: str,
    target: str,
    drop: Sequence[str],
    settings: Settings,
    report: Report,
    *,
    output: str,
    kind: str,
    force: bool,
) -> None:
    """Print or write the ranking of a table's columns."""
    source = read_table(table)
    check_output(output, force=force, source=table)
    ranking = rank_columns(source.frame, target, drop, settings, report)
    if kind == "table":
        print_ranking(ranking)
    else:
        text = _ranking_text(ranking, kind).encode()
        write_output(output, lambda handle: handle.write(text), force=force)
    report.kept(ranking)


def show_demo(settings: Settings, report: Report) -> None:
    """Rank a table that has a shuffled copy of every column."""
    report.note(
        "scikit-learn's breast-cancer table, 30 columns, and a shuffled copy of each."
    )
    table = demo_table(settings.seed)
    ranking = rank_columns(table, DEMO_TARGET, [], settings, report)
    report.ranking(ranking)
    sys.stdout.write(demo_summary(ranking) + "\n")


def _ranking_text(ranking: pd.DataFrame, kind: str) -> str:
    if kind == "json":
        return json.dumps(ranking.to_dict("records"), indent=2) + "\n"
    return str(ranking.to_csv(index=False, lineterminator="\n"))
