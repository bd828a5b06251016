"""Features read once more in the way in which a fit has read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stg_select.columns._components import MISSING, NUMBER, Components, lower_median
from stg_select.columns._features import Column, Features, Form
from stg_select.columns._levels import KnownLevels
from stg_select.columns._times import DAY

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Reader:
    """How C components of some features were read.

    Parameters
    ----------
    feature : ndarray of int of shape (C,)
        Position of the feature of each component.
    part : ndarray of int of shape (C,)
        Which of its feature's columns of numbers a component is made of.
    level : ndarray of int of shape (C,)
        The level that it indicates, `NUMBER` or `MISSING`.
    fill : ndarray of shape (C,)
        What stands in place of missing numbers: the median; NaN of levels.
    n_parts : ndarray of int of shape (C,)
        How many columns of numbers its feature has.
    levels : dict of int to KnownLevels
        Of the features that have such.
    starts : dict of int to datetime64
        The date from which the days of each feature of dates are counted.
    forms : dict of int to (str or tuple of str)
        How the cells of each feature are written where it matters.
    """

    feature: IntArray
    part: IntArray
    level: IntArray
    fill: FloatArray
    n_parts: IntArray
    levels: dict[int, KnownLevels]
    starts: dict[int, np.datetime64]
    forms: dict[int, Form] = field(default_factory=dict)

    @classmethod
    def of(cls, features: Features, chosen: IntArray) -> Reader:
        """Remember how some components were read.

        Parameters
        ----------
        features : Features
        chosen : ndarray of int of shape (C,)
            The components.

        Returns
        -------
        reader : Reader
        """
        every = features.components
        feature, level = every.feature[chosen], every.level[chosen]
        source = every.source[chosen]
        part = np.zeros(len(chosen), dtype=np.int64)
        n_parts = np.zeros(len(chosen), dtype=np.int64)
        fill = np.full(len(chosen), np.nan)
        for i, of_feature in enumerate(feature):
            numbers = (every.feature == of_feature) & (every.level == NUMBER)
            n_parts[i] = np.count_nonzero(numbers)
            if level[i] < 0:
                part[i] = source[i] - every.source[numbers].min()
                fill[i] = _median(every, source[i])
        own = set(feature.tolist())
        return cls(
            feature=feature,
            part=part,
            level=level,
            fill=fill,
            n_parts=n_parts,
            levels={f: known for f, known in features.levels.items() if f in own},
            starts={f: start for f, start in features.starts.items() if f in own},
            forms={f: form for f, form in features.forms.items() if f in own},
        )

    def knows(self, feature: int, column: Column) -> bool:
        """Tell whether a column has the parts and the form that it had at the fit.

        Parameters
        ----------
        feature : int
            Position of a feature that has components here.
        column : Column
            What stands for it now.

        Returns
        -------
        known : bool
        """
        n_parts = int(self.n_parts[self.feature == feature][0])
        same = n_parts == len(column.numbers)
        form = self.forms.get(feature)
        same &= form is None or column.form is None or form == column.form
        return same and (feature in self.levels) == (column.levels is not None)

    def read(self, columns: Mapping[int, Column]) -> NDArray[np.float64]:
        """Read columns of n rows.

        Parameters
        ----------
        columns : mapping of int to Column
            One at least for each feature, which `knows` it.

        Returns
        -------
        values : ndarray of shape (n, C)
        """
        n = max(len(cells_of(column)) for column in columns.values())
        values = np.empty((n, len(self.feature)))
        for i, feature in enumerate(self.feature.tolist()):
            column = columns[feature]
            if self.level[i] >= 0 and column.levels is not None:
                codes = self.levels[feature].codes(column.levels)
                values[:, i] = codes == self.level[i]
                continue
            numbers = column.numbers[self.part[i]]
            missing = np.isnan(numbers)
            if self.level[i] == MISSING:
                values[:, i] = missing
                continue
            start = self.starts.get(feature)
            if self.part[i] == 0 and start is not None and column.start is not None:
                numbers = numbers + (column.start - start) / DAY
            values[:, i] = np.where(missing, self.fill[i], numbers)
        return values


def cells_of(column: Column) -> NDArray:
    """Take the numbers or the levels of a column.

    Parameters
    ----------
    column : Column

    Returns
    -------
    cells : ndarray of shape (n,)
    """
    return column.levels.codes if column.levels is not None else column.numbers[0]


def _median(components: Components, source: int) -> float:
    """Median of a column of numbers, which stands in place of missing ones."""
    fill = float(components.fill[source])
    if not np.isnan(fill):
        return fill
    column = components.numbers[:, [source]]
    known = column.toarray() if sparse.issparse(column) else column
    return lower_median(known.ravel(), np.ones(components.n_rows))
