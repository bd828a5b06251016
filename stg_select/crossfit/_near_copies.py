"""Near-copies of better features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import blocks
from stg_select.crossfit._table import EncodedTable

FloatArray = NDArray[np.floating]

# gates that are compared with each other: correlations of more would fill memory
AMONG_BEST = 1000
# rank correlation of columns that say the same
THE_SAME = 1.0 - 1e-6


def copied_features(
    table: EncodedTable,
    ranking: NDArray[np.integer],
    feature_gate: NDArray[np.integer],
    max_correlation: float | None,
) -> NDArray[np.int64]:
    """Find for every feature the better one that it copies.

    Parameters
    ----------
    table : EncodedTable
    ranking : ndarray of int of shape (n_gates,)
        1 for the best of the caller's gates.
    feature_gate : ndarray of int of shape (n_features,)
        Gate of each feature.
    max_correlation : float or None
        None finds columns alone that say the same as a cheaper one.

    Returns
    -------
    copy_of : ndarray of int of shape (n_features,)
        Position of the better feature, or -1.
    """
    if max_correlation is None and not table.options.has_costs:
        return np.full(len(feature_gate), -1)
    found = np.full(len(ranking), -1)
    found[table.gates] = copied_gates(table, ranking[table.gates], max_correlation)
    better = np.append(table.gates, -1)[found][feature_gate]
    first_features = np.append(np.unique(feature_gate, return_index=True)[1], -1)
    return first_features[better]


def copied_gates(
    table: EncodedTable, ranking: NDArray[np.integer], max_correlation: float | None
) -> NDArray[np.int64]:
    """Find the gates whose component is a near-copy of a better one.

    From the best gate down, a component is a copy if its rank correlation with a better
    one that is none itself is larger, in absolute value, than `max_correlation`. If
    this is None, one is a copy that says the same as a better one which costs less.

    Parameters
    ----------
    table : EncodedTable
    ranking : ndarray of int of shape (p,)
        1 for the best gate of the table.
    max_correlation : float or None

    Returns
    -------
    copy_of : ndarray of int of shape (p,)
        The better gate, or -1: not a copy, a gate of several components, or beyond the
        best `AMONG_BEST`.
    """
    copy_of = np.full(len(ranking), -1, dtype=np.int64)
    single = np.bincount(table.component_gate) == 1
    best = np.argsort(ranking, kind="stable")
    best = best[single[best]][:AMONG_BEST]
    if not len(best):
        return copy_of
    columns = np.searchsorted(table.component_gate, best)
    correlation = np.abs(_correlations(table, columns))
    if max_correlation is None:
        cost = table.options.cost[best]
        correlation[cost[:, None] <= cost] = 0.0
        max_correlation = THE_SAME
    kept: list[int] = []
    for place, of_others in enumerate(correlation):
        largest = of_others[kept].max(initial=0.0)
        if largest > max_correlation:
            copy_of[best[place]] = best[kept[int(of_others[kept].argmax())]]
        else:
            kept.append(place)
    return copy_of


def _correlations(table: EncodedTable, columns: NDArray[np.integer]) -> FloatArray:
    """Weighted correlations of the ranks of some components with each other."""
    share = table.weight / table.weight.sum()
    mean, product = np.zeros(len(columns)), np.zeros((len(columns), len(columns)))
    for rows in blocks(len(columns), len(share)):
        u = table.ranks[rows, columns].astype(np.float64)
        mean += share[rows] @ u
        product += (u * share[rows, None]).T @ u
    covariance = product - np.outer(mean, mean)
    spread = np.sqrt(covariance.diagonal())
    return covariance / np.outer(spread, spread)
