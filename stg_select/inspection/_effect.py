"""Picture of how predictions move with one column, or with two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stg_select.inspection._axes import check_selector, count_of, new_axes
from stg_select.inspection._effect_curve import draw_levels, draw_line
from stg_select.inspection._effect_map import draw_map
from stg_select.selectors import effect_of, short_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LONGEST_NAME, LONGEST_PREDICTION = 40, 60
# inches
SIZE, MAP_SIZE = (6.0, 4.2), (6.0, 4.6)
LEVEL_HEIGHT, MARGIN, BESIDE_LABEL = 0.28, 1.5, 1.1


class EffectDisplay:
    """Picture of how the average network's prediction moves with a column, or with two.

    Every row of a table is given the same value of the column and keeps its other
    values, and what a network predicts is averaged over the rows: its partial
    dependence [1]_. The line is the mean of the networks of a fit, whose gates are
    open or closed without noise, and the band holds the middle 80 % of them; networks
    that explain less than their gates cost do not count. The grey bars below show
    where the rows of the table lie. Of two columns the colours are the mean of the
    networks, and points are rows.

    It is recommended to use
    :meth:`~stg_select.inspection.EffectDisplay.from_estimator`. All parameters are
    stored as attributes.

    Parameters
    ----------
    features : tuple of str
        Names of one column, or of two.
    values : array-like of shape (K, G) or (K, G, G')
        Mean prediction of every network where the columns have the values of the grid.
    prediction : str
        What is predicted.
    x : array-like of shape (G,)
        Grid of the column: numbers, dates, or texts that name levels.
    x_data : array-like of shape (n,)
        Values of the column in the table, or in some of its rows.
    y : array-like of shape (G',) or None, default=None
        Grid of the second column.
    y_data : array-like of shape (n,) or None, default=None
        Values of the second column in these rows.
    is_open : tuple of bool or None, default=None
        Whether some network holds the gate of each column open; None if so.

    Attributes
    ----------
    line_ : matplotlib Line2D or None
        Mean of the networks; None of two columns.
    band_ : matplotlib artist or None
        Where the middle 80 % of them lie.
    bars_ : matplotlib artist or None
        Where the rows of the table lie.
    map_ : matplotlib artist or None
        Mean of the networks by two columns; None of one column.
    points_ : matplotlib Line2D or None
        Rows of the table by two columns.
    ax_ : matplotlib Axes
        Axes with the picture.
    figure_ : matplotlib Figure
        Figure that holds it.

    See Also
    --------
    RankingDisplay : Evidence for every feature.
    InteractionDisplay : Which features act together.
    sklearn.inspection.PartialDependenceDisplay : The same of any model.

    References
    ----------
    .. [1] J. H. Friedman, "Greedy Function Approximation: A Gradient Boosting
       Machine", Annals of Statistics 29, 2001, section 8.2.

    Examples
    --------
    >>> from stg_select import GaussianGateSelector
    >>> from stg_select.datasets import make_friedman1
    >>> from stg_select.inspection import EffectDisplay
    >>> X, y, _ = make_friedman1(n_samples=500, n_features=10, random_state=0)
    >>> selector = GaussianGateSelector(random_state=0).fit(X, y)
    >>> display = EffectDisplay.from_estimator(selector, X, "x3")
    >>> display.ax_.get_ylabel()
    'response'
    """

    def __init__(
        self,
        *,
        features: tuple[str, ...],
        values: ArrayLike,
        prediction: str,
        x: ArrayLike,
        x_data: ArrayLike,
        y: ArrayLike | None = None,
        y_data: ArrayLike | None = None,
        is_open: tuple[bool, ...] | None = None,
    ) -> None:
        self.features = features
        self.values = values
        self.prediction = prediction
        self.x = x
        self.x_data = x_data
        self.y = y
        self.y_data = y_data
        self.is_open = is_open

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        features: Any,
        *,
        target: Any = None,
        feature_names: ArrayLike | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Draw how predictions of a fitted selector's networks move with columns.

        Parameters
        ----------
        estimator : GaussianGateSelector
            Fitted.
        X : array-like, sparse matrix or DataFrame of shape (n_samples, n_features)
            The table of the fit, or one with the same columns: values beyond those of
            the fit count as the nearest of these. Predictions are averaged over 200
            rows, if there are more.
        features : str, int, or pair of these
            A column by name or position, or two. 50 values of a column lie at its
            quantiles from 1 % to 99 %, and 20 of each of two; of a category, and where
            there are at most 12, all are shown.
        target : object, default=None
            Which class, or which output by position, where there are more than two or
            one. Of two classes None is the last.
        feature_names : array-like of str of shape (n_features,) or None, default=None
            Names of the columns, where `X` has none.
        ax : matplotlib Axes or None, default=None
            Axes to draw on; None makes a figure.

        Returns
        -------
        display : EffectDisplay

        Raises
        ------
        NotFittedError
            If the selector is not fitted.
        ValueError
            If an argument cannot be used; if no network of the fit predicts better
            than a constant; or if the selector was saved by a release that did not
            keep its networks.
        """
        check_selector(estimator)
        effect = effect_of(
            estimator, X, features, target=target, feature_names=feature_names
        )
        pair = len(effect.features) == 2
        display = cls(
            features=effect.features,
            values=effect.values,
            prediction=effect.prediction,
            x=effect.grid[0],
            x_data=effect.data[0],
            y=effect.grid[1] if pair else None,
            y_data=effect.data[1] if pair else None,
            is_open=effect.is_open,
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
        display : EffectDisplay
            The same object.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        own_figure = ax is None
        ax = new_axes(type(self).__name__, ax, SIZE if self.y is None else MAP_SIZE)
        self.ax_, self.figure_ = ax, ax.figure
        self.line_ = self.band_ = self.bars_ = self.map_ = self.points_ = None
        values, x = np.asarray(self.values, dtype=float), np.asarray(self.x)
        x_data = np.asarray(self.x_data)
        labels = [short_name(name, LONGEST_NAME) for name in self.features]
        prediction = short_name(self.prediction, LONGEST_PREDICTION)
        n_rows = 0
        if self.y is not None and self.y_data is not None:
            grid, data = (x, np.asarray(self.y)), (x_data, np.asarray(self.y_data))
            mean = values.mean(axis=0)
            self.map_, self.points_ = draw_map(ax, mean, grid, data, prediction)
            n_rows = len(grid[1]) if _is_text(grid[1]) else 0
        elif _is_text(x):
            self.line_, self.band_, self.bars_ = draw_levels(ax, values, x, x_data)
            labels, n_rows = [prediction, labels[0]], len(x)
        else:
            self.line_, self.band_, self.bars_ = draw_line(ax, values, x, x_data)
            labels = [labels[0], prediction]
        # a name may hold dollar signs, which are no formula
        ax.set_xlabel(labels[0], parse_math=False)
        ax.set_ylabel(labels[1], parse_math=False)
        ax.set_title(self._title(len(values)))
        if own_figure:
            self._make_room(MARGIN + LEVEL_HEIGHT * n_rows if n_rows else 0.0)
        return self

    def _title(self, n_members: int) -> str:
        """Say whose mean it is; and what is flat, since no network sees it."""
        closed = [] if self.is_open is None else [o for o in self.is_open if not o]
        if not closed:
            return f"Mean of {count_of(n_members, 'network')}"
        whole = len(closed) == len(self.features)
        which = ("Both gates are" if self.y is not None else "The gate is") * whole
        return f"{which or 'One of the gates is'} closed in all networks"

    def _make_room(self, least_height: float) -> None:
        """Make a figure large enough for names of any width and for all levels."""
        ax = self.ax_
        figure: Any = self.figure_  # a whole one, which `new_axes` has made

        def extents(texts: Iterable[Any]) -> list[Any]:
            inches = figure.dpi_scale_trans.inverted()
            return [t.get_window_extent().transformed(inches) for t in texts]

        rows, columns = ax.get_yticklabels(), ax.get_xticklabels()
        beside = [box.width for box in extents(rows)]
        below = [box.height for box in extents(columns)]
        upright = [other.yaxis.label for other in figure.axes]
        (along,) = extents([ax.xaxis.label])
        width, height = figure.get_size_inches()
        width = max(width, along.width + BESIDE_LABEL)
        heights = [box.height + BESIDE_LABEL for box in extents(upright)]
        height = max(least_height or height, *heights)
        if _is_text(np.asarray(self.x if self.y is None else self.y)):
            width += max(beside)
        if self.y is not None and _is_text(np.asarray(self.x)):
            height += max(below)
        figure.set_size_inches(width, height)


def _is_text(grid: NDArray) -> bool:
    return grid.dtype.kind == "U"
