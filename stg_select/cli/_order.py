"""Rows that belong together, and rows in the order of time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stg_select.cli._errors import InputError
from stg_select.cli._messages import counted
from stg_select.columns.frames import as_numbers, dates_of, is_text

#: Rows, or groups of them, that the folds of the selector need.
N_FOLDS = 4
#: Rows that the splits of scikit-learn's TimeSeriesSplit need.
N_ROWS_IN_TIME = 6


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
            f"{counted(len(labels), 'distinct value')}; at least {N_FOLDS} are needed."
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
    if is_text(time):
        cells = pd.Index(time.astype(str))
        dates = dates_of(cells)
        numbers = None if dates is None else dates.times.to_numpy()
    else:
        try:
            numbers = as_numbers(time)
        except (TypeError, ValueError):
            numbers = None
    if numbers is None:
        raise InputError(
            f"--time {str(time.name)!r} must hold numbers or dates, got "
            f"{str(time.iloc[0])!r}."
        )
    return np.argsort(numbers, kind="stable")


def _check_present(values: pd.Series, option: str) -> None:
    n_missing = int(values.isna().sum())
    if n_missing:
        raise InputError(
            f"{option} {str(values.name)!r} is missing in {n_missing} of "
            f"{len(values)} rows; remove them or fill them in first."
        )
