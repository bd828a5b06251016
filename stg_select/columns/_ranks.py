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
    if mostly_low.any():
        line, row = np.nonzero(~at_low[mostly_low])
        mass = np.where(at_low[mostly_low], share, 0.0).sum(axis=1)
        values = lines[mostly_low][line, row]
        beside, common = ranks_beside(
            values, line, share[row], low[mostly_low, 0], mass
        )
        ranks = np.repeat(common[:, None], len(x), axis=1)
        ranks[line, row] = beside
        u[mostly_low] = ranks
    return u.T


def ranks_beside(
    values: FloatArray,
    line: NDArray[np.integer],
    weight: FloatArray,
    common: FloatArray,
    mass: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Ranks of the values of some lines beside a common one, which needs no sorting.

    Parameters
    ----------
    values : ndarray of shape (k,)
    line : ndarray of int of shape (k,)
        The line of each, of L lines.
    weight : ndarray of shape (k,)
    common : ndarray of shape (L,)
        Common value of each line, none of the others.
    mass : ndarray of shape (L,)
        Weight of all rows that have it.

    Returns
    -------
    u : ndarray of shape (k,)
    of_common : ndarray of shape (L,)
        As `rank_uniform` of all rows, to rounding.
    """
    n_lines = len(common)
    values, weight = np.append(values, common), np.append(weight, mass)
    line = np.append(line, np.arange(n_lines))
    order = np.lexsort((values, line))
    values, line, weight = values[order], line[order], weight[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (values[1:] > values[:-1]) | (line[1:] > line[:-1])
    start = np.flatnonzero(new)
    # the different values of a line, in places of their own: lines do not add up
    owner = line[start]
    place = np.arange(len(start)) - np.searchsorted(owner, owner)
    masses = np.zeros((n_lines, place.max() + 1))
    masses[owner, place] = np.add.reduceat(weight, start)
    upper = np.cumsum(masses, axis=1)
    middle = (2.0 * upper - masses) / upper[:, -1:] - 1.0
    u = np.empty(len(order))
    u[order] = middle[line, place[np.cumsum(new) - 1]]
    return u[:-n_lines], u[-n_lines:]


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
