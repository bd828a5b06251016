"""Columns of a table as network inputs: standardised, or embedded by their ranks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]

N_LEGENDRE = 2
_TINY = 1e-8


def standardize(x: FloatArray, weight: FloatArray) -> NDArray[np.float32]:
    """Centre and scale every column to weighted mean 0 and variance 1.

    Constant columns become 0.

    Parameters
    ----------
    x : ndarray of shape (n, p)
    weight : ndarray of shape (n,)
        Non-negative row weights.

    Returns
    -------
    z : ndarray of float32 of shape (n, p)
    """
    share = weight / weight.sum()
    largest = np.abs(x).max(axis=0)
    scaled = x / np.where(largest > 0, largest, 1.0)
    centred = scaled - share @ scaled
    spread = np.sqrt(share @ np.square(centred))
    z = centred / np.where(spread > _TINY, spread, np.inf)
    return z.astype(np.float32)


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
    order = np.argsort(lines, axis=1)
    ordered = np.take_along_axis(lines, order, axis=1)
    new = np.ones(lines.shape, dtype=bool)
    new[:, 1:] = ordered[:, 1:] > ordered[:, :-1]
    share = weight / weight.sum()
    u = np.empty(lines.shape)
    for line, first, places in zip(u, new, order, strict=True):
        mass = np.cumsum(share[places])
        start = np.flatnonzero(first)
        last = np.append(start[1:], len(line)) - 1
        middle = np.append(0.0, mass[last[:-1]]) + mass[last] - 1.0
        line[places] = np.repeat(middle, last - start + 1)
    return u.T


def legendre(u: FloatArray, weight: FloatArray) -> NDArray[np.float32]:
    """Embed ranks in the first two Legendre polynomials.

    Parameters
    ----------
    u : ndarray of shape (n, p)
        Columns mapped to (-1, 1) by `rank_uniform`.
    weight : ndarray of shape (n,)

    Returns
    -------
    components : ndarray of float32 of shape (n, 2 p)
        Two consecutive components a column, each of weighted mean 0 and variance 1
        and orthogonal to each other; a component that a discrete column does not
        have (the second one of a binary column) is 0.
    """
    share = weight / weight.sum()
    first = standardize(u, weight).astype(np.float64)
    square = np.square(first)
    second = square - share @ square
    second -= first * (share @ (first * second))
    spread = np.sqrt(share @ np.square(second))
    second /= np.where(spread > 1e-4, spread, np.inf)
    components = np.empty((*u.shape, N_LEGENDRE), dtype=np.float32)
    components[:, :, 0], components[:, :, 1] = first, second
    return components.reshape(len(u), -1)
