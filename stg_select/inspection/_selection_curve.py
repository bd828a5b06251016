"""Picture of how well held-out rows are predicted by more and more features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from stg_select.inspection._axes import (
    ACCENT,
    NOT_SELECTED,
    SELECTED,
    check_selector,
    count_of,
    legend_above,
    new_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (6.4, 4.2)


class SelectionCurveDisplay:
    """Picture of the held-out loss against the number of best features.

    The loss is that of networks, regressions or trees, whichever is smallest, on rows
    that they have not seen, in shares of the loss of the best constant: 1 is as good as
    no feature. It is recommended to use
    :meth:`~stg_select.inspection.SelectionCurveDisplay.from_estimator`. All parameters
    are stored as attributes.

    Parameters
    ----------
    n_features : array-like of int of shape (S,)
        Numbers of features, ascending; of gates, where features share them.
    loss : array-like of shape (S,)
        Held-out loss of each number.
    n_chosen : int
        The number that the fit has chosen; 0 where no number was good enough.

    Attributes
    ----------
    line_ : matplotlib Line2D
        The losses.
    null_line_ : matplotlib Line2D
        Loss of the best constant; where the losses begin with 0 features, since some
        columns stay whatever happens, the loss with these alone.
    chosen_line_ : matplotlib Line2D or None
        The chosen number; None where it is 0.
    ax_ : matplotlib Axes
        Axes with the picture.
    figure_ : matplotlib Figure
        Figure that holds it.

    See Also
    --------
    RankingDisplay : Which features are the best.

    Examples
    --------
    >>> from stg_select import GaussianGateSelector
    >>> from stg_select.datasets import make_friedman1
    >>> from stg_select.inspection import SelectionCurveDisplay
    >>> X, y, _ = make_friedman1(n_samples=500, n_features=50, random_state=0)
    >>> selector = GaussianGateSelector(random_state=0).fit(X, y)
    >>> display = SelectionCurveDisplay.from_estimator(selector)
    >>> display.ax_.get_title()
    'The fit chose the best 5 features'
    """

    def __init__(
        self, *, n_features: ArrayLike, loss: ArrayLike, n_chosen: int
    ) -> None:
        self.n_features = n_features
        self.loss = loss
        self.n_chosen = n_chosen

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Axes | None = None) -> Self:
        """Draw the curve by which a fitted selector chose how many features.

        Parameters
        ----------
        estimator : GaussianGateSelector
            Fitted, with `cross_fit` and `screening`, without which there is no curve.
        ax : matplotlib Axes or None, default=None
            Axes to draw on; None makes a figure.

        Returns
        -------
        display : SelectionCurveDisplay

        Raises
        ------
        ValueError
            If the fit made no curve.
        """
        check_selector(estimator)
        estimator.ranking_table()  # says so if it is not fitted
        curve = estimator.selection_curve_
        if not curve:
            msg = (
                "selection_curve_ is empty: without cross_fit and screening no rows "
                "are held out to say how many features are needed."
            )
            raise ValueError(msg)
        display = cls(
            n_features=curve["n_features"].copy(),
            loss=curve["loss"].copy(),
            n_chosen=int(estimator.n_features_to_select_),
        )
        return display.plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw the picture.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Axes to draw on; None makes a figure.

        Returns
        -------
        display : SelectionCurveDisplay
            The same object.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        ax = new_axes(type(self).__name__, ax, SIZE)
        self.ax_, self.figure_ = ax, ax.figure
        sizes = np.asarray(self.n_features)
        loss = np.asarray(self.loss, dtype=float)
        loss = np.where(np.isfinite(loss), loss, np.nan)  # models that diverged
        beside_kept = sizes[0] == 0  # which a logarithmic axis does not hold
        self.null_line_ = ax.axhline(
            loss[0] if beside_kept else 1.0,
            color=NOT_SELECTED,
            linestyle=":",
            label="columns that stay" if beside_kept else "no feature",
        )
        sizes, loss = sizes[sizes > 0], loss[sizes > 0]
        (self.line_,) = ax.plot(
            sizes, loss, marker="o", color=SELECTED, label="best k features"
        )
        self.chosen_line_ = None
        if self.n_chosen > 0:
            self.chosen_line_ = ax.axvline(
                self.n_chosen,
                color=ACCENT,
                linestyle="--",
                label=f"chosen k = {self.n_chosen}",
            )
        self._label(sizes, beside_kept=bool(beside_kept))
        return self

    def _label(self, sizes: np.ndarray, *, beside_kept: bool) -> None:
        """Write axes, title and legend."""
        from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

        ax = self.ax_
        ax.set_xscale("log")
        last = max(int(sizes.max(initial=1)), self.n_chosen)
        ticks = [2**power for power in range(last.bit_length())]
        ax.xaxis.set_major_locator(FixedLocator(ticks))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.xaxis.set_major_formatter("{x:.0f}")
        ax.set_xlabel("number k of best features that models see")
        ax.set_ylabel("held-out loss / loss of the best constant")
        ax.spines[["top", "right"]].set_visible(False)
        if self.n_chosen > 0:
            chosen = count_of(self.n_chosen, "feature")
            title = f"The fit chose the best {chosen}"
            title += " beside those that stay" if beside_kept else ""
        elif beside_kept:
            title = "The fit chose no other feature: none adds to those that stay"
        else:
            title = "The fit chose no feature: none beats the constant"
        ax.set_title(title)
        legend_above(ax)
