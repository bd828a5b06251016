"""Run what pages with pictures show, and save what they draw, light and dark."""

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
#: Pictures of each page by the names that the page gives them.
PAGES = {
    "pictures": {
        "ranking": "ranking",
        "curve": "curve",
        "history": "history",
        "own": "figure",
    },
    "keep": {"money": "figure"},
}


def draw(page: str, folder: Path) -> dict:
    """Draw the pictures of a page.

    Parameters
    ----------
    page : str
    folder : Path
        Where to save them.

    Returns
    -------
    shown : dict
        What the code of the page has left.
    """
    text = (HERE / f"{page}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    drawing = [any(v in code for v in ("figure", "Display")) for code in blocks]
    shown: dict = {}
    for code in blocks[: drawing.index(True)]:
        exec(code, shown)
    for name, style in STYLES.items():
        with plt.style.context(style):
            for code in blocks[drawing.index(True) :]:
                exec(code, shown)
            for picture, variable in PAGES[page].items():
                figure = getattr(shown[variable], "figure_", shown[variable])
                path = folder / f"{picture}-{name}.svg"
                figure.savefig(path, transparent=True, metadata={"Date": None})
            plt.close("all")
    return shown


def draw_all(folder: Path) -> None:
    """Draw the pictures of all pages.

    Parameters
    ----------
    folder : Path
        Where to save them; the report goes to its folder `root`.
    """
    (folder / "root").mkdir(parents=True, exist_ok=True)
    os.chdir(folder / "root")
    shown = {page: draw(page, folder) for page in PAGES}
    Path("selection.svg").unlink()
    display = shown["pictures"]["selector"]._repr_html_()
    (folder / "selector.html").write_text(display, encoding="utf-8")


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]).absolute())
