"""What is learned from the target, and the target as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from pandas.api import types

from stg_select.cli._errors import InputError
from stg_select.columns.frames import as_numbers, is_text, levels_of

Task = Literal["classification", "regression"]

#: The objective of the selector that each task means.
OBJECTIVES: dict[Task, str] = {
    "classification": "log_loss",
    "regression": "squared_error",
}


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


def prepare_target(target: pd.Series, task: Task | None = None) -> Target:
    """Turn the target into numbers and decide what is learned.

    Parameters
    ----------
    target : Series of shape (n_rows,)
        The target column.
    task : {"classification", "regression"}, default=None
        What to learn; inferred if None, as the selector would. Dates and durations
        are numbers.

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
    numbers = None if is_text(target) else as_numbers(target)
    if numbers is not None and not np.isfinite(numbers).all():
        raise InputError(f"The target {name!r} holds infinite values.")
    try:
        codes, labels = levels_of(target if numbers is None else pd.Series(numbers))
    except ValueError as error:
        raise InputError(str(error)) from None
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
