"""Picture of the best features: evidence, open gates, and what was selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stg_select.inspection._axes import (
    ACCENT,
    KEPT,
    NOT_SELECTED,
    SELECTED,
    check_selector,
    count_of,
    legend_above,
    new_axes,
)
from stg_select.selectors import short_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import LineCollection

# names of more features than this cannot be read
MOST_NAMES = 80
LONGEST_NAME = 40
# inches
BAR_HEIGHT, BAR_WIDTH, LETTER_WIDTH, MARGIN = 0.24, 4.5, 0.085, 1.5
MANY_BARS_SIZE = (6.0, 6.0)


class RankingDisplay:
    """Picture of the best features of a selector, the best one on top.

    A bar is the evidence for a feature, a point the probability that its gate is open,
    both between 0 and 1. The line through a point spans the middle 80 % of the
    networks, of which the point is the mean. It is recommended to use
    :meth:`~stg_select.inspection.RankingDisplay.from_estimator`. All parameters are
    stored as attributes.

    Parameters
    ----------
    features : array-like of str of shape (n_features,)
        Names, from best to worst.
    importances : array-like of shape (n_features,)
        Evidence for each.
    active_probs : array-like of shape (n_features,)
        Probability that the gate of each is open.
    selected : array-like of bool of shape (n_features,)
        Whether each is selected.
    prob_ranges : array-like of shape (2, n_features) or None, default=None
        Between which the probabilities of the middle 80 % of the networks lie; None
        or NaN if that is not known.
    kept : array-like of bool of shape (n_features,) or None, default=None
        Whether each is selected since the user named it to stay; None if none is.

    Attributes
    ----------
    bars_ : matplotlib BarContainer
        One bar a feature that is shown.
    points_ : matplotlib Line2D
        Their probabilities.
    ranges_ : matplotlib LineCollection or None
        Where those of single networks lie; None if that is not known.
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
    >>> from stg_select.inspection import RankingDisplay
    >>> X, y, _ = make_xor(n_samples=500, n_features=50, random_state=0)
    >>> selector = GaussianGateSelector(random_state=0).fit(X, y)
    >>> display = RankingDisplay.from_estimator(selector, max_features=10)
    >>> display.ax_.get_title()
    '10 best of 50 features, 2 selected'
    """

    def __init__(
        self,
        *,
        features: ArrayLike,
        importances: ArrayLike,
        active_probs: ArrayLike,
        selected: ArrayLike,
        prob_ranges: ArrayLike | None = None,
        kept: ArrayLike | None = None,
    ) -> None:
        self.features = features
        self.importances = importances
        self.active_probs = active_probs
        self.selected = selected
        self.prob_ranges = prob_ranges
        self.kept = kept

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        max_features: int | None = 30,
        feature_names: ArrayLike | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Draw the ranking of a fitted selector.

        Parameters
        ----------
        estimator : GaussianGateSelector
            Fitted.
        max_features : int or None, default=30
            So many of the best features are shown; None shows all.
        feature_names : array-like of str of shape (n_features,) or None, default=None
            Names of the columns, where the table had none.
        ax : matplotlib Axes or None, default=None
            Axes to draw on; None makes a figure.

        Returns
        -------
        display : RankingDisplay
        """
        check_selector(estimator)
        table = estimator.ranking_table(feature_names)
        order = np.argsort(estimator.ranking_, kind="stable")
        display = cls(
            features=table["feature"].to_numpy(),
            importances=estimator.feature_importances_[order],
            active_probs=table["active_prob"].to_numpy(),
            selected=table["selected"].to_numpy(),
            prob_ranges=estimator.active_probs_range_[:, order],
            kept=estimator.kept_[order],
        )
        return display.plot(ax, max_features=max_features)

    def plot(self, ax: Axes | None = None, *, max_features: int | None = 30) -> Self:
        """Draw the picture.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Axes to draw on; None makes a figure.
        max_features : int or None, default=30
            So many of the best features are shown; None shows all. Beyond 80 they are
            numbered instead of named.

        Returns
        -------
        display : RankingDisplay
            The same object.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If `max_features` is less than 1.
        """
        if max_features is not None and max_features < 1:
            msg = f"max_features must be at least 1 or None, got {max_features!r}."
            raise ValueError(msg)
        n_features = len(np.asarray(self.features))
        n_shown = n_features if max_features is None else min(max_features, n_features)
        named = n_shown <= MOST_NAMES
        names = [
            short_name(name, LONGEST_NAME)
            for name in np.asarray(self.features)[:n_shown]
        ]
        size = MANY_BARS_SIZE
        if named:
            width = BAR_WIDTH + LETTER_WIDTH * max(map(len, names))
            size = (width, MARGIN + BAR_HEIGHT * n_shown)
        ax = new_axes(type(self).__name__, ax, size)
        self.ax_, self.figure_ = ax, ax.figure
        selected = np.asarray(self.selected, dtype=bool)
        kept = np.zeros(n_features, dtype=bool)
        if self.kept is not None:
            kept = np.asarray(self.kept, dtype=bool)
        colours = np.where(kept, KEPT, np.where(selected, SELECTED, NOT_SELECTED))
        places = np.arange(1, n_shown + 1)
        self.bars_ = ax.barh(
            places,
            np.asarray(self.importances)[:n_shown],
            height=0.72 if named else 1.0,
            color=colours[:n_shown],
        )
        self.ranges_ = self._draw_ranges(places, thin=not named)
        (self.points_,) = ax.plot(
            np.asarray(self.active_probs)[:n_shown],
            places,
            linestyle="none",
            marker="D",
            markersize=5.5 if named else 2.5,
            color=ACCENT,
            markeredgecolor=ax.get_facecolor(),
            markeredgewidth=0.6 if named else 0.0,
            clip_on=False,
            zorder=3,
        )
        if named:
            # a name may hold dollar signs, which are no formula
            ax.set_yticks(places, names, parse_math=False)
            ax.tick_params(axis="y", length=0)
        else:
            ax.set_yscale("log")  # what matters comes first
            ax.yaxis.set_major_formatter("{x:.0f}")
            ax.set_ylabel("rank")
        ax.set_ylim(n_shown + 0.5, 0.5)
        self._label(n_shown, selected, kept)
        return self

    def _draw_ranges(self, places: NDArray, *, thin: bool) -> LineCollection | None:
        """Draw where the probabilities of single networks lie."""
        if self.prob_ranges is None or not np.isfinite(self.prob_ranges).all():
            return None
        low, high = np.asarray(self.prob_ranges)[:, : len(places)]
        return self.ax_.hlines(
            places,
            low,
            high,
            color=ACCENT,
            linewidth=0.5 if thin else 1.2,
            zorder=2.5,
        )

    def _label(
        self, n_shown: int, selected: NDArray[np.bool_], kept: NDArray[np.bool_]
    ) -> None:
        """Write axes, title and legend."""
        from matplotlib.patches import Patch

        n_features, n_kept = len(selected), int(kept.sum())

        ax = self.ax_
        ax.set_xlim(0.0, 1.0)
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_xlabel("evidence (bars), gate open (points)")
        shown = f"{n_shown} best of " if n_shown < n_features else ""
        title = f"{shown}{count_of(n_features, 'feature')}, {selected.sum()} selected"
        title += f", {n_kept} by keep" * (n_kept > 0)
        ax.set_title(title)
        handles = [
            Patch(color=SELECTED, label="selected"),
            *[Patch(color=KEPT, label="by keep")] * (n_kept > 0),
            Patch(color=NOT_SELECTED, label="not selected"),
            self.points_,
        ]
        self.points_.set_label("gate open")
        legend_above(ax, handles)
