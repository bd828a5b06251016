"""What all pictures share: axes to draw on, colours, and names that fit beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Of Okabe and Ito: told apart by the colour-blind and in shades of grey, and seen on
# white as well as on black.
SELECTED = "#0072B2"
NOT_SELECTED = "#999999"
ACCENT = "#D55E00"
KEPT = "#56B4E9"
CYCLE = (SELECTED, ACCENT, "#009E73", "#CC79A7", KEPT, "#E69F00")

# points that a legend takes above the axes, beyond what parts axes and titles anyway
LEGEND_HEIGHT = 17.0


def new_axes(caller: str, ax: Axes | None, size: tuple[float, float]) -> Axes:
    """Return the axes to draw on.

    Parameters
    ----------
    caller : str
        Who wants to draw, for the error.
    ax : matplotlib Axes or None
        None makes a figure, in which everything written beside the axes has room.
    size : tuple of float
        Width and height of a new figure in inches.

    Returns
    -------
    ax : matplotlib Axes

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        msg = f"{caller} needs matplotlib: python -m pip install 'stg-select[plot]'."
        raise ImportError(msg) from error
    return plt.subplots(figsize=size, layout="constrained")[1] if ax is None else ax


def check_selector(estimator: Any) -> None:
    """Refuse what does not rank features; `ranking_table` refuses what is not fitted.

    Parameters
    ----------
    estimator : object

    Raises
    ------
    TypeError
    """
    if not hasattr(estimator, "ranking_table"):
        msg = (
            "estimator must be a fitted GaussianGateSelector (of a pipeline, its "
            f"step), got {type(estimator).__name__}."
        )
        raise TypeError(msg)


def count_of(number: int, noun: str) -> str:
    """Count things in words.

    Parameters
    ----------
    number : int
    noun : str
        Of one thing.

    Returns
    -------
    words : str
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def legend_above(ax: Axes, handles: list[Any] | None = None) -> None:
    """Put the legend between axes and title, where it hides nothing.

    A title stays above the legend, whoever writes it and whenever: matplotlib keeps
    titles above the axes inside of theirs, and such axes, empty ones, are as high as
    the legend.

    Parameters
    ----------
    ax : matplotlib Axes
    handles : list of matplotlib artists or None, default=None
        What to explain; None for all that has a label.
    """
    handles = ax.get_legend_handles_labels()[0] if handles is None else handles
    ax.legend(
        handles=handles,
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=len(handles),
        frameon=False,
        borderaxespad=0.1,
        columnspacing=1.2,
        handletextpad=0.5,
    )
    room = ax.inset_axes((0.0, 1.0, 1.0, 0.1))
    room.set_axis_off()
    room.set_axes_locator(_Above(ax))


class _Above:
    """Place axes on top of others, as high as a legend."""

    def __init__(self, ax: Axes) -> None:
        self._ax = ax

    def __call__(self, ax: Any, renderer: Any) -> Any:
        from matplotlib.transforms import Bbox

        below = self._ax.get_position()
        figure = self._ax.figure
        height = LEGEND_HEIGHT / 72.0 * figure.dpi / figure.bbox.height
        return Bbox.from_bounds(below.x0, below.y1, below.width, height)
