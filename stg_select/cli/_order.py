"""Enough rows, rows that belong together, and rows in the order of time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stg_select.cli._errors import InputError
from stg_select.cli._messages import counted
from stg_select.columns.frames import as_numbers, dates_of, is_text

#: Folds of the selector, each of which needs a row or a group of rows.
N_FOLDS = 4
#: Parts that scikit-learn's TimeSeriesSplit cuts the rows into.
N_PARTS_IN_TIME = 6


def check_rows(n_rows: int, name: str, *, in_time: bool) -> None:
    """Raise an InputError if a table has fewer rows than a fit needs.

    Parameters
    ----------
    n_rows : int
    name : str
        What to call the table in errors.
    in_time : bool
        Whether the rows are split in the order of time.
    """
    if in_time:
        fewest = N_PARTS_IN_TIME
        why = f"--time cuts them into {fewest} parts"
    else:
        fewest, why = N_FOLDS, f"they are dealt to {N_FOLDS} folds"
    if n_rows < fewest:
        rows = counted(n_rows, "row") if n_rows else "no rows"
        raise InputError(f"{name} has {rows}; at least {fewest} are needed, as {why}.")


def read_groups(groups: pd.Series) -> NDArray[np.integer]:
    """Give the rows of each group a number.

    Parameters
    ----------
    groups : Series of shape (n_rows,)

    Raises
    ------
    InputError
        If values are missing or few.
    """
    _check_present(groups, "--groups")
    codes, labels = pd.factorize(groups, sort=True)
    if len(labels) < N_FOLDS:
        raise InputError(
            f"--groups {str(groups.name)!r} has "
            f"{counted(len(labels), 'distinct value')}; at least {N_FOLDS} are needed, "
            f"as they are dealt to {N_FOLDS} folds."
        )
    return codes


def order_in_time(time: pd.Series) -> NDArray[np.integer]:
    """Find the order of the rows by numbers or dates, that of the file among equals.

    Parameters
    ----------
    time : Series of shape (n_rows,)

    Raises
    ------
    InputError
        If values are missing, or neither numbers nor dates.
    """
    _check_present(time, "--time")
    wrong = time.iloc[0]
    if is_text(time):
        cells = pd.Index(time.astype(str))
        dates = dates_of(cells)
        if dates is None:
            wrong = _first_that_is_no_date(cells)
        numbers = None if dates is None else dates.times.to_numpy()
    else:
        try:
            numbers = as_numbers(time)
        except (TypeError, ValueError):
            numbers = None
    if numbers is None:
        raise InputError(
            f"--time {str(time.name)!r} must hold numbers, or dates of one form, got "
            f"{str(wrong)!r}."
        )
    return np.argsort(numbers, kind="stable")


def _first_that_is_no_date(cells: pd.Index) -> str:
    """Find the cell with which cells that begin as dates are none any more."""
    dates, others = 0, len(cells)  # so many of the first are, and are not
    while others - dates > 1:
        middle = (dates + others) // 2
        if dates_of(cells[:middle]) is None:
            others = middle
        else:
            dates = middle
    return str(cells[others - 1])


def _check_present(values: pd.Series, option: str) -> None:
    n_missing = int(values.isna().sum())
    if n_missing:
        raise InputError(
            f"{option} {str(values.name)!r} is missing in {n_missing} of "
            f"{len(values)} rows; remove them or fill them in first."
        )
