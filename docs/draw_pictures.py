"""Run what pages with pictures show, and save what they draw, light and dark."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import warnings
from pathlib import Path

import matplotlib as mpl
from joblib import Parallel, delayed

mpl.use("agg")

import matplotlib.pyplot as plt

from stg_select.inspection import RankingDisplay

HERE = Path(__file__).parent
STYLES = {"light": "default", "dark": "dark_background"}
#: Pictures that a page draws itself: the names that it gives them, their variables.
DRAWN = {
    "pictures": {
        "ranking": "ranking",
        "curve": "curve",
        "effect": "effect",
        "plane": "plane",
        "history": "history",
        "own": "figure",
    },
    "keep": {"money": "figure"},
    "reasons": {"sets": "sets"},
}
#: Pages whose first piece of code fits a selector, and how many columns are drawn.
RANKED = {"tables": 15, "rows": 18, "survival": 12, "wide": 10, "words": 30}


def pieces(page: str) -> list[str]:
    """Return the pieces of code that a page shows."""
    text = (HERE / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def save(figure: plt.Figure, path: Path) -> None:
    """Save a picture on the background of its page."""
    figure.savefig(path, transparent=True, metadata={"Date": None})
    plt.close(figure)


def draw_ranking(page: str, folder: Path) -> None:
    """Draw the ranking of the selector that a page fits first."""
    shown: dict = {}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")  # the page tells of them
        exec(pieces(page)[0], shown)
    for name, style in STYLES.items():
        with plt.style.context(style):
            ranking = RankingDisplay.from_estimator(
                shown["selector"], max_features=RANKED[page]
            )
            save(ranking.figure_, folder / f"{page}-{name}.svg")


def draw(page: str, folder: Path) -> None:
    """Draw what the code of a page draws, in its own folder `root`."""
    os.chdir(folder / "root")
    code = pieces(page)
    drawing = [any(word in piece for word in ("figure", "Display")) for piece in code]
    first = drawing.index(True)
    shown: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for piece in code[:first]:
            exec(piece, shown)
        for name, style in STYLES.items():
            with plt.style.context(style):
                for piece in code[first:]:
                    exec(piece, shown)
                for picture, variable in DRAWN[page].items():
                    figure = getattr(shown[variable], "figure_", shown[variable])
                    save(figure, folder / f"{picture}-{name}.svg")
    for leftover in ("selection.svg", "selection.json"):
        Path(leftover).unlink(missing_ok=True)
    if page == "pictures":
        display = shown["selector"]._repr_html_()
        (folder / "selector.html").write_text(display, encoding="utf-8")


def draw_all(folder: Path) -> None:
    """Draw the pictures of all pages.

    Parameters
    ----------
    folder : Path
        Where to save them; the report goes to its folder `root`.
    """
    (folder / "root").mkdir(parents=True, exist_ok=True)
    tasks = [delayed(draw)(page, folder) for page in DRAWN]
    tasks += [delayed(draw_ranking)(page, folder) for page in RANKED]
    Parallel(n_jobs=2)(tasks)


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]).absolute())
