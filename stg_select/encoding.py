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
    n_rows = len(x)
    order = np.argsort(x, axis=0)
    ordered = np.take_along_axis(x, order, axis=0)
    mass = np.cumsum((weight / weight.sum())[order], axis=0)
    new = np.ones(x.shape, dtype=bool)
    new[1:] = ordered[1:] > ordered[:-1]
    position = np.arange(n_rows)[:, None]
    first = np.maximum.accumulate(np.where(new, position, 0), axis=0)
    last_new = np.ones(x.shape, dtype=bool)
    last_new[:-1] = new[1:]
    reverse = np.where(last_new, position, n_rows - 1)[::-1]
    last = np.minimum.accumulate(reverse, axis=0)[::-1]
    above = np.take_along_axis(mass, last, axis=0)
    padded = np.vstack([np.zeros((1, x.shape[1])), mass])
    below = np.take_along_axis(padded, first, axis=0)
    u = np.empty(x.shape)
    np.put_along_axis(u, order, below + above - 1.0, axis=0)
    return u


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
