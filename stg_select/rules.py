"""From trained members to a ranking and a selection: pure functions of numpy arrays.

Letters: K members, p gates.
"""

from __future__ import annotations

from numbers import Integral

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]


def mean_over_members(values: FloatArray, closed: float) -> FloatArray:
    """Average over the members, counting gates they did not train as closed.

    Parameters
    ----------
    values : ndarray of shape (K, p)
        NaN outside a member's working set.
    closed : float
        Value of a closed gate.

    Returns
    -------
    mean : ndarray of shape (p,)
    """
    return np.where(np.isnan(values), closed, values).mean(axis=0)


def rank_gates(*keys: FloatArray) -> NDArray[np.int64]:
    """Rank gates by several keys, the first one deciding, the position last.

    Parameters
    ----------
    *keys : ndarray of shape (p,)
        Larger is better.

    Returns
    -------
    ranking : ndarray of int of shape (p,)
        1 for the best gate; a permutation of 1..p.
    """
    order = np.lexsort([-np.asarray(key, dtype=float) for key in reversed(keys)])
    ranking = np.empty(len(order), dtype=np.int64)
    ranking[order] = np.arange(1, len(order) + 1)
    return ranking


def select_gates(
    ranking: NDArray[np.integer],
    active_probs: FloatArray,
    selectable: NDArray[np.bool_],
    threshold: float,
    n_to_select: int | None,
) -> NDArray[np.bool_]:
    """Choose gates by number or by the probability that they are open.

    Parameters
    ----------
    ranking : ndarray of int of shape (p,)
        1 for the best gate.
    active_probs : ndarray of shape (p,)
    selectable : ndarray of bool of shape (p,)
        False for gates that are never chosen.
    threshold : float
        Smallest probability of a chosen gate, where `n_to_select` is None.
    n_to_select : int or None
        Number of best gates to choose.

    Returns
    -------
    chosen : ndarray of bool of shape (p,)
    """
    if n_to_select is None:
        return (active_probs >= threshold) & selectable
    return (ranking <= n_to_select) & selectable


def count_to_select(n_features_to_select: float, n_gates: int) -> int:
    """Number of gates meant by an int, or by a share in (0, 1].

    Parameters
    ----------
    n_features_to_select : int or float
    n_gates : int

    Returns
    -------
    count : int
        At least 1.
    """
    if isinstance(n_features_to_select, Integral):
        return int(n_features_to_select)
    return max(1, int(n_features_to_select * n_gates))
