"""What the screen looks at: polynomials of ranks, and few directions of a residual."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import Ranks
from stg_select.weighted import standardized

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

DEGREE = 4
# of a curve of several waves
WAVE_DEGREE = 8
# directions of a residual that are looked at
MAX_OUTPUTS = 3
# rows from which a degree takes part in sums of many squares
DEGREE_ROWS = (0, 0, 250, 500)
CACHE_CELLS = 2**16
# of the largest direction, below which one is rounding
_NOTHING = 1e-6
_DEGENERATE = 1e-3


def orthonormal_basis(
    u: FloatArray, weight: FloatArray, degree: int = DEGREE
) -> NDArray[np.float32]:
    r"""Polynomials of every column, orthonormal on the rows.

    Legendre polynomials of the ranks, made orthonormal on the weighted rows by
    Gram and Schmidt: ties and columns of few values stay exact. A column of k values
    has k - 1 of them; the others are zero. So are degrees too high for the rows, unless
    those of waves are asked for.

    Parameters
    ----------
    u : ndarray of shape (m, n)
        Columns mapped to (-1, 1) by their ranks, one in each line.
    weight : ndarray of shape (n,)
        Row weights.
    degree : int, default=4
        Largest degree: at most 4, or 8 for waves.

    Returns
    -------
    basis : ndarray of float32 of shape (degree, m, n)
        Of weighted mean 0 and variance 1, uncorrelated within a column.
    """
    basis = np.zeros((degree, *u.shape), dtype=np.float32)
    # few lines at a time stay in the processor's cache
    size = max(1, CACHE_CELLS // u.shape[1])
    for start in range(0, len(u), size):
        lines = slice(start, start + size)
        orthonormalize(np.ascontiguousarray(u[lines]), weight, basis[:, lines])
    return basis


def basis_of_rows(
    u: Ranks,
    rows: IntArray,
    columns: IntArray,
    weight: FloatArray,
    degree: int = DEGREE,
) -> FloatArray:
    """Polynomials of columns, orthonormal on the first of some rows.

    Parameters
    ----------
    u : ndarray or SparseRanks of shape (n, m)
        Columns mapped to (-1, 1) by their ranks.
    rows : ndarray of int of shape (r,)
    columns : ndarray of int of shape (q,)
    weight : ndarray of shape (r',)
        Weights of the first r' rows, which alone say what the polynomials are.
    degree : int, default=4
        Largest degree.

    Returns
    -------
    basis : ndarray of shape (degree, q, r)
    """
    lines = np.ascontiguousarray(u[np.ix_(rows, columns)].T)
    basis = np.zeros((degree, *lines.shape))
    share = np.concatenate([weight, np.zeros(len(rows) - len(weight))])
    orthonormalize(lines, share, basis, len(weight))
    return basis


def orthonormalize(
    u: FloatArray, weight: FloatArray, basis: FloatArray, n_rows: int | None = None
) -> None:
    """Write the basis of some columns.

    Parameters
    ----------
    u : ndarray of shape (m, n)
    weight : ndarray of shape (n,) or (m, n)
        Weights of the rows, or of the cells of each column.
    basis : ndarray of shape (d, m, n)
        Is written, with the first d <= 8 degrees; of single or double precision, which
        the calculation then has.
    n_rows : int or None
        Rows that the cells stand for; None is one each.
    """
    share = (weight / weight.sum(axis=-1, keepdims=True)).astype(basis.dtype)
    u = u.astype(basis.dtype, copy=False)
    n_rows = u.shape[1] if n_rows is None else n_rows
    allowed = len(basis)
    if allowed <= DEGREE:
        allowed = int(np.count_nonzero(np.array(DEGREE_ROWS[:allowed]) <= n_rows))
    low, high = u.min(axis=1, keepdims=True), u.max(axis=1, keepdims=True)
    two_valued = ((u == low) | (u == high)).all(axis=1)
    for lines, degree in ((two_valued, 1), (~two_valued, allowed)):
        if lines.all():
            _gram_schmidt(u, share, basis[:degree])
        elif lines.any():
            part = np.empty((degree, *u[lines].shape), dtype=basis.dtype)
            _gram_schmidt(u[lines], share if share.ndim == 1 else share[lines], part)
            basis[:degree, lines] = part


def _gram_schmidt(u: FloatArray, share: FloatArray, basis: FloatArray) -> None:
    """Write as many degrees as a basis has; 0 of those that a column has not."""
    for degree, values in enumerate(islice(legendre(u), len(basis))):
        rest = values - _means(values, share)[:, None]
        for lower in basis[:degree]:
            rest -= lower * _means(lower * rest, share)[:, None]
        spread = np.sqrt(_means(np.square(rest), share))
        spread[spread < _DEGENERATE] = np.inf
        np.divide(rest, spread[:, None], out=basis[degree])


def legendre(u: FloatArray) -> Iterator[FloatArray]:
    r"""Legendre polynomials of degree 1, 2 and so on, of variance 1 where u is uniform.

    .. math:: (k + 1) P_{k + 1} = (2 k + 1) u P_k - k P_{k - 1}

    Parameters
    ----------
    u : ndarray
        On (-1, 1).

    Yields
    ------
    values : ndarray
        :math:`\sqrt{2 k + 1} P_k(u)`, of the precision of u.
    """
    before, now = np.ones_like(u), u
    for degree in count(1):
        scale = u.dtype.type(2 * degree + 1)
        yield np.sqrt(scale) * now
        before, now = now, (scale * u * now - degree * before) / (degree + 1)


def _means(values: FloatArray, share: FloatArray) -> FloatArray:
    """Weighted means of lines, by weights of all of them or of each cell."""
    if share.ndim == 1:
        return values @ share
    return np.einsum("mn,mn->m", values, share)


def principal(residual: FloatArray, weight: FloatArray, n_kept: int) -> FloatArray:
    """At most `n_kept` directions of the outputs, of variance 1."""
    if residual.shape[1] <= n_kept:
        return residual
    weighted = residual * np.sqrt(weight)[:, None]
    _, size, directions = np.linalg.svd(weighted, full_matrices=False)
    above = int(np.count_nonzero(size[:n_kept] > _NOTHING * size[0]))
    return standardized(residual @ directions[:above].T, weight)
