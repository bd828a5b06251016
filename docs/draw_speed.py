"""Seconds of a fit against columns and rows, from the results of the benchmark."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from draw_pictures import save

RESULTS = Path(__file__).parents[1] / "benchmarks" / "speed" / "results"
#: Part a has a forest beside it, part f is of tables too large for many turns.
MANY_TURNS, ONE_TURN = "a", "f"
COLORS = {"stg": "#0072B2", "random-forest": "#D55E00"}
#: Of the seconds.
TICKS = [0.5, 1, 2, 5, 10, 20, 50, 100, 200]
NAMES = {"stg": "stg_select, default fit", "random-forest": "forest of 500 trees"}


def seconds(part: str) -> pd.DataFrame:
    """Read the seconds of fits of whole tables.

    Parameters
    ----------
    part : str
        Letter of a part. Cases that are not called like "n=1000 p=64" are of real
        tables, and left out.

    Returns
    -------
    table : DataFrame
        A line for each method and case: columns method, n, p, median, min and max.
    """
    rows = pd.read_csv(RESULTS / f"{part}.csv").query("metric == 'seconds'")
    rows = rows[rows["case"].str.startswith("n=")]
    spread = rows.groupby(["method", "case"])["value"].agg(["median", "min", "max"])
    table = spread.reset_index()
    sizes = table["case"].str.extract(r"^n=(?P<n>\d+) p=(?P<p>\d+)$").astype(int)
    return table.join(sizes)


def draw(path: Path) -> None:
    """Draw both panels.

    Parameters
    ----------
    path : Path
        File of the picture.
    """
    often, once = seconds(MANY_TURNS), seconds(ONE_TURN)
    figure, axes = plt.subplots(
        1, 2, figsize=(7.5, 3.4), sharey=True, layout="constrained"
    )
    panels = {
        "p": ("columns", often[often["n"] == 1000], once[once["n"] == 500]),
        "n": ("rows", often[often["p"] == 64], once[once["p"] == 100]),
    }
    for ax, (size, (what, timed, large)) in zip(axes, panels.items(), strict=True):
        for method in NAMES:
            lines = timed[timed["method"] == method].sort_values(size)
            low, high = lines["median"] - lines["min"], lines["max"] - lines["median"]
            style = {"color": COLORS[method], "label": NAMES[method], "capsize": 2}
            ax.errorbar(lines[size], lines["median"], (low, high), fmt="o-", **style)
        label = f"{NAMES['stg']}, one turn"
        ax.plot(large[size], large["median"], "D", mfc="none", c="#0072B2", label=label)
        ax.set(xscale="log", yscale="log", xlabel=what)
        ax.spines[["top", "right"]].set_visible(False)
        ax.minorticks_off()
        ax.tick_params(axis="x", labelsize=9)
        ax.set_yticks(TICKS, TICKS)
        ax.xaxis.set_major_formatter("{x:,.0f}")
    most = max(table["max"].max() for table in (often, once))
    axes[0].set(ylabel="seconds", ylim=(0.4, 1.5 * most))
    axes[0].set_title("1000 rows (diamonds: 500)", fontsize=10)
    axes[1].set_title("64 columns (diamonds: 100)", fontsize=10)
    diamonds, *others = zip(*axes[0].get_legend_handles_labels(), strict=True)
    handles, labels = zip(*others, diamonds, strict=True)
    figure.legend(
        handles, labels, loc="outside upper center", ncols=3, frameon=False, fontsize=9
    )
    save(figure, path)
