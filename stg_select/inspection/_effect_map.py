"""How predictions move with two columns: colours on a plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stg_select.inspection._effect_curve import short_dates
from stg_select.selectors import short_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FloatArray = NDArray[np.floating]
Pair = tuple[NDArray, NDArray]

# from dark to light for the colour-blind and in print
COLOURS = "cividis"
N_CONTOURS = 14
# fewer values than this have cells of their own
FEW_VALUES = 12
LONGEST_LEVEL = 40


def draw_map(
    ax: Axes, values: FloatArray, grid: Pair, data: Pair, prediction: str
) -> tuple[Any, Any]:
    """Draw predictions over the plane of two columns, and rows of the table on it.

    Parameters
    ----------
    ax : matplotlib Axes
    values : ndarray of shape (G, G')
    grid : pair of ndarray of shapes (G,) and (G',)
    data : pair of ndarray of shape (n,)
    prediction : str
        What is predicted, beside the bar of colours.

    Returns
    -------
    map, points : matplotlib artists
    """
    places = [_places(of_axis) for of_axis in grid]
    drawn: Any
    if np.ptp(values) == 0.0 or any(_has_cells(of_axis) for of_axis in grid):
        drawn = ax.pcolormesh(*places, values.T, cmap=COLOURS, shading="nearest")
    else:
        drawn = ax.contourf(*places, values.T, N_CONTOURS, cmap=COLOURS)
    for of_axis, at, axis in zip(grid, places, (ax.xaxis, ax.yaxis), strict=True):
        if of_axis.dtype.kind == "U":
            names = [short_name(level, LONGEST_LEVEL) for level in of_axis]
            axis.set_ticks(at, names, parse_math=False)
            if axis is ax.xaxis and sum(map(len, names)) > LONGEST_LEVEL:
                ax.tick_params(axis="x", labelrotation=90)
        elif of_axis.dtype.kind == "M":
            short_dates(axis)
    limits = ax.get_xlim(), ax.get_ylim()
    (points,) = ax.plot(
        *(_shown(d, g) for d, g in zip(data, grid, strict=True)),
        linestyle="none",
        marker="o",
        markersize=3.5,
        markerfacecolor="black",
        markeredgecolor="white",
        markeredgewidth=0.5,
        alpha=0.45,
    )
    ax.set_xlim(limits[0])
    ax.set_ylim(limits[1])
    bar = ax.figure.colorbar(drawn, ax=ax)
    bar.outline.set_visible(False)
    bar.set_label(prediction, parse_math=False)
    for side in ax.spines.values():
        side.set_visible(False)
    return drawn, points


def _has_cells(of_axis: NDArray) -> bool:
    return of_axis.dtype.kind == "U" or len(of_axis) <= FEW_VALUES


def _places(of_axis: NDArray) -> NDArray:
    """Give levels numbers; numbers and dates are where they are."""
    return np.arange(len(of_axis)) if of_axis.dtype.kind == "U" else of_axis


def _shown(data: NDArray, of_axis: NDArray) -> NDArray:
    """Bring rows to the numbers of their levels, side by side within a cell."""
    if of_axis.dtype.kind != "U":
        return data
    number = {level: place for place, level in enumerate(of_axis.tolist())}
    place = np.array([number.get(level, -9) for level in data.tolist()], dtype=float)
    beside = (np.arange(len(data)) * 0.618) % 1.0 - 0.5  # evenly, whatever the order
    return place + 0.7 * beside
