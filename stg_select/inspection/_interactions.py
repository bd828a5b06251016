"""Picture of the features that act together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from stg_select.inspection._axes import (
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
    from matplotlib.lines import Line2D

LONGEST_NAME = 60
NOTHING = "No columns were found to act together."
# inches
ROW_HEIGHT, SET_WIDTH = 0.3, 0.55
WIDTH_BESIDE, HEIGHT_BESIDE = 0.6, 1.9
LEAST_WIDTH, EMPTY_SIZE = 3.4, (4.6, 2.2)


class InteractionDisplay:
    """Picture of the sets of features that act together, the clearest one on the left.

    Every set is a line that joins its features. Below it stands its score, of which
    1 is the level of chance, and the share of the residual of held-out rows that it
    explains. It is recommended to use
    :meth:`~stg_select.inspection.InteractionDisplay.from_estimator`. All parameters are
    stored as attributes.

    Parameters
    ----------
    features : array-like of tuple of str of shape (n_sets,)
        Names of the features of each set.
    scores : array-like of shape (n_sets,)
        Score of each set.
    explained : array-like of shape (n_sets,)
        Share that each explains, NaN where it is not known.
    selected : array-like of str of shape (n_selected,)
        Names of the features that are selected.

    Attributes
    ----------
    lines_ : list of matplotlib Line2D
        One line a set that is shown.
    points_ : list of matplotlib Line2D
        The features of the sets that are selected, and those that are not.
    ax_ : matplotlib Axes
        Axes with the picture.
    figure_ : matplotlib Figure
        Figure that holds it.

    See Also
    --------
    RankingDisplay : Evidence for every feature.

    Examples
    --------
    >>> from stg_select import GaussianGateSelector
    >>> from stg_select.datasets import make_products
    >>> from stg_select.inspection import InteractionDisplay
    >>> X, y, _ = make_products(n_samples=600, n_features=30, random_state=0)
    >>> selector = GaussianGateSelector(random_state=0).fit(X, y)
    >>> display = InteractionDisplay.from_estimator(selector)
    >>> display.ax_.get_title()
    '3 sets of features act together'
    """

    def __init__(
        self,
        *,
        features: ArrayLike,
        scores: ArrayLike,
        explained: ArrayLike,
        selected: ArrayLike,
    ) -> None:
        self.features = features
        self.scores = scores
        self.explained = explained
        self.selected = selected

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        max_sets: int | None = 20,
        feature_names: ArrayLike | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Draw the sets of features that a fitted selector found to act together.

        Parameters
        ----------
        estimator : GaussianGateSelector
            Fitted.
        max_sets : int or None, default=20
            So many of the clearest sets are shown; None shows all.
        feature_names : array-like of str of shape (n_features,) or None, default=None
            Names of the columns, where the table had none.
        ax : matplotlib Axes or None, default=None
            Axes to draw on; None makes a figure.

        Returns
        -------
        display : InteractionDisplay
        """
        check_selector(estimator)
        ranking = estimator.ranking_table(feature_names)
        table = estimator.interactions(feature_names)
        display = cls(
            features=table["features"].to_numpy(dtype=object),
            scores=table["score"].to_numpy(copy=True),
            explained=table["explained"].to_numpy(copy=True),
            selected=ranking.loc[ranking["selected"], "feature"].to_numpy(dtype=object),
        )
        return display.plot(ax, max_sets=max_sets)

    def plot(self, ax: Axes | None = None, *, max_sets: int | None = 20) -> Self:
        """Draw the picture.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Axes to draw on; None makes a figure.
        max_sets : int or None, default=20
            So many of the clearest sets are shown; None shows all.

        Returns
        -------
        display : InteractionDisplay
            The same object.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If no set would be shown.
        """
        if max_sets is not None and max_sets < 1:
            msg = f"max_sets must be at least 1 or None, got {max_sets!r}."
            raise ValueError(msg)
        every = [tuple(chosen) for chosen in np.asarray(self.features, dtype=object)]
        sets = every[:max_sets]
        # those of a set next to each other, as far as they can be
        names = list(dict.fromkeys(name for chosen in sets for name in chosen))
        shown = [short_name(name, LONGEST_NAME) for name in names]
        own_figure = ax is None
        ax = new_axes(type(self).__name__, ax, EMPTY_SIZE)
        self.ax_, self.figure_ = ax, ax.figure
        place = {name: row for row, name in enumerate(names)}
        self.lines_ = self._draw_lines(sets, place)
        self.points_ = self._draw_points(sets, place)
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
        if sets:
            # a name may hold dollar signs, which are no formula
            ax.set_yticks(range(len(names)), shown, parse_math=False)
            ax.set_ylim(len(names) - 0.5, -0.5)
            ax.set_xlim(-0.6, len(sets) - 0.4)
            ax.grid(axis="y", color=NOT_SELECTED, alpha=0.3, linewidth=0.8)
            ax.set_axisbelow(True)
            legend_above(ax)
        self._label(len(sets), len(every))
        if own_figure and sets:
            self._make_room(len(sets), len(names))
        return self

    def _make_room(self, n_sets: int, n_names: int) -> None:
        """Make a figure large enough for names of any width."""
        extents = [label.get_window_extent() for label in self.ax_.get_yticklabels()]
        widest = max(extent.width for extent in extents) / self.figure_.dpi
        width = WIDTH_BESIDE + widest + max(LEAST_WIDTH, SET_WIDTH * n_sets)
        height = HEIGHT_BESIDE + ROW_HEIGHT * n_names
        figure: Any = self.figure_  # a whole one, which `new_axes` has made
        figure.set_size_inches(width, height)

    def _draw_lines(
        self, sets: list[tuple[str, ...]], place: dict[str, int]
    ) -> list[Line2D]:
        """Join the features of every set."""
        lines = []
        for position, chosen in enumerate(sets):
            rows = [place[name] for name in chosen]
            (line,) = self.ax_.plot(
                [position, position],
                [min(rows), max(rows)],
                color=SELECTED,
                linewidth=2.5,
                solid_capstyle="round",
            )
            lines.append(line)
        return lines

    def _draw_points(
        self, sets: list[tuple[str, ...]], place: dict[str, int]
    ) -> list[Line2D]:
        """Mark the features of every set, pale if they are not selected."""
        selected = set(np.asarray(self.selected, dtype=object).tolist())
        cells = [(i, name) for i, chosen in enumerate(sets) for name in chosen]
        points = []
        for kept, label in ((True, "selected"), (False, "not selected")):
            ours = [cell for cell in cells if (cell[1] in selected) == kept]
            (marks,) = self.ax_.plot(
                [position for position, _ in ours],
                [place[name] for _, name in ours],
                linestyle="none",
                marker="o",
                markersize=10.0,
                color=SELECTED if kept else NOT_SELECTED,
                label=label if ours else "_",
                zorder=3,
            )
            points.append(marks)
        return points

    def _label(self, n_shown: int, n_sets: int) -> None:
        """Write axes and title."""
        ax = self.ax_
        if not n_sets:
            ax.set_xticks([])
            ax.set_yticks([])
            ax.text(0.5, 0.5, NOTHING, transform=ax.transAxes, ha="center", va="center")
            ax.set_xlabel("sets of features")
            ax.set_title("Features act alone")
            return
        labels = [
            f"{score:.1f}" + (f"\n{share:.0%}" if np.isfinite(share) else "")
            for score, share in zip(
                np.asarray(self.scores, dtype=float)[:n_shown],
                np.asarray(self.explained, dtype=float)[:n_shown],
                strict=True,
            )
        ]
        ax.set_xticks(range(n_shown), labels)
        ax.set_xlabel("score (1 is chance)\nshare explained of held-out rows")
        shown = f"{n_shown} clearest of " if n_shown < n_sets else ""
        act = "acts" if n_sets == 1 else "act"
        title = f"{shown}{count_of(n_sets, 'set')} of features {act} together"
        ax.set_title(title)
