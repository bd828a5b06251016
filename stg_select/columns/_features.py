"""Features as columns of numbers and of levels, put together to components."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stg_select.columns._components import (
    MISSING,
    NUMBER,
    Components,
    Numbers,
    lower_median,
)
from stg_select.columns._levels import KnownLevels, Levels, levels_of_numbers

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]
Form = str | tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Column:
    """What stands for a feature.

    Parameters
    ----------
    kind : str
        What the feature was read as.
    numbers : tuple of ndarray of shape (n,)
        Columns of numbers, NaN where they are missing.
    levels : Levels or None
    note : str or None
        What a user should be told of it, a sentence.
    start : datetime64 or None
        The date from which days are counted.
    form : str, tuple of str or None
        How the cells are written: the decimal mark of numbers or the form of dates that
        are text, the order of ordered levels.
    """

    kind: str
    numbers: tuple[FloatArray, ...] = ()
    levels: Levels | None = None
    note: str | None = None
    start: np.datetime64 | None = None
    form: Form | None = None


@dataclass(frozen=True, eq=False)
class Features:
    """The features of a table as components.

    Parameters
    ----------
    components : Components
    kinds : list of str
        What each feature was read as.
    notes : list of str
        Sentences about single features that a user should be told.
    levels : dict of int to KnownLevels
        Of each feature that has such.
    starts : dict of int to datetime64
        The date from which the days of each feature of dates are counted.
    forms : dict of int to (str or tuple of str)
        How the cells of each feature are written where it matters.
    """

    components: Components
    kinds: list[str]
    notes: list[str] = field(default_factory=list)
    levels: dict[int, KnownLevels] = field(default_factory=dict)
    starts: dict[int, np.datetime64] = field(default_factory=dict)
    forms: dict[int, Form] = field(default_factory=dict)


def join_columns(columns: Sequence[Column], weight: FloatArray) -> Features:
    """Put columns together to components, those of a feature next to each other.

    Missing numbers become the median of the others and have an indicator of their
    own; so have the levels of a category, but for one of two.

    Parameters
    ----------
    columns : sequence of Column
    weight : ndarray of shape (n,)
        Row weights, which medians and frequencies follow.

    Returns
    -------
    features : Features
    """
    used = weight > 0
    numbers: list[FloatArray] = []
    codes: list[IntArray] = []
    fill: list[float] = []
    parts: list[tuple[int, int, int]] = []  # feature, source, level
    levels: dict[int, KnownLevels] = {}
    for feature, column in enumerate(columns):
        has_gaps = False
        for values in column.numbers:
            missing = np.isnan(values)
            parts.append((feature, len(numbers), NUMBER))
            numbers.append(values)
            fill.append(np.nan)
            if missing.any():
                known = used & ~missing
                fill[-1] = lower_median(values[known], weight[known])
                has_gaps = True
        if has_gaps:  # all columns of numbers of a feature have the same gaps
            parts.append((feature, len(numbers) - 1, MISSING))
        if column.levels is not None:
            merged, indicated, levels[feature] = column.levels.merged(weight)
            parts += [(feature, len(codes), level) for level in indicated]
            codes.append(merged)
    table = np.array(parts, dtype=np.int64).reshape(-1, 3)
    return Features(
        Components(
            numbers=_stacked(numbers, len(weight), np.float64),
            codes=_stacked(codes, len(weight), np.int32),
            feature=table[:, 0],
            source=table[:, 1],
            level=table[:, 2],
            fill=np.array(fill),
        ),
        [column.kind for column in columns],
        [column.note for column in columns if column.note],
        levels,
        {f: c.start for f, c in enumerate(columns) if c.start is not None},
        {f: c.form for f, c in enumerate(columns) if c.form is not None},
    )


def read_array(
    x: Numbers, weight: FloatArray, categories: Collection[int] = ()
) -> Features:
    """Find for every column of an array the components that stand for it.

    Parameters
    ----------
    x : ndarray or sparse array (CSC) of shape (n, n_features)
        Finite numbers, or NaN where they are missing.
    weight : ndarray of shape (n,)
        Row weights, which medians and frequencies follow.
    categories : collection of int
        Positions of the columns whose numbers name levels.

    Returns
    -------
    features : Features
    """
    kinds = ["number"] * x.shape[1]
    found = Components.of_array(x, weight)
    if not categories:
        return Features(found, kinds)
    table = np.stack([found.feature, found.source, found.level], axis=1)
    parts = table[~np.isin(found.feature, list(categories))].tolist()
    codes: list[IntArray] = []
    levels: dict[int, KnownLevels] = {}
    for place in sorted(categories):
        kinds[place] = "category"
        of_column = levels_of_numbers(_dense_column(x, place))
        merged, indicated, levels[place] = of_column.merged(weight)
        parts += [(place, len(codes), level) for level in indicated]
        codes.append(merged)
    table = np.array(sorted(parts, key=lambda part: part[0]), dtype=np.int64)
    components = replace(
        found,
        codes=np.stack(codes, axis=1),
        feature=table[:, 0],
        source=table[:, 1],
        level=table[:, 2],
    )
    return Features(components, kinds, levels=levels)


def columns_of_array(
    x: Numbers, places: Collection[int], categories: Collection[int] = ()
) -> dict[int, Column]:
    """Take some columns of an array as they are.

    Parameters
    ----------
    x : ndarray or sparse array (CSC) of shape (n, n_features)
    places : collection of int
        Positions of the columns.
    categories : collection of int
        Positions of the columns whose numbers name levels.

    Returns
    -------
    columns : dict of int to Column
    """
    columns = {}
    for place in places:
        values = _dense_column(x, place)
        if place in categories:
            columns[place] = Column("category", levels=levels_of_numbers(values))
        else:
            columns[place] = Column("number", (values.astype(np.float64),))
    return columns


def _dense_column(x: Numbers, place: int) -> FloatArray:
    """Take a column, with its zeros."""
    return x[:, [place]].toarray().ravel() if sparse.issparse(x) else x[:, place]


def _stacked(columns: Sequence[NDArray], n: int, dtype: type) -> NDArray:
    """Put columns side by side; without any there are n empty rows."""
    if not columns:
        return np.empty((n, 0), dtype=dtype)
    return np.stack(columns, axis=1)
