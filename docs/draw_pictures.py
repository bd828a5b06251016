"""Run what `pictures.md` shows, and save what it draws, light and dark."""

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
#: Pictures by the names that the page gives them.
NAMES = {"ranking": "ranking", "curve": "curve", "history": "history", "own": "figure"}


def draw(folder: Path) -> None:
    """Draw the pictures of the page.

    Parameters
    ----------
    folder : Path
        Where to save them; the report goes to its folder `root`.
    """
    page = (HERE / "pictures.md").read_text(encoding="utf-8")
    fit, *others = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (folder / "root").mkdir(parents=True, exist_ok=True)
    os.chdir(folder / "root")
    shown: dict = {}
    exec(fit, shown)
    for name, style in STYLES.items():
        with plt.style.context(style):
            for code in others:
                exec(code, shown)
            for picture, variable in NAMES.items():
                figure = getattr(shown[variable], "figure_", shown[variable])
                path = folder / f"{picture}-{name}.svg"
                figure.savefig(path, transparent=True, metadata={"Date": None})
            plt.close("all")
    Path("selection.svg").unlink()
    display = shown["selector"]._repr_html_()
    (folder / "selector.html").write_text(display, encoding="utf-8")


if __name__ == "__main__":
    draw(Path(sys.argv[1]).absolute())
