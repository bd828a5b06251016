"""Which features share a gate."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from stg_select.selectors._positions import by_name, position_of


def gate_of_features(
    feature_groups: ArrayLike | Mapping | None,
    feature_names: NDArray | None,
    n_features: int,
) -> NDArray[np.int64]:
    """Give every feature its gate, numbered in the order of their first features.

    Parameters
    ----------
    feature_groups : array-like of shape (n_features,), mapping or None
        An id a feature, in the order of the table or as a Series by name, or the
        features of each named group by name or position, several or a single one;
        features of no group stand alone.
    feature_names : ndarray of str of shape (n_features,) or None
        Names of the features.
    n_features : int

    Returns
    -------
    gate : ndarray of int of shape (n_features,)
        0..n_gates-1.

    Raises
    ------
    ValueError
        If `feature_groups` has the wrong length or missing ids or ids of several
        kinds, names an unknown column, names one twice or has an empty group.
    """
    if feature_groups is None:
        return np.arange(n_features)
    if isinstance(feature_groups, pd.Series):
        feature_groups = by_name(feature_groups, "feature_groups")
        if isinstance(feature_groups, dict):
            feature_groups = _in_order(feature_groups, feature_names)
    if isinstance(feature_groups, Mapping):
        ids = _ids_of_mapping(feature_groups, feature_names, n_features)
    else:
        ids = _array_of_ids(feature_groups)
        if ids.shape != (n_features,):
            msg = (
                "feature_groups must hold one id for each column, expected shape "
                f"({n_features},), got {ids.shape!r}."
            )
            raise ValueError(msg)
        if pd.isna(ids).any():
            msg = (
                "feature_groups must hold an id for each column, got "
                f"{feature_groups!r}."
            )
            raise ValueError(msg)
    return pd.factorize(ids)[0].astype(np.int64)


def _in_order(ids: Mapping[str, Any], names: NDArray | None) -> list:
    """Order the ids that columns have by name."""
    known = [] if names is None else names.tolist()
    unlike = [name for name in ids if name not in known]
    unlike += [name for name in known if name not in ids]
    if unlike:
        msg = (
            "feature_groups must hold an id for each column of X, by name if its index "
            f"is text, got none that fits {unlike[0]!r}."
        )
        raise ValueError(msg)
    return [ids[name] for name in known]


def _array_of_ids(feature_groups: Any) -> NDArray:
    """Ids as an array, where all are of one kind: numpy makes 1 and "1" the same."""
    if isinstance(feature_groups, list | tuple):
        feature_groups = pd.Series(list(feature_groups), dtype=object).to_numpy()
        lists = [v for v in feature_groups if isinstance(v, list | tuple | np.ndarray)]
        if len(lists) == len(feature_groups) and len(set(map(len, lists))) == 1:
            return np.asarray(lists)  # which is of more dimensions than one
    ids = np.asarray(feature_groups)
    if ids.dtype != object or ids.ndim != 1:
        return ids
    kinds = {_kind_of_id(value) for value in ids if not _is_missing(value)}
    if len(kinds) > 1 or "other" in kinds:
        types = sorted({type(value).__name__ for value in ids})
        msg = (
            "feature_groups must hold numbers, or texts, or truth values, got "
            f"{', '.join(types)}."
        )
        raise ValueError(msg)
    return ids


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value


def _kind_of_id(value: object) -> str:
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool | np.bool_):
        return "truth value"
    return "number" if isinstance(value, Real) else "other"


def _ids_of_mapping(
    feature_groups: Mapping, feature_names: NDArray | None, n_features: int
) -> NDArray[np.int64]:
    ids = np.full(n_features, -1)
    for number, (name, columns) in enumerate(feature_groups.items()):
        if isinstance(columns, str | int | np.integer):
            columns = [columns]
        if not isinstance(columns, Collection):
            msg = f"feature_groups must list the columns of {name!r}, got {columns!r}."
            raise ValueError(msg)
        for column in columns:
            position = position_of(column, feature_names, n_features)
            if position is None:
                msg = (
                    "feature_groups must name columns of X or positions 0 to "
                    f"{n_features - 1}, got {column!r}."
                )
                raise ValueError(msg)
            if ids[position] >= 0:
                msg = f"feature_groups must name a column once, got {column!r} twice."
                raise ValueError(msg)
            ids[position] = number
        if not len(columns):
            msg = (
                "feature_groups must name at least one column a group, got none in "
                f"{name!r}."
            )
            raise ValueError(msg)
    alone = ids < 0
    ids[alone] = len(feature_groups) + np.arange(alone.sum())
    return ids
