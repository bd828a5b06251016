"""The part of a report about features that act together."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from stg_select.inspection._interactions import NOTHING, InteractionDisplay
from stg_select.inspection._svg import svg_picture
from stg_select.selectors import short_name

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MOST_SETS = 12
LONGEST_NAME = 60
# inches
LETTER_WIDTH, SET_WIDTH, LEAST_WIDTH, ROW_HEIGHT, MARGIN = 0.1, 0.55, 3.4, 0.3, 1.9
HEADS = ("features", "score", "networks that found it", "explained")


def sets_section(selector: Any, *, drawn: bool) -> str:
    """Write which features act together, and draw it.

    Parameters
    ----------
    selector : GateSelection
        Fitted.
    drawn : bool
        Whether to draw a picture.

    Returns
    -------
    html : str
    """
    table = selector.interactions()
    if not len(table):
        return f'<p class="small">{NOTHING}</p>'
    more = len(table) - MOST_SETS
    rest = f"<p>And {more} more.</p>" if more > 0 else ""
    table = table.head(MOST_SETS)
    head = "".join(f'<th scope="col">{name}</th>' for name in HEADS)
    lines = "".join(map(_line, table.itertuples(index=False)))
    figure = f"<figure>{_picture(selector, table)}</figure>" if drawn else ""
    return (
        f'<div class="pictures">{figure}</div>'
        f'<table id="sets"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>'
        f"{rest}"
        '<p class="small">A score of 1 is the level of chance; <em>explained</em> is '
        "the share of the residual of rows that were held out, beyond what fewer of "
        "the features say.</p>"
    )


def _line(row: Any) -> str:
    """One set as a line of a table."""
    names = ", ".join(short_name(name, LONGEST_NAME) for name in row.features)
    explained = f"{row.explained:.1%}" if np.isfinite(row.explained) else ""
    cells = (f"{row.score:.2f}", f"{row.members:.0%}", explained)
    numbers = "".join(f'<td class="number">{cell}</td>' for cell in cells)
    return f'<tr><td class="feature">{escape(names)}</td>{numbers}</tr>'


def _picture(selector: Any, table: pd.DataFrame) -> str:
    names = {name for chosen in table["features"] for name in chosen}
    longest = max(len(short_name(name, LONGEST_NAME)) for name in names)
    width = LETTER_WIDTH * longest + max(LEAST_WIDTH, SET_WIDTH * len(table))
    height = MARGIN + ROW_HEIGHT * len(names)

    def draw(ax: Axes) -> None:
        InteractionDisplay.from_estimator(selector, max_sets=MOST_SETS, ax=ax)

    words = "Sets of features that act together"
    return svg_picture(draw, (width, height), name="InteractionDisplay", words=words)
