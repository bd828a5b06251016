"""One page that tells everything about a selection."""

from __future__ import annotations

import json
import webbrowser
from functools import partial
from html import escape
from importlib.metadata import version
from importlib.resources import files
from itertools import islice
from pathlib import Path
from string import Template
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from stg_select.inspection._acting_together import sets_section
from stg_select.inspection._axes import check_selector
from stg_select.inspection._columns_picture import (
    MOST_CLASSES,
    column_of,
    draw_classes,
    draw_response,
)
from stg_select.inspection._facts import (
    Data,
    cautions_of,
    code_of,
    facts_of,
    read_data,
)
from stg_select.inspection._gate_history import GateHistoryDisplay
from stg_select.inspection._selection_curve import SelectionCurveDisplay
from stg_select.inspection._svg import svg_picture
from stg_select.selectors import selection_sentence, short_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RESPONSES = ("squared_error", "huber", "poisson")
MOST_COLUMNS = 6
PICTURE_SIZE, COLUMN_SIZE = (4.8, 3.4), (3.1, 2.5)
FRAME_HEIGHT = 640


class SelectionReport:
    """Page about a fitted selector and the table that it was fitted to.

    The page is a single file that loads nothing: the selection in a sentence, warnings,
    the whole ranking to sort and to search with a reason for every feature, the sets of
    features that act together, pictures (where matplotlib is installed), what was asked
    and decided, and the code that repeats it. It tells what the selector says when it
    is made, whatever is done to the selector later.

    Parameters
    ----------
    selector : GaussianGateSelector
        Fitted.
    X : array-like of shape (n_samples, n_features)
        Table with the columns seen in ``fit``.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Target.

    See Also
    --------
    RankingDisplay : Picture of the best features alone.

    Examples
    --------
    >>> from stg_select import GaussianGateSelector
    >>> from stg_select.datasets import make_xor
    >>> X, y, _ = make_xor(n_samples=500, n_features=20, random_state=0)
    >>> selector = GaussianGateSelector(random_state=0).fit(X, y)
    >>> report = selector.report(X, y)
    >>> report
    <SelectionReport: 2 of 20 features selected: x0, x1 (log_loss)>
    >>> report.write_html("report.html")  # doctest: +SKIP
    """

    def __init__(self, selector: Any, X: Any, y: Any) -> None:
        check_selector(selector)
        table = selector.ranking_table()
        data = read_data(selector, X, y)
        self._sentence = selection_sentence(selector)
        cautions = "".join(f"<li>{escape(c)}</li>" for c in cautions_of(selector, data))
        facts = facts_of(selector, data)
        self._page = Template(_page_file("report.html")).substitute(
            title=escape(f"Features for {short_name(data.target, 60)}"),
            style=_page_file("report.css"),
            script=_page_file("report.js"),
            sentence=escape(self._sentence + "."),
            warnings=f'<ul class="warnings">{cautions}</ul>' if cautions else "",
            data=_as_json(_ranking_data(selector, table)),
            sets=sets_section(selector, drawn=_has_matplotlib()),
            pictures=_pictures(selector),
            columns=_columns(selector, data, table),
            facts="\n".join(
                f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>"
                for name, value in facts
            ),
            code=escape(code_of(selector)),
            version=version("stg-select"),
        )

    def html(self) -> str:
        """Return the page.

        Returns
        -------
        html : str
        """
        return self._page

    def write_html(self, path: str | Path) -> None:
        """Write the page to a file, in UTF-8.

        Parameters
        ----------
        path : str or Path
            File that is made or replaced.
        """
        # half of a surrogate pair may stand in a name, but not in a file
        Path(path).write_bytes(self._page.encode("utf-8", errors="replace"))

    def open(self) -> None:
        """Show the page in the browser, from a temporary file that is left behind."""
        with NamedTemporaryFile(
            prefix="stg_select_", suffix=".html", delete=False
        ) as file:
            path = Path(file.name)
        self.write_html(path)
        webbrowser.open(path.as_uri())

    def _repr_html_(self) -> str:
        """Show the page in a frame of its own, whose styles and names stay inside."""
        return (
            f'<iframe title="Selection report" srcdoc="{escape(self._page)}" '
            f'sandbox="allow-scripts" '
            f'style="width:100%;height:{FRAME_HEIGHT}px;border:0"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._sentence}>"


def _page_file(name: str) -> str:
    path = files("stg_select.inspection").joinpath("page", name)
    return path.read_text(encoding="utf-8").rstrip()


def _as_json(data: dict[str, list]) -> str:
    """JSON that stands in a script element, whatever the names in it."""
    text = json.dumps(data, separators=(",", ":"))  # which is ASCII
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _ranking_data(selector: Any, table: pd.DataFrame) -> dict[str, list]:
    """List the columns of the ranking, from the best feature on."""
    order = np.argsort(selector.ranking_, kind="stable")
    return {
        "rank": table["rank"].tolist(),
        "feature": [str(name) for name in table["feature"]],
        "evidence": selector.feature_importances_[order].round(4).tolist(),
        "open": table["active_prob"].round(4).tolist(),
        "mu": table["mu"].round(4).tolist(),
        "selected": table["selected"].astype(int).tolist(),
        "note": [str(reason) for reason in table["reason"]],
    }


def _has_matplotlib() -> bool:
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        return False
    return True


def _pictures(selector: Any) -> str:
    """Draw how many features are needed, and how gates were closed."""
    if not _has_matplotlib():
        return (
            "<p>The pictures need matplotlib: <code>python -m pip install "
            "'stg-select[plot]'</code>.</p>"
        )
    displays: dict[str, Any] = {"Open gates of every member": GateHistoryDisplay}
    if selector.selection_curve_:
        words = "Held-out loss against the number of best features"
        displays = {words: SelectionCurveDisplay, **displays}
    return _in_a_row(
        svg_picture(
            partial(_draw_display, selector, display),
            PICTURE_SIZE,
            name=display.__name__,
            words=words,
        )
        for words, display in displays.items()
    )


def _draw_display(selector: Any, display: Any, ax: Axes) -> None:
    display.from_estimator(selector, ax=ax)


def _columns(selector: Any, data: Data, table: pd.DataFrame) -> str:
    """Draw the best selected columns against a target of classes or numbers."""
    order = np.argsort(selector.ranking_, kind="stable")
    selected = table["selected"].to_numpy()
    best = zip(order[selected], table["feature"][selected].astype(str), strict=True)
    classes = data.class_counts(getattr(selector, "classes_", np.empty(0))).index
    response = selector.objective_ in RESPONSES and data.y.ndim == 1
    if not (len(classes) or response) or not _has_matplotlib():
        return ""
    figures = []
    for position, name in islice(best, MOST_COLUMNS):
        x = column_of(data.X, position)
        if x is None:
            continue
        known = np.isfinite(x)
        if not known.any():
            continue
        y = data.y[known]
        if response:
            draw = partial(draw_response, x=x[known], y=y.astype(float))
        else:
            shown = np.asarray(classes[:MOST_CLASSES])
            draw = partial(draw_classes, x=x[known], labels=y, classes=shown)
        svg = svg_picture(
            draw, COLUMN_SIZE, name=f"column{position}", words=f"{name} and the target"
        )
        caption = escape(short_name(name, 60))
        figures.append(f"<figcaption>{caption}</figcaption>{svg}")
    if not figures:
        return ""
    target = escape(short_name(data.target, 60))
    explained = (
        "Each point is a row; the line joins the medians of ten parts of equal size, "
        "or of the rows of each value."
        if response
        else "Share of the rows of each class, of the most frequent classes."
    )
    return (
        f"<section><h2>The best selected features and {target}</h2>"
        f'<p class="small">{explained} Of a feature that matters only together with '
        f"others there may be nothing to see.</p>{_in_a_row(figures)}</section>"
    )


def _in_a_row(figures: Any) -> str:
    inside = "".join(f"<figure>{figure}</figure>" for figure in figures)
    return f'<div class="pictures">{inside}</div>'
