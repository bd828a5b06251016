"""Columns mapped to (-1, 1) by their weighted ranks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]


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
    above = lines == high
    two_valued = (above | (lines == low)).all(axis=1)
    mass = above[two_valued] @ share
    u = np.empty(lines.shape)
    u[two_valued] = above[two_valued] - mass[:, None]
    u[~two_valued] = _sorted_ranks(lines[~two_valued], share)
    return u.T


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
