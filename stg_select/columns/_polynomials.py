"""Orthonormal polynomials that networks see in place of a column of ranks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stg_select.weighted import weighted_mean

FloatArray = NDArray[np.floating]

# spreads of a straight and a square term below which a column has none
_FLAT, _FLAT_SQUARE = 1e-8, 1e-4


class Polynomials(NamedTuple):
    r"""First two orthonormal polynomials of each of p columns, by their roots.

    .. math:: \phi_1(u) = s_1 (u - r_0), \quad \phi_2(u) = s_2 (u - r_1) (u - r_2)

    Products of differences stay exact where sums of powers would cancel.

    Parameters
    ----------
    roots : ndarray of shape (3, p)
    scales : ndarray of shape (2, p)
        0 for a polynomial that a column does not have.
    """

    roots: FloatArray
    scales: FloatArray


def legendre_polynomials(u: FloatArray, weight: FloatArray) -> Polynomials:
    """Find the first two polynomials that are orthonormal on the rows.

    Parameters
    ----------
    u : ndarray of shape (n, p)
        Columns mapped to (-1, 1) by `rank_uniform`.
    weight : ndarray of shape (n,)

    Returns
    -------
    polynomials : Polynomials
        Of weighted mean 0 and variance 1, and orthogonal to each other; a constant
        column has none, a binary one only the first.
    """
    mean = weighted_mean(u, weight)
    first = u - mean
    spread = np.sqrt(weighted_mean(np.square(first), weight))
    spread[spread < _FLAT] = np.inf
    first /= spread
    # the roots of f^2 - a f - 1, where a is the mean of f^3
    skewness = weighted_mean(np.square(first) * first, weight)
    root = np.sqrt(np.square(skewness) + 4.0)
    low, high = (skewness - root) / 2.0, (skewness + root) / 2.0
    second = first - low
    first -= high
    second *= first
    height = np.sqrt(weighted_mean(np.square(second), weight))
    height[(height < _FLAT_SQUARE) | np.isinf(spread)] = np.inf
    finite = np.where(np.isinf(spread), 0.0, spread)
    return Polynomials(
        np.stack([mean, mean + low * finite, mean + high * finite]),
        np.stack([1.0 / spread, 1.0 / (np.square(spread) * height)]),
    )
