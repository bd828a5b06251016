"""Picture of how the members of a fit closed their gates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from stg_select.inspection._axes import (
    NOT_SELECTED,
    SELECTED,
    check_selector,
    count_of,
    new_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (6.4, 4.2)


class GateHistoryDisplay:
    """Picture of the number of open gates of every member, step by step.

    It is recommended to use
    :meth:`~stg_select.inspection.GateHistoryDisplay.from_estimator`. All parameters
    are stored as attributes.

    Parameters
    ----------
    step : array-like of int of shape (T,)
        Steps at which gates were counted.
    n_open : array-like of shape (T, K)
        Open gates of each of K members; NaN once a member has stopped.

    Attributes
    ----------
    lines_ : list of matplotlib Line2D
        One a member.
    mean_line_ : matplotlib Line2D
        Mean of the members; of those that have stopped, the last number counts.
    ax_ : matplotlib Axes
        Axes with the picture.
    figure_ : matplotlib Figure
        Figure that holds it.

    See Also
    --------
    SelectionCurveDisplay : How many of the best features are needed.

    Examples
    --------
    >>> from stg_select import GaussianGateSelector
    >>> from stg_select.datasets import make_xor
    >>> from stg_select.inspection import GateHistoryDisplay
    >>> X, y, _ = make_xor(n_samples=500, n_features=50, random_state=0)
    >>> selector = GaussianGateSelector(random_state=0).fit(X, y)
    >>> display = GateHistoryDisplay.from_estimator(selector)
    >>> len(display.lines_)  # members: four folds, five seeds
    20
    """

    def __init__(self, *, step: ArrayLike, n_open: ArrayLike) -> None:
        self.step = step
        self.n_open = n_open

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Axes | None = None) -> Self:
        """Draw how the members of a fitted selector closed their gates.

        Parameters
        ----------
        estimator : GaussianGateSelector
            Fitted.
        ax : matplotlib Axes or None, default=None
            Axes to draw on; None makes a figure.

        Returns
        -------
        display : GateHistoryDisplay
        """
        check_selector(estimator)
        estimator.ranking_table()  # says so if it is not fitted
        history = estimator.history_
        display = cls(step=history["step"].copy(), n_open=history["n_open"].copy())
        return display.plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw the picture.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Axes to draw on; None makes a figure.

        Returns
        -------
        display : GateHistoryDisplay
            The same object.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        ax = new_axes(type(self).__name__, ax, SIZE)
        from matplotlib.ticker import MaxNLocator

        self.ax_, self.figure_ = ax, ax.figure
        step, n_open = np.asarray(self.step), np.asarray(self.n_open, dtype=float)
        n_members = n_open.shape[1]
        self.lines_ = ax.plot(
            step,
            n_open,
            color=NOT_SELECTED,
            linewidth=1.0,
            alpha=max(0.25, min(0.8, 8.0 / n_members)),
        )
        self.lines_[0].set_label("a member")
        (self.mean_line_,) = ax.plot(
            step,
            _last_known(n_open).mean(axis=1),
            color=SELECTED,
            linewidth=2.5,
            label="mean",
        )
        ax.set_ylim(bottom=0.0)
        ax.set_xlim(0, step[-1])
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_xlabel("step")
        ax.set_ylabel("open gates")
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_title(f"Open gates of {count_of(n_members, 'member')}")
        ax.legend(framealpha=0.9)
        return self


def _last_known(n_open: np.ndarray) -> np.ndarray:
    """Numbers of open gates, with the last one in place of NaN."""
    last = np.where(np.isnan(n_open), -1, np.arange(len(n_open))[:, None])
    last = np.maximum(np.maximum.accumulate(last, axis=0), 0)
    return np.nan_to_num(np.take_along_axis(n_open, last, axis=0))
