"""How predictions move with one column: a line, or a point for each level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stg_select.inspection._axes import NOT_SELECTED, SELECTED, legend_above
from stg_select.selectors import short_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FloatArray = NDArray[np.floating]
Artists = tuple[Any, Any, Any]

# the middle 80 % of the networks
LOW, HIGH = 0.1, 0.9
MEAN, BAND, ROWS = "mean", "middle 80 % of the networks", "rows"
# fewer values than this are points that a thin line joins
FEW_VALUES = 12
N_BINS = 30
# share of the height that is left to the bars, and of the width beside levels
STRIP = 0.14
LONGEST_LEVEL = 40


def draw_line(ax: Axes, values: FloatArray, x: NDArray, data: NDArray) -> Artists:
    """Draw the mean and the band of networks along a column of numbers or dates.

    Parameters
    ----------
    ax : matplotlib Axes
    values : ndarray of shape (K, G)
    x : ndarray of shape (G,)
    data : ndarray of shape (n,)

    Returns
    -------
    line, band, bars : matplotlib artists
    """
    few = len(x) <= FEW_VALUES
    low, mean, high = _spread(values)
    band = ax.fill_between(x, low, high, color=SELECTED, alpha=0.4, linewidth=0)
    band.set_label(BAND)
    (line,) = ax.plot(
        x,
        mean,
        color=SELECTED,
        linewidth=1.2 if few else 2.2,
        marker="o" if few else None,
        label=MEAN,
    )
    numbers, shown = _as_numbers(x), _as_numbers(data)
    left, right = float(numbers[0]), float(numbers[-1])
    margin = 0.03 * (right - left) or 0.5
    left, right = left - margin, right + margin
    inside = shown[(shown >= left) & (shown <= right)]
    heights, edges = np.histogram(inside, N_BINS, (left, right))
    bars = ax.fill_between(
        np.repeat(edges, 2),
        np.r_[0.0, np.repeat(heights / max(heights.max(), 1), 2), 0.0] * STRIP,
        color=NOT_SELECTED,
        alpha=0.5,
        linewidth=0,
        transform=ax.get_xaxis_transform(),
        label=ROWS,
    )
    ax.set_xlim(left, right)
    if x.dtype.kind == "M":
        short_dates(ax.xaxis)
    ax.set_ylim(*_with_strip(low.min(), high.max()))
    _finish(ax, [line, band, bars])
    return line, band, bars


def draw_levels(ax: Axes, values: FloatArray, x: NDArray, data: NDArray) -> Artists:
    """Draw the mean and the spread of networks at the levels of a column.

    Parameters
    ----------
    ax : matplotlib Axes
    values : ndarray of shape (K, G)
    x : ndarray of str of shape (G,)
    data : ndarray of str of shape (n,)

    Returns
    -------
    line, band, bars : matplotlib artists
    """
    low, mean, high = _spread(values)
    places = np.arange(len(x))
    band = ax.hlines(places, low, high, color=SELECTED, alpha=0.4, linewidth=6)
    band.set_label(BAND)
    (line,) = ax.plot(
        mean,
        places,
        linestyle="none",
        marker="o",
        color=SELECTED,
        label=MEAN,
    )
    counts = np.array([np.count_nonzero(data == level) for level in x])
    bars = ax.barh(
        places,
        STRIP * counts / max(counts.max(), 1),
        height=0.7,
        color=NOT_SELECTED,
        alpha=0.5,
        transform=ax.get_yaxis_transform(),
        label=ROWS,
    )
    names = [short_name(level, LONGEST_LEVEL) for level in x]
    ax.set_yticks(places, names, parse_math=False)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(x) - 0.5, -0.5)
    ax.set_xlim(*_with_strip(low.min(), high.max()))
    _finish(ax, [line, band, bars])
    return line, band, bars


def _spread(values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    low, high = np.quantile(values, [LOW, HIGH], axis=0)
    return low, values.mean(axis=0), high


def short_dates(axis: Any) -> None:
    """Write the dates of an axis so that they have room.

    Parameters
    ----------
    axis : matplotlib Axis
    """
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
    axis.set_major_locator(locator)
    axis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def _as_numbers(values: NDArray) -> FloatArray:
    """Give dates the numbers that they have on an axis."""
    from matplotlib.dates import date2num

    if values.dtype.kind == "M":
        numbers: FloatArray = date2num(values)  # type: ignore[no-untyped-call]
        return numbers
    return values.astype(float)


def _with_strip(low: float, high: float) -> tuple[float, float]:
    """Leave room below the lowest value for the bars."""
    height = (high - low) or max(abs(high), 1.0) * 0.1
    return low - height * (STRIP + 0.06) / (0.9 - STRIP), high + 0.06 * height


def _finish(ax: Axes, handles: list[Any]) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    legend_above(ax, handles)
