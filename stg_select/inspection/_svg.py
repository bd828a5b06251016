"""Pictures as SVG inside a page, whose colours they take."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any

from stg_select.inspection._axes import ACCENT, NOT_SELECTED, SELECTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

# a colour that nothing else has, in place of that of the page's text
INK = "#012345"
THEME = {
    INK: "currentColor",
    SELECTED.lower(): "var(--blue)",
    ACCENT.lower(): "var(--red)",
    NOT_SELECTED.lower(): "var(--grey)",
}


def svg_picture(
    draw: Callable[[Axes], Any], size: tuple[float, float], *, name: str, words: str
) -> str:
    """Draw a picture and return it as an element of a page.

    Parameters
    ----------
    draw : callable
        Draws on the axes that it is given.
    size : tuple of float
        Width and height in inches.
    name : str
        Of the picture, unique in its page; ids inside of it begin with it.
    words : str
        What the picture shows, for those who cannot see it.

    Returns
    -------
    svg : str
    """
    from matplotlib.figure import Figure

    with _settings_of_pages():
        figure = Figure(figsize=size, layout="constrained")
        draw(figure.subplots())
        file = StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(file, format="svg", metadata=nothing, transparent=True)
    svg = file.getvalue()
    svg = svg[svg.index("<svg ") :]
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    for colour, variable in THEME.items():
        svg = svg.replace(colour, variable)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(words)}" ', 1)


@contextmanager
def _settings_of_pages() -> Iterator[None]:
    """Text stays text, in the colour of the page; the user's style has no say."""
    from matplotlib import style

    ours = {
        "svg.fonttype": "none",
        "svg.hashsalt": "stg_select",
        "font.size": 10.0,
        "axes.titlesize": 10.0,
        "text.color": INK,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.facecolor": "none",
        "legend.facecolor": "none",
        "legend.edgecolor": "none",
    }
    with style.context(ours, after_reset=True), warnings.catch_warnings():
        # matters to the room for a label only: the reader's fonts write it
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        yield
