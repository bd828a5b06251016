"""Rows that belong together, and splits of the rows, as a caller gives them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.model_selection import TimeSeriesSplit

from stg_select.crossfit import GATE_ROW, NETWORK_ROW, RowPlan


def read_plan(
    cross_fit: Any, groups: ArrayLike | None, x: NDArray, y: ArrayLike
) -> RowPlan:
    """Read which rows belong together, and how they are split.

    Parameters
    ----------
    cross_fit : int, splitter, iterable or None
        A splitter of scikit-learn, or splits as pairs of training and test rows, is
        asked once.
    groups : array-like of shape (n,) or None
    x : ndarray of shape (n, n_features)
    y : array-like of shape (n,) or (n, n_outputs)
        As a splitter sees it.

    Returns
    -------
    plan : RowPlan

    Raises
    ------
    ValueError
        If the groups are not one label a row, or a split has no rows on one side,
        rows on both, rows that there are not, or a group on both sides.
    """
    group = None if groups is None else _group_numbers(groups, x.shape[0])
    if cross_fit is None:
        return RowPlan(None, group)
    if isinstance(cross_fit, Integral):
        return RowPlan(int(cross_fit), group)
    splits: Iterable[Any] = cross_fit
    with warnings.catch_warnings():
        # splits may have no use for groups; the screen has
        warnings.filterwarnings("ignore", "The groups parameter is ignored")
        if hasattr(cross_fit, "split"):
            splits = cross_fit.split(x, y, groups)
        roles = [_roles(split, at, x.shape[0]) for at, split in enumerate(splits)]
    if not roles:
        msg = f"cross_fit expects at least one split, got none from {cross_fit!r}."
        raise ValueError(msg)
    in_time = isinstance(cross_fit, TimeSeriesSplit) and group is None
    plan = RowPlan(len(roles), group, np.stack(roles), in_time)
    _check_sides(plan, groups)
    return plan


def _group_numbers(groups: ArrayLike, n_rows: int) -> NDArray[np.int64]:
    """Give labels numbers in ascending order."""
    labels = np.asarray(groups)
    if labels.shape != (n_rows,):
        msg = (
            f"groups must hold one label for each of the {n_rows} rows, "
            f"got an array of shape {labels.shape}."
        )
        raise ValueError(msg)
    missing = pd.isna(labels)
    if missing.any():
        msg = (
            "groups must hold a label for every row, "
            f"got {labels[missing].tolist()[0]!r} in row {int(np.argmax(missing))}."
        )
        raise ValueError(msg)
    try:
        return np.unique(labels, return_inverse=True)[1].ravel()
    except TypeError:
        kinds = sorted({type(label).__name__ for label in labels})
        msg = f"groups must hold labels of one kind, got {' and '.join(kinds)}."
        raise ValueError(msg) from None


def _roles(split: Any, at: int, n_rows: int) -> NDArray[np.int8]:
    """Read the roles of the rows in one split."""
    try:
        sides = [np.asarray(side) for side in split]
    except TypeError:
        sides = []
    if len(sides) != 2:
        msg = (
            "cross_fit expects pairs of training rows and test rows, "
            f"got {type(split).__name__} of {len(sides)} as split {at}."
        )
        raise ValueError(msg)
    roles = np.zeros(n_rows, dtype=np.int8)
    for name, role, side in zip(
        ("train", "test"), (NETWORK_ROW, GATE_ROW), sides, strict=True
    ):
        index = _positions(side, name, at, n_rows)
        if roles[index].any():
            row = int(index[roles[index] > 0][0])
            msg = f"cross_fit expects a row on one side, got row {row} on both of {at}."
            raise ValueError(msg)
        roles[index] = role
    return roles


def _positions(side: NDArray, name: str, at: int, n_rows: int) -> NDArray[np.integer]:
    """Read positions of rows, or a mask of them."""
    if side.dtype == bool and side.shape == (n_rows,):
        side = np.flatnonzero(side)
    whole = side.ndim == 1 and np.issubdtype(side.dtype, np.integer)
    if not len(np.atleast_1d(side)) or not whole:
        got = f"dtype {side.dtype} and shape {side.shape}"
        msg = f"cross_fit expects {name} rows by position, got {got} in split {at}."
        raise ValueError(msg)
    if side.min() < 0 or side.max() >= n_rows:
        outside = int(side.min() if side.min() < 0 else side.max())
        msg = (
            f"cross_fit expects positions from 0 to {n_rows - 1}, "
            f"got {outside} in the {name} rows of split {at}."
        )
        raise ValueError(msg)
    return side


def _check_sides(plan: RowPlan, groups: ArrayLike | None) -> None:
    """Refuse splits that part the rows of a group."""
    if plan.group is None or plan.roles is None:
        return
    n_groups = int(plan.group.max()) + 1
    for at, roles in enumerate(plan.roles):
        both = np.ones(n_groups, dtype=bool)
        for role in (NETWORK_ROW, GATE_ROW):
            both &= np.bincount(plan.group[roles == role], minlength=n_groups) > 0
        if both.any():
            of_group = plan.group == int(np.argmax(both))
            label = np.asarray(groups)[of_group].tolist()[0]
            msg = (
                "cross_fit expects splits that keep every group on one side, "
                f"got group {label!r} on both sides of split {at}."
            )
            raise ValueError(msg)
