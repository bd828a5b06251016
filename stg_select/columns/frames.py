"""Data frames as components: numbers, dates, text and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from stg_select.columns._components import Components

FloatArray = NDArray[np.floating]

#: A text column gets an indicator for at most so many of its most frequent levels,
MAX_LEVELS = 32
#: and only for those that occur in at least so many rows; the others share one.
MIN_LEVEL_ROWS = 5

_ISO_DATE = r"\d{4}-\d{2}-\d{2}"


@dataclass(frozen=True, eq=False)
class FrameFeatures:
    """The columns of a data frame that vary, as components.

    Parameters
    ----------
    components : Components
        Finite, and none of them constant.
    names : list of str
        Names of the features, in the order of the data frame.
    constant : list of str
        The columns left out because all their values are equal or missing.
    rare : list of str
        The text columns left out because no value occurs in `MIN_LEVEL_ROWS` rows.
    """

    components: Components
    names: list[str]
    constant: list[str]
    rare: list[str]


def read_frame(frame: pd.DataFrame) -> FrameFeatures:
    """Find for every column of a data frame the components that stand for it.

    A number, truth value, date or duration becomes one component; missing (and
    infinite) values become the median of the others, and an indicator of where they
    were becomes a second one. A text or categorical column becomes one indicator for
    each frequent level, one for all the rare ones together and one for missing
    values. Components that do not vary are left out.

    Parameters
    ----------
    frame : DataFrame of shape (n, n_columns)

    Returns
    -------
    features : FrameFeatures

    Raises
    ------
    ValueError
        If a column holds something else than numbers, dates or text.
    """
    parts: list[FloatArray] = []
    names: list[str] = []
    constant: list[str] = []
    rare: list[str] = []
    for name in frame.columns:
        values = frame[name]
        part = _components(values)
        part = part[:, (part != part[0]).any(axis=0)]
        if part.shape[1]:
            names.append(str(name))
            parts.append(part)
        else:
            distinct = values.dropna().unique()
            (constant if len(distinct) < 2 else rare).append(str(name))
    feature = np.repeat(np.arange(len(names)), [part.shape[1] for part in parts])
    values = np.hstack(parts) if parts else np.empty((len(frame), 0))
    return FrameFeatures(Components(values, feature), names, constant, rare)


def is_text(values: pd.Series) -> bool:
    """Tell whether a column holds text or categories.

    Parameters
    ----------
    values : Series of shape (n,)

    Returns
    -------
    text : bool
    """
    return isinstance(values.dtype, pd.CategoricalDtype) or types.is_string_dtype(
        values
    )


def as_numbers(values: pd.Series) -> FloatArray | None:
    """Read a column as numbers, dates and durations as days.

    Parameters
    ----------
    values : Series of shape (n,)

    Returns
    -------
    numbers : ndarray of float64 of shape (n,) or None
        NaN where missing; None for text and categories.
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        return None
    if types.is_object_dtype(values) or types.is_string_dtype(values):
        values = _decoded(values)
        if values is None:
            return None
    if types.is_datetime64_any_dtype(values):
        values = values - values.min()
    if types.is_timedelta64_dtype(values):
        return np.asarray(values / pd.Timedelta(days=1), dtype=float)
    if types.is_complex_dtype(values) or not (
        types.is_numeric_dtype(values) or types.is_bool_dtype(values)
    ):
        return None
    return np.asarray(values.to_numpy(dtype=float, na_value=np.nan))


def levels_of(values: pd.Series) -> tuple[NDArray[np.integer], NDArray]:
    """Find the distinct values of a column, and which of them each row has.

    Parameters
    ----------
    values : Series of shape (n,)

    Returns
    -------
    codes : ndarray of int of shape (n,)
        Position of each value among the distinct ones, -1 if missing.
    levels : ndarray of shape (n_levels,)
        The distinct values, in the order in which they come up.

    Raises
    ------
    ValueError
        If the values cannot be told apart, such as lists.
    """
    try:
        codes, levels = pd.factorize(values)
    except TypeError:
        msg = f"The column {str(values.name)!r} holds neither numbers, dates nor text."
        raise ValueError(msg) from None
    return codes, np.asarray(levels)


def _components(values: pd.Series) -> FloatArray:
    numbers = as_numbers(values)
    return _level_indicators(values) if numbers is None else _imputed(numbers)


def _decoded(values: pd.Series) -> pd.Series | None:
    """Return objects or text as numbers or dates if they are such, else None."""
    kind = types.infer_dtype(values, skipna=True)
    if kind in ("boolean", "integer", "floating", "mixed-integer-float", "decimal"):
        return values.map(float, na_action="ignore").astype(float)
    if kind in ("date", "datetime", "datetime64"):
        return pd.to_datetime(values)
    if kind in ("timedelta", "timedelta64"):
        return pd.to_timedelta(values)
    if kind == "empty":
        return pd.Series(np.nan, index=values.index)
    if kind == "string" and values.dropna().str.match(_ISO_DATE).all():
        try:
            return pd.to_datetime(values, format="ISO8601", utc=True)
        except ValueError:
            return None
    return None


def _imputed(numbers: FloatArray) -> FloatArray:
    missing = ~np.isfinite(numbers)
    if missing.all():
        return np.zeros((len(numbers), 1))
    filled = np.where(missing, np.median(numbers[~missing]), numbers)
    return np.column_stack([filled, missing]) if missing.any() else filled[:, None]


def _level_indicators(values: pd.Series) -> FloatArray:
    missing = values.isna().to_numpy()
    codes, levels = levels_of(values)
    counts = np.bincount(codes[~missing], minlength=len(levels))
    # Equally frequent levels are taken by name, whatever the order of the rows.
    order = np.lexsort((levels.astype(str), -counts))[:MAX_LEVELS]
    order = order[counts[order] >= MIN_LEVEL_ROWS]
    indicators = codes[:, None] == order
    other = ~indicators.any(axis=1) & ~missing
    components = np.column_stack([indicators, other, missing]).astype(float)
    components = components[:, components.any(axis=0)]
    # Two indicators that add up to one say the same thing twice.
    return components[:, :1] if components.shape[1] == 2 else components
