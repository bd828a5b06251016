"""Run what pages of the guide show, and save what they draw, light and dark."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt

HERE = Path(__file__).parent
STYLES = {"light": "default", "dark": "dark_background"}
#: Pages, and their pictures by the names that the pages give them.
PAGES = {
    "pictures": {
        "ranking": "ranking",
        "curve": "curve",
        "history": "history",
        "own": "figure",
    },
    "reasons": {"sets": "sets"},
}


def draw(folder: Path) -> None:
    """Draw the pictures of the pages.

    Parameters
    ----------
    folder : Path
        Where to save them; the report goes to its folder `root`.
    """
    (folder / "root").mkdir(parents=True, exist_ok=True)
    os.chdir(folder / "root")
    for page, names in PAGES.items():
        shown = draw_page(page, names, folder)
        if page == "pictures":
            display = shown["selector"]._repr_html_()
            (folder / "selector.html").write_text(display, encoding="utf-8")
    for leftover in ("selection.svg", "selection.json"):
        Path(leftover).unlink()


def draw_page(page: str, names: dict[str, str], folder: Path) -> dict:
    """Draw the pictures of a page, and return the variables that it made."""
    text = (HERE / f"{page}.md").read_text(encoding="utf-8")
    fit, *others = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    shown: dict = {}
    exec(fit, shown)
    for name, style in STYLES.items():
        with plt.style.context(style):
            for code in others:
                exec(code, shown)
            for picture, variable in names.items():
                figure = getattr(shown[variable], "figure_", shown[variable])
                path = folder / f"{picture}-{name}.svg"
                figure.savefig(path, transparent=True, metadata={"Date": None})
            plt.close("all")
    return shown


if __name__ == "__main__":
    draw(Path(sys.argv[1]).absolute())
