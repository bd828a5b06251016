"""A pandas table and its target as the numeric arrays a selector is fitted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from pandas.api import types

from stg_select.cli._errors import InputError

Task = Literal["classification", "regression"]

#: A text column gets an indicator for at most so many of its most frequent levels,
MAX_LEVELS = 32
#: and only for those that occur in at least so many rows; the others share one.
MIN_LEVEL_ROWS = 5
#: An integer target is taken for classes if it has at most so many distinct values,
MAX_CLASSES = 20
#: and at least so many rows for each on average.
MIN_CLASS_ROWS = 5

_ISO_DATE = r"\d{4}-\d{2}-\d{2}"


@dataclass(frozen=True)
class Features:
    """The columns of a table as numbers, several of which may stand for one column.

    Attributes
    ----------
    X : ndarray of shape (n_rows, n_components), float64
        Finite, and no column constant.
    groups : ndarray of shape (n_components,), int
        For each component the position in `columns` of the column it stands for.
    columns : list of str
        The columns of the table that vary, in its order.
    constant : list of str
        The columns left out because all their values are equal or missing.
    rare : list of str
        The text columns left out because no value occurs in `MIN_LEVEL_ROWS` rows.
    """

    X: np.ndarray
    groups: np.ndarray
    columns: list[str]
    constant: list[str]
    rare: list[str]


@dataclass(frozen=True)
class Target:
    """The target as numbers.

    Attributes
    ----------
    y : ndarray of shape (n_rows,)
        Class numbers (int) for classification, float64 for regression.
    task : {"classification", "regression"}
        What is learned.
    reason : str
        In words, what of the target decided the task.
    """

    y: np.ndarray
    task: Task
    reason: str


def prepare_features(frame: pd.DataFrame) -> Features:
    """Turn every column of a table into numbers.

    A number, truth value, date or duration becomes one component; missing (and
    infinite) values become the median of the others, and an indicator of where they
    were becomes a second one. A text or categorical column becomes one indicator for
    each frequent level, one for all the rare ones together and one for missing
    values. Components that do not vary are left out.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        The columns to judge, without the target.

    Returns
    -------
    features : Features
        The components and the columns they stand for.

    Raises
    ------
    InputError
        If a column holds something else than numbers, dates or text, or none varies.
    """
    blocks: list[np.ndarray] = []
    columns: list[str] = []
    constant: list[str] = []
    rare: list[str] = []
    for name in frame.columns:
        values = frame[name]
        components = _components(values)
        components = components[:, (components != components[0]).any(axis=0)]
        if components.shape[1]:
            columns.append(str(name))
            blocks.append(components)
        else:
            distinct = values.dropna().unique()
            (constant if len(distinct) < 2 else rare).append(str(name))
    if not columns:
        raise InputError("The table has no column that varies besides the target.")
    sizes = [block.shape[1] for block in blocks]
    groups = np.repeat(np.arange(len(columns)), sizes)
    return Features(np.hstack(blocks), groups, columns, constant, rare)


def prepare_target(target: pd.Series, task: Task | None = None) -> Target:
    """Turn the target into numbers and decide what is learned.

    Parameters
    ----------
    target : Series of shape (n_rows,)
        The target column.
    task : {"classification", "regression"}, default=None
        What to learn; inferred if None. Text, categories, truth values and any two
        distinct integers are classes, and so are integers of at most `MAX_CLASSES`
        distinct values with `MIN_CLASS_ROWS` rows each on average. All other numbers
        and dates are regression.

    Returns
    -------
    target : Target
        The numbers and the task.

    Raises
    ------
    InputError
        If values are missing, infinite or all equal, or do not suit `task`.
    """
    name = str(target.name)
    n_missing = int(target.isna().sum())
    if n_missing:
        raise InputError(
            f"The target {name!r} is missing in {n_missing} of {len(target)} rows; "
            "remove them or fill them in first."
        )
    numbers = None if _is_text(target) else _as_numbers(target)
    if numbers is not None and not np.isfinite(numbers).all():
        raise InputError(f"The target {name!r} holds infinite values.")
    codes, labels = _classes(target if numbers is None else pd.Series(numbers))
    if len(labels) < 2:
        raise InputError(f"The target {name!r} has the same value in every row.")
    inferred, reason = _infer_task(target, numbers, len(labels))
    task = task or inferred
    if task == "regression":
        if numbers is None:
            raise InputError(
                f"--task regression needs numbers, but the target {name!r} holds "
                f"values such as {str(target.iloc[0])!r}."
            )
        return Target(numbers, task, reason)
    if len(labels) > len(target) / 2:
        raise InputError(
            f"The target {name!r} has {len(labels)} distinct values in {len(target)} "
            "rows, too many for classes."
        )
    return Target(codes, task, reason)


def _infer_task(
    target: pd.Series, numbers: np.ndarray | None, n_distinct: int
) -> tuple[Task, str]:
    if numbers is None:
        return "classification", f"{n_distinct} distinct values, not numbers"
    if types.is_bool_dtype(target):
        return "classification", "truth values"
    if (numbers != np.floor(numbers)).any():
        return "regression", f"fractional numbers, {n_distinct} of them distinct"
    few = n_distinct <= min(MAX_CLASSES, len(numbers) / MIN_CLASS_ROWS)
    task: Task = "classification" if few or n_distinct == 2 else "regression"
    return task, f"whole numbers, {n_distinct} of them distinct"


def _is_text(values: pd.Series) -> bool:
    return isinstance(values.dtype, pd.CategoricalDtype) or types.is_string_dtype(
        values
    )


def _components(values: pd.Series) -> np.ndarray:
    numbers = _as_numbers(values)
    return _level_indicators(values) if numbers is None else _imputed(numbers)


def _as_numbers(values: pd.Series) -> np.ndarray | None:
    """Return float64 values, NaN where missing, or None for text and categories."""
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


def _imputed(numbers: np.ndarray) -> np.ndarray:
    missing = ~np.isfinite(numbers)
    if missing.all():
        return np.zeros((len(numbers), 1))
    filled = np.where(missing, np.median(numbers[~missing]), numbers)
    return np.column_stack([filled, missing]) if missing.any() else filled[:, None]


def _classes(values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the position of each value among the distinct ones (-1 if missing)."""
    try:
        codes, levels = pd.factorize(values)
    except TypeError:
        raise InputError(
            f"The column {str(values.name)!r} holds neither numbers, dates nor text."
        ) from None
    return codes, np.asarray(levels)


def _level_indicators(values: pd.Series) -> np.ndarray:
    missing = values.isna().to_numpy()
    codes, levels = _classes(values)
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
