"""What a fitted selector found, in a sentence and in a small picture for notebooks."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

MOST_NAMES = 6
MOST_BARS = 8
LONGEST_NAME = 28

# pixels
ROW, LETTER, GAP, BARS = 16, 7, 8, 160


def short_name(name: object, longest: int = LONGEST_NAME) -> str:
    """Write a name on one line, without its middle if it is too long.

    Parameters
    ----------
    name : object
    longest : int, default=28
        Most characters.

    Returns
    -------
    short : str
    """
    line = " ".join(str(name).split())
    plain = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    if len(plain) <= longest:
        return plain
    tail = (longest - 1) // 2
    return f"{plain[: longest - 1 - tail]}\N{HORIZONTAL ELLIPSIS}{plain[-tail:]}"


def selection_sentence(selector: Any) -> str:
    """Say which features a fitted selector selects.

    Parameters
    ----------
    selector : GateSelection
        Fitted.

    Returns
    -------
    sentence : str
        Such as "2 of 30 features selected: x0, x1 (log_loss)", or "3 of 30 features
        selected, 1 by keep: x0, x1, x9 (log_loss)".

    Raises
    ------
    ValueError
        If a parameter was set to what it may not be.
    """
    table = selector.ranking_table()
    names = table.loc[table["selected"], "feature"]
    shown = ", ".join(short_name(name) for name in names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    found = f": {shown}" if len(names) else ""
    rest = f" and {more} more" if more > 0 else ""
    noun = "feature" if len(table) == 1 else "features"
    count = len(names) or "None"
    n_asked = int(np.count_nonzero(selector.kept_))
    asked = f", {n_asked} by keep" if n_asked else ""
    return (
        f"{count} of {len(table)} {noun} selected{asked}{found}{rest} "
        f"({selector.objective_})"
    )


def result_line(selector: Any) -> str:
    """Show the selection as HTML: a sentence, and a bar for each of the best features.

    Parameters
    ----------
    selector : GateSelection
        In any state.

    Returns
    -------
    html : str
        Empty if there is nothing to show: not fitted, or a parameter was set to what
        it may not be.
    """
    try:
        sentence = selection_sentence(selector)
        table = selector.ranking_table().head(MOST_BARS)
    except (ValueError, AttributeError):  # NotFittedError is both
        return ""
    order = np.argsort(selector.ranking_, kind="stable")
    best = selector.feature_importances_[order]
    left = GAP + LETTER * max(len(short_name(name)) for name in table["feature"])
    rows = [
        _bar(place, left, feature, evidence, bool(selected))
        for place, (feature, evidence, selected) in enumerate(
            zip(table["feature"], best, table["selected"], strict=False)
        )
    ]
    width, height = left + BARS, ROW * len(rows)
    return (
        '<div class="stg-select-result" style="margin:0.5em 0;font-size:0.9em">'
        f"<div>{escape(sentence)}</div>"
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" '
        'style="margin-top:0.3em;max-width:100%" font-family="sans-serif" '
        'font-size="11" fill="currentColor">'
        f"<title>Evidence for the best {len(rows)} features</title>"
        f"{''.join(rows)}</svg></div>"
    )


def _bar(
    place: int, left: int, feature: object, evidence: float, selected: bool
) -> str:
    """One feature: its name to the left of its bar, which is pale if not selected."""
    top = place * ROW
    width = max(1.0, evidence * BARS)
    fill = '"#0072B2"' if selected else '"#999999"'
    tip = f"{feature}: evidence {evidence:.3f}, {'' if selected else 'not '}selected"
    return (
        f"<g><title>{escape(tip)}</title>"
        f'<text x="{left - GAP // 2}" y="{top + 12}" text-anchor="end">'
        f"{escape(short_name(feature))}</text>"
        f'<rect x="{left}" y="{top + 3}" width="{width:.1f}" height="{ROW - 5}" '
        f"fill={fill}/></g>"
    )


class ShowsResult(BaseEstimator):
    """Put the result of a fit below scikit-learn's box in notebooks.

    Like `BaseEstimator`, which it extends, it comes after the mixins.
    """

    def _repr_html_inner(self) -> str:
        box: str = super()._repr_html_inner()
        return box + result_line(self)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        bundle: dict[str, str] = super()._repr_mimebundle_(**kwargs)
        if "text/html" in bundle:
            bundle["text/html"] += result_line(self)
        return bundle
