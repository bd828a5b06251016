"""The picture of part f: what a selection loses against how much it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.quality.parts.pruning import GROUPS
from benchmarks.quality.results import Results
from benchmarks.quality.selection_tables import by_group, losses

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLES = {"everyday": "everyday tables", "wide": "wide tables, images", "text": "text"}
# of Okabe and Ito, told apart by the colour-blind; marks differ as well
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#999999")
MARKS = ("*", "o", "s", "^", "D", "v", "P")


def draw_pruning(results: Results, methods: Sequence[str], path: Path) -> None:
    """Draw one point a method, one panel a group of tables, and save the picture.

    Parameters
    ----------
    results : Results
    methods : sequence of str
        In the order of their colours.
    path : Path
        Its ending chooses the format.
    """
    from matplotlib.figure import Figure

    table = results.read("f", methods)
    selections = losses(table) if not table.empty else table
    if selections.empty:
        raise ValueError(f"part f has no results in {results.folder} to draw.")
    selections = selections[selections["columns"] == "default"]
    summary = by_group(selections)
    shown = [name for name in methods if name in set(selections["method"])]
    groups = [name for name in GROUPS if name in set(selections["group"])]
    figure = Figure(figsize=(3.6 * len(groups), 4.2), layout="constrained")
    panels = figure.subplots(1, len(groups), squeeze=False)[0]
    for panel, group in zip(panels, groups, strict=True):
        _draw_panel(panel, summary.xs(group), shown)
        panel.set_title(TITLES[group])
    panels[0].set_ylabel("mean loss of the best model's score")
    handles = {}
    for panel in panels:
        found = panel.get_legend_handles_labels()
        handles |= dict(zip(found[1], found[0], strict=True))
    ordered = [name for name in shown if name in handles]
    figure.legend(
        [handles[name] for name in ordered],
        ordered,
        loc="outside lower center",
        ncols=min(len(ordered), 2 * len(groups) + 1),
        frameon=False,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150, transparent=True, metadata={"Date": None})


def _draw_panel(panel: Axes, points: pd.DataFrame, shown: Sequence[str]) -> None:
    from matplotlib.ticker import LogLocator, NullFormatter

    panel.axhline(0.0, color="0.6", linewidth=0.8, zorder=0)
    for name in points.index:
        place = shown.index(name)
        panel.scatter(
            100 * points.loc[name, "share kept"],
            points.loc[name, "mean loss"],
            s=170 if place == 0 else 70,
            color=COLOURS[place % len(COLOURS)],
            marker=MARKS[place % len(MARKS)],
            edgecolor="white",
            linewidth=0.6,
            label=name,
            zorder=3 if place == 0 else 2,
        )
    panel.set_xscale("log")
    low = 100 * points["share kept"].clip(lower=1e-5).min() / 2
    panel.set_xlim(low, 140)
    panel.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if low > 1 else (1,)))
    panel.xaxis.set_major_formatter("{x:g} %")
    panel.xaxis.set_minor_formatter(NullFormatter())
    panel.margins(y=0.1)
    panel.set_xlabel("columns kept")
    panel.spines[["top", "right"]].set_visible(False)
