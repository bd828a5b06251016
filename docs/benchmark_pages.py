"""The results of the benchmarks as charts, with their tables behind a fold."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import draw_speed
import matplotlib.pyplot as plt
import pandas as pd
from draw_pictures import STYLES, save  # which also asks for pictures without a window

from benchmarks.quality.methods import METHODS
from benchmarks.quality.picture import draw_pruning
from benchmarks.quality.results import Results

HERE = Path(__file__).parent
RESULTS = HERE.parent / "benchmarks" / "quality" / "results"
OURS = "stg"
#: Parts in which rankings are compared with the truth; of g a family is a line.
CHARTS = "abghi"
#: What the pictures of parts show; that of f is drawn by the benchmark.
SEEN = {
    **dict.fromkeys(CHARTS, "A line for each task, a point for each method"),
    "f": "Loss against the share of columns kept, a point for each method",
}
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#999999"


def shares(part: str) -> pd.DataFrame:
    """Mean share of the true columns among the first k, of each task and method.

    Parameters
    ----------
    part : str
        Letter of the part.

    Returns
    -------
    table : DataFrame
        Tasks in rows, methods in columns; our own ablations are left out.
    """
    tables = [pd.read_csv(path) for path in sorted(RESULTS.glob(f"{part}-*.csv"))]
    rows = pd.concat(tables, ignore_index=True)
    rows = rows[~rows["method"].str.startswith(f"{OURS}-")]
    family = rows["task"].str.partition("/")[0]
    rows["line"] = family if part == "g" else rows["task"]
    return rows.pivot_table(
        index="line", columns="method", values="best_k", sort=False
    ).sort_values(OURS, kind="stable")


def draw(part: str, path: Path) -> None:
    """Draw a line for each task: our point, those of peers, the best peer's name."""
    table = shares(part)
    peers = table.drop(columns=OURS)
    height = 1.2 + 0.26 * len(table)
    figure, ax = plt.subplots(figsize=(7.5, height), layout="constrained")
    for place, (_, values) in enumerate(peers.iterrows()):
        found = values.dropna()
        ax.plot(100 * found, [place] * len(found), "o", color=GREY, ms=4, zorder=1)
        if len(found):
            best = found.idxmax()
            ax.plot(100 * found[best], place, "s", color=ORANGE, ms=6, zorder=2)
            ax.text(103, place, best, va="center", fontsize=8)
    ax.plot(100 * table[OURS], range(len(table)), "*", color=BLUE, ms=11, zorder=3)
    ax.set_yticks(range(len(table)), table.index, fontsize=8)
    ax.set(xlim=(-2, 102), ylim=(-0.6, len(table) - 0.4))
    ax.set_xlabel("true columns among the first, %")
    ax.spines[["top", "right"]].set_visible(False)
    ax.plot([], [], "*", color=BLUE, ms=11, label="stg_select")
    if peers.notna().any(axis=None):
        ax.plot([], [], "s", color=ORANGE, ms=6, label="best peer, named at the right")
        ax.plot([], [], "o", color=GREY, ms=4, label="other peers")
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=9)
    save(figure, path)


def section(text: str) -> str:
    """Put the tables of a part behind folds, our own ablations apart from peers."""
    heading, _, body = text.partition("\n")
    part = heading.removeprefix("## ")[0]
    parts = [f"{heading}\n"]
    if part in SEEN:
        for style in STYLES:
            parts.append(
                f"```{{image}} generated/pictures/part-{part}-{style}.svg\n"
                f":class: only-{style}\n"
                f":alt: {SEEN[part]}\n"
                "```\n"
            )
    parts.append(f"::::{{dropdown}} Tables\n{_without_ablations(body)}\n::::\n")
    ablations = _ablations(body)
    if ablations:
        parts.append(f"::::{{dropdown}} One idea switched off\n{ablations}\n::::\n")
    return "\n".join(parts)


def _tables(body: str) -> list[str]:
    return re.findall(r"(?:^\|.*\n?)+", body, re.MULTILINE)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _without_ablations(body: str) -> str:
    """Leave out the rows, and the columns, of our own ablations."""
    for table in _tables(body):
        lines = [_cells(line) for line in table.splitlines()]
        shown = [not name.startswith(f"{OURS}-") for name in lines[0]]
        kept = "".join(
            _line([cell for cell, show in zip(line, shown, strict=False) if show])
            for line in lines
            if not line[0].startswith(f"{OURS}-")
        )
        body = body.replace(table, kept)
    return body


def _ablations(body: str) -> str:
    """Rows of our own in the first table that has such."""
    for table in _tables(body):
        head, rule, *lines = table.splitlines()
        ours = [line for line in lines if _cells(line)[0].startswith(OURS)]
        if len(ours) > 1:
            return "\n".join([head, rule, *ours])
    return ""


def write(folder: Path) -> None:
    """Write the page of all parts, and draw its charts.

    Parameters
    ----------
    folder : Path
        The page goes here, the charts to its folder `pictures`.
    """
    pictures = folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    for name, style in STYLES.items():
        with plt.style.context(style):
            for part in CHARTS:
                draw(part, pictures / f"part-{part}-{name}.svg")
            path = pictures / f"part-f-{name}.svg"
            draw_pruning(Results(RESULTS), list(METHODS), path)
            draw_speed.draw(pictures / f"speed-{name}.svg")
    text = (RESULTS / "tables.md").read_text(encoding="utf-8")
    sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    page = "\n".join(section(part) for part in sections if part.startswith("## "))
    (folder / "benchmark_tables.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
