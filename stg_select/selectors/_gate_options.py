"""Columns that stay whatever happens, and what columns cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stg_select.crossfit import GateOptions
from stg_select.selectors._positions import by_name, mask_of, position_of

LARGEST_COST = 1e6


def kept_features(
    keep: ArrayLike | Callable | None, X: Any, names: NDArray | None, n_features: int
) -> NDArray[np.bool_]:
    """Find the features that are to stay.

    Parameters
    ----------
    keep : array-like, str, int, callable or None
        Names, positions or a mask; a callable is given `X` and returns one of these,
        as `sklearn.compose.make_column_selector` does.
    X : object
        Table as the user gave it.
    names : ndarray of str of shape (n_features,) or None
    n_features : int

    Returns
    -------
    kept : ndarray of bool of shape (n_features,)

    Raises
    ------
    ValueError
        If there is no such column.
    """
    if callable(keep):
        keep = keep(X)
    if keep is None:
        return np.zeros(n_features, dtype=bool)
    expected = "keep must be None, a callable that chooses columns,"
    return mask_of(keep, names, n_features, expected)


def costs_of_features(
    feature_costs: ArrayLike | Mapping | None, names: NDArray | None, n_features: int
) -> NDArray[np.float64]:
    """Give every feature its cost.

    Parameters
    ----------
    feature_costs : array-like of shape (n_features,), mapping or None
        A number a feature, or numbers by name or position, as a Series of which the
        index is text gives them too; others cost 1.
    names : ndarray of str of shape (n_features,) or None
    n_features : int

    Returns
    -------
    cost : ndarray of shape (n_features,)

    Raises
    ------
    ValueError
        If there is no such column, or a cost is no number of at least 0 and at most a
        million, or their number is wrong.
    """
    cost = np.ones(n_features)
    feature_costs = by_name(feature_costs, "feature_costs")
    if feature_costs is None:
        return cost
    if isinstance(feature_costs, Mapping):
        for column, value in feature_costs.items():
            position = position_of(column, names, n_features)
            if position is None:
                msg = (
                    "feature_costs must name columns of X or positions 0 to "
                    f"{n_features - 1}, got {column!r}."
                )
                raise ValueError(msg)
            cost[position] = _cost(value)
        return cost
    values = np.asarray(feature_costs, dtype=object)
    if values.shape != (n_features,):
        msg = (
            "feature_costs must hold one number for each column, expected shape "
            f"({n_features},), got {values.shape!r}."
        )
        raise ValueError(msg)
    return np.array([_cost(value) for value in values])


def _cost(value: object) -> float:
    try:
        cost = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        cost = np.nan
    if isinstance(value, str) or not 0.0 <= cost <= LARGEST_COST:
        msg = (
            f"feature_costs must hold numbers from 0 to {LARGEST_COST:.0f}, "
            f"got {value!r}."
        )
        raise ValueError(msg)
    return cost


def gate_options(
    kept: NDArray[np.bool_], cost: NDArray[np.floating], gate: NDArray[np.integer]
) -> GateOptions:
    """Say of gates what is said of features.

    Parameters
    ----------
    kept, cost : ndarray of shape (n_features,)
    gate : ndarray of int of shape (n_features,)
        Gate of each feature.

    Returns
    -------
    options : GateOptions
        A gate stays if one of its features does, and costs as much as the dearest.
    """
    options = GateOptions.usual(int(gate.max()) + 1)
    np.logical_or.at(options.kept, gate, kept)
    options.cost[:] = 0.0
    np.maximum.at(options.cost, gate, cost)
    return options
