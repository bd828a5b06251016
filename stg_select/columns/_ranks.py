"""Columns mapped to (-1, 1) by their weighted ranks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]

# share of the rows beyond which a lowest value stands aside while others are sorted
MOSTLY = 0.5


def rank_uniform(x: FloatArray, weight: FloatArray) -> NDArray[np.float64]:
    r"""Map every column to (-1, 1) by its weighted mid-ranks.

    .. math:: u = F(x^-) + F(x) - 1

    with F the weighted empirical distribution function; ties share one value.

    Parameters
    ----------
    x : ndarray of shape (n, p)
    weight : ndarray of shape (n,)
        Non-negative row weights.

    Returns
    -------
    u : ndarray of shape (n, p)
    """
    # one column a line: neighbours in memory are neighbours in the order
    lines = np.ascontiguousarray(x.T)
    share = weight / weight.sum()
    low, high = lines.min(axis=1)[:, None], lines.max(axis=1)[:, None]
    at_high, at_low = lines == high, lines == low
    two_valued = (at_high | at_low).all(axis=1)
    mostly_low = ~two_valued & (np.count_nonzero(at_low, axis=1) > MOSTLY * len(x))
    others = ~(two_valued | mostly_low)
    mass = at_high[two_valued] @ share
    u = np.empty(lines.shape)
    u[two_valued] = at_high[two_valued] - mass[:, None]
    u[others] = _sorted_ranks(lines[others], share)
    for line in np.flatnonzero(mostly_low):
        beside, at = ~at_low[line], at_low[line]
        u[line, beside], u[line, at] = ranks_beside(
            lines[line, beside], share[beside], low[line, 0], share[at].sum()
        )
    return u.T


def ranks_beside(
    values: FloatArray, weight: FloatArray, common: float, mass: float
) -> tuple[FloatArray, float]:
    """Ranks of values beside a common one, whose rows need no sorting.

    Parameters
    ----------
    values : ndarray of shape (k,)
    weight : ndarray of shape (k,)
    common : float
        None of the values.
    mass : float
        Weight of all its rows.

    Returns
    -------
    u : ndarray of shape (k,)
    of_common : float
        As `rank_uniform` of all rows, to rounding.
    """
    column = np.append(values, common)[:, None]
    u = rank_uniform(column, np.append(weight, mass))[:, 0]
    return u[:-1], u[-1]


def _sorted_ranks(lines: FloatArray, share: FloatArray) -> FloatArray:
    """Ranks of lines of many values."""
    order = np.argsort(lines, axis=1)
    ordered = np.take_along_axis(lines, order, axis=1)
    new = np.ones(lines.shape, dtype=bool)
    new[:, 1:] = ordered[:, 1:] > ordered[:, :-1]
    u = np.empty(lines.shape)
    for line, first, places in zip(u, new, order, strict=True):
        mass = np.cumsum(share[places])
        start = np.flatnonzero(first)
        last = np.append(start[1:], len(line)) - 1
        middle = np.append(0.0, mass[last[:-1]]) + mass[last] - 1.0
        line[places] = np.repeat(middle, last - start + 1)
    return u
