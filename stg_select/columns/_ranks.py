"""Columns mapped to (-1, 1) by their weighted ranks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]

# share of the rows beyond which a lowest value is told from the others first
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
        u[line] = _ranks_beside_lowest(lines[line], at_low[line], share)
    return u.T


def _ranks_beside_lowest(
    values: FloatArray, at_low: NDArray[np.bool_], share: FloatArray
) -> FloatArray:
    """Ranks of values most of which are the lowest one, and need no sorting."""
    above = ~at_low
    mass = share[at_low].sum()
    u = np.full(len(values), mass - 1.0)
    [u[above]] = _sorted_ranks(values[None, above], share[above], mass)
    return u


def _sorted_ranks(
    lines: FloatArray, share: FloatArray, below: float = 0.0
) -> FloatArray:
    """Ranks of lines of many values, above rows that have so large a share."""
    order = np.argsort(lines, axis=1)
    ordered = np.take_along_axis(lines, order, axis=1)
    new = np.ones(lines.shape, dtype=bool)
    new[:, 1:] = ordered[:, 1:] > ordered[:, :-1]
    u = np.empty(lines.shape)
    for line, first, places in zip(u, new, order, strict=True):
        mass = below + np.cumsum(share[places])
        start = np.flatnonzero(first)
        last = np.append(start[1:], len(line)) - 1
        middle = np.append(below, mass[last[:-1]]) + mass[last] - 1.0
        line[places] = np.repeat(middle, last - start + 1)
    return u
