"""What is learned from the target, and the target as numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api import types

from stg_select.cli._errors import InputError
from stg_select.cli._settings import Task
from stg_select.columns.frames import as_numbers, dates_of, is_text, numbers_of

#: The objective of the selector that each task means.
OBJECTIVES: dict[Task, str] = {
    "classification": "log_loss",
    "regression": "squared_error",
    "counts": "poisson",
    "survival": "cox",
}
#: How events are written, and how their absence.
EVENTS, NO_EVENTS = ("1", "1.0", "true"), ("0", "0.0", "false")


@dataclass(frozen=True)
class Target:
    """The target as numbers.

    Attributes
    ----------
    y : ndarray of shape (n_rows,)
        Class numbers (int) for classification, float64 for regression and counts,
        events and times for survival.
    task : {"classification", "regression", "counts", "survival"}
        What is learned.
    reason : str
        In words, what of the target decided the task.
    """

    y: np.ndarray
    task: Task
    reason: str


def prepare_target(target: pd.Series, task: Task | None = None) -> Target:
    """Turn the target into numbers and decide what is learned.

    Parameters
    ----------
    target : Series of shape (n_rows,)
        The target column.
    task : {"classification", "regression", "counts"}, default=None
        What to learn; inferred if None, as the selector would. Dates and durations
        are numbers, and so are numbers and dates that are written as text, where they
        are too many for classes or `task` needs numbers.

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
    known = _read_text(target) if _may_be_written(target, task) else target
    try:
        numbers = None if is_text(known) else as_numbers(known)
    except ValueError:
        raise InputError(f"The target {name!r} holds infinite values.") from None
    except TypeError:
        raise InputError(
            f"The target {name!r} holds neither numbers, dates nor text."
        ) from None
    codes, labels = pd.factorize(known if numbers is None else pd.Series(numbers))
    if len(labels) < 2:
        raise InputError(f"The target {name!r} has the same value in every row.")
    inferred, reason = _infer_task(known, numbers, len(labels))
    task = task or inferred
    if task != "classification":
        if numbers is None:
            _check_text_beside_numbers(target)
            raise InputError(
                f"--task {task} needs numbers, but the target {name!r} holds "
                f"values such as {str(target.iloc[0])!r}."
            )
        return Target(numbers, task, reason)
    if len(labels) > len(target) / 2:
        _check_text_beside_numbers(target)
        raise InputError(
            f"The target {name!r} has {len(labels)} distinct values in {len(target)} "
            "rows, too many for classes."
        )
    return Target(codes, task, reason)


def _may_be_written(target: pd.Series, task: Task | None) -> bool:
    """Tell whether text has to be numbers or dates, if it is of any use."""
    if task == "classification" or not is_text(target):
        return False
    return task is not None or target.nunique() > len(target) / 2


def _read_text(target: pd.Series) -> pd.Series:
    """Read text as numbers or dates, if every cell is one, as columns are."""
    codes, cells = pd.factorize(target.astype(str).str.strip())
    names = pd.Index(cells)
    numbers = numbers_of(names)
    if numbers is not None and not np.isnan(numbers.values).any():
        return pd.Series(numbers.values[codes], name=target.name)
    dates = dates_of(names)
    if dates is None:
        return target
    if dates.ambiguous:
        raise InputError(
            f"The target {str(target.name)!r} holds dates such as {names[0]!r}, whose "
            "day and month could be either way round; write the year first."
        )
    return pd.Series(dates.times.take(codes), name=target.name)


def _check_text_beside_numbers(target: pd.Series) -> None:
    """Raise an InputError if most cells are numbers and some are text."""
    text = target.astype(str)
    numbers = pd.to_numeric(text.str.replace(",", ".", regex=False), errors="coerce")
    others = text[numbers.isna()]
    if 0 < len(others) < len(target) / 2:
        raise InputError(
            f"The target {str(target.name)!r} holds numbers, but text such as "
            f"{others.iloc[0]!r} in {len(others)} of {len(target)} rows; remove them "
            "or fill them in first."
        )


def prepare_survival(time: pd.Series, event: pd.Series) -> Target:
    """Put times and events together.

    Parameters
    ----------
    time, event : Series of shape (n_rows,)
        Times may be numbers that are written as text, such as "3,5".

    Returns
    -------
    target : Target

    Raises
    ------
    InputError
        If values are missing, times are no numbers, or events are neither truth values
        nor 0 and 1.
    """
    n_missing = int((time.isna() | event.isna()).sum())
    if n_missing:
        raise InputError(
            f"The target {str(time.name)!r} or the event {str(event.name)!r} is "
            f"missing in {n_missing} of {len(time)} rows; remove them first."
        )
    known = _read_text(time) if is_text(time) else time
    try:
        numbers = None if is_text(known) else as_numbers(known)
    except (TypeError, ValueError):
        numbers = None
    if numbers is None:
        _check_text_beside_numbers(time)
        raise InputError(
            f"--event needs times, but the target {str(time.name)!r} holds values such "
            f"as {str(time.iloc[0])!r}."
        )
    words = event.astype(str).str.lower()
    unknown = words[~words.isin([*EVENTS, *NO_EVENTS])]
    if len(unknown):
        raise InputError(
            f"--event {str(event.name)!r} must hold truth values or 0 and 1, "
            f"got {unknown.iloc[0]!r}."
        )
    y = np.empty(len(time), dtype=[("event", bool), ("time", np.float64)])
    y["event"], y["time"] = words.isin(EVENTS), numbers
    return Target(y, "survival", "events and times")


def _infer_task(
    target: pd.Series, numbers: np.ndarray | None, n_distinct: int
) -> tuple[Task, str]:
    """Ask what the selector would take the target for."""
    # importing the selectors imports torch, which takes seconds
    from stg_select.selectors import kind_of_target

    values = target.astype(str).to_numpy(dtype=object) if numbers is None else numbers
    if numbers is not None and _is_time(target):
        return "regression", f"dates or durations, {n_distinct} of them distinct"
    if numbers is not None and _is_true_or_false(target):
        values = numbers.astype(bool)
    kind = kind_of_target(values, np.ones(len(values)))
    tasks = {objective: task for task, objective in OBJECTIVES.items()}
    return tasks[kind.objective], kind.reason


def _is_time(values: pd.Series) -> bool:
    kind = types.infer_dtype(values, skipna=True)
    return kind.startswith(("date", "timedelta"))


def _is_true_or_false(values: pd.Series) -> bool:
    return types.infer_dtype(values, skipna=True) == "boolean"
