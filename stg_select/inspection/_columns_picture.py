"""Pictures of single columns against the target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stg_select.inspection._axes import ACCENT, CYCLE, SELECTED
from stg_select.selectors import short_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FloatArray = NDArray[np.floating]

MOST_CLASSES = 5
N_BINS = 16
# rows that are drawn as points, and parts of equal size whose medians are joined
MOST_POINTS, N_PARTS = 400, 10
# the share at either end that would hide all the others if it lies far away
OUTSIDE = 0.005
LINES = ("-", "--", "-.", ":", (0, (1, 1)))


def draw_classes(ax: Axes, x: FloatArray, labels: NDArray, classes: NDArray) -> None:
    """Draw the distribution of a column in each class.

    Parameters
    ----------
    ax : matplotlib Axes
    x : ndarray of shape (n,)
    labels : ndarray of shape (n,)
    classes : ndarray of shape (C,)
        The classes to draw.
    """
    low, high = _range(x)
    bins = np.linspace(low, high, N_BINS + 1)
    for label, colour, line in zip(classes, CYCLE, LINES, strict=False):
        values = x[labels == label]
        heights = np.histogram(values, bins)[0] / max(len(values), 1)
        ax.stairs(
            heights,
            bins,
            color=colour,
            linestyle=line,
            linewidth=1.8,
            label=short_name(label, 16),
        )
    ax.set_ylabel("share of the class")
    ax.set_xlim(low, high)
    ax.set_ylim(bottom=0.0)
    legend = ax.legend(fontsize=8, framealpha=0.0)
    for text in legend.get_texts():
        text.set_parse_math(False)
    _tidy(ax)


def draw_response(ax: Axes, x: FloatArray, y: FloatArray) -> None:
    """Draw a response against a column, with the medians of parts of equal size.

    Of a column of few values the parts are its values.

    Parameters
    ----------
    ax : matplotlib Axes
    x, y : ndarray of shape (n,)
    """
    some = np.unique(np.linspace(0, len(x) - 1, MOST_POINTS).astype(int))
    ax.plot(
        x[some],
        y[some],
        linestyle="none",
        marker="o",
        markersize=2.5,
        markeredgewidth=0,
        alpha=0.5,
        color=SELECTED,
    )
    order = np.argsort(x, kind="stable")
    starts = np.flatnonzero(np.diff(x[order])) + 1
    parts = np.array_split(order, starts if len(starts) < N_PARTS else N_PARTS)
    ax.plot(
        [np.median(x[part]) for part in parts],
        [np.median(y[part]) for part in parts],
        color=ACCENT,
        linewidth=2.0,
    )
    ax.set_xlim(*_range(x))
    ax.set_ylim(*_range(y))
    _tidy(ax)


def column_of(X: Any, position: int) -> FloatArray | None:
    """Read a column of a table as numbers.

    Parameters
    ----------
    X : array, sparse matrix or DataFrame of shape (n, n_features)
    position : int

    Returns
    -------
    x : ndarray of float64 of shape (n,) or None
        None where the column holds something else.
    """
    from sklearn.utils import _safe_indexing

    column = _safe_indexing(X, [int(position)], axis=1)
    values = column.toarray() if hasattr(column, "toarray") else np.asarray(column)
    if values.dtype.kind in "mM":  # whose numbers nobody can read
        return None
    try:
        return values.astype(float).ravel()
    except (TypeError, ValueError):
        return None


def _range(values: FloatArray) -> tuple[float, float]:
    """Show all but what lies far outside, with a margin."""
    low, high = np.quantile(values, [OUTSIDE, 1.0 - OUTSIDE])
    margin = 0.05 * (high - low) or 0.5
    low, high = low - margin, high + margin
    return max(low, values.min() - margin), min(high, values.max() + margin)


def _tidy(ax: Axes) -> None:
    ax.spines[["top", "right"]].set_visible(False)
