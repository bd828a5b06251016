"""Columns and terms as the columns of a regression that predicts other rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import Ranks
from stg_select.screening._basis import MAX_OUTPUTS, basis_of_rows, principal
from stg_select.screening._dictionary import SQUARE_SCALE
from stg_select.screening._terms import SHAPES, Found, fitted_values
from stg_select.weighted import weighted_mean

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# of the spread of an output, below which what a term says about it is rounding
ROUNDING = 1e-9


def column_values(
    u: Ranks, rows: IntArray, columns: IntArray, weight: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Straight and square terms of columns, for a regression with a penalty.

    Parameters
    ----------
    u : ndarray or SparseRanks of shape (n, m)
        Columns mapped to (-1, 1) by their ranks.
    rows : ndarray of int of shape (r,)
    columns : ndarray of int of shape (q,)
    weight : ndarray of shape (r',)
        Weights of the first r' rows, to which the regression is fitted.

    Returns
    -------
    values : ndarray of shape (D, r)
        Terms that vary; squares are half as large, which makes them dearer.
    column : ndarray of int of shape (D,)
        The column of each.
    """
    basis = basis_of_rows(u, rows, columns, weight, SHAPES)
    basis[1:] *= SQUARE_SCALE
    varies = basis.any(axis=2)
    return basis[varies], np.broadcast_to(columns, varies.shape)[varies]


def term_values(
    found: Sequence[Found],
    u: Ranks,
    rows: IntArray,
    residual: FloatArray,
    weight: FloatArray,
) -> tuple[FloatArray, IntArray]:
    """Values of terms that a search has found, fitted to the rows that it searched.

    Parameters
    ----------
    found : sequence of Found
        T terms.
    u : ndarray or SparseRanks of shape (n, m)
        Columns mapped to (-1, 1) by their ranks.
    rows : ndarray of int of shape (r,)
    residual : ndarray of shape (r', O)
        Of the first r' rows, which were searched.
    weight : ndarray of shape (r',)

    Returns
    -------
    values : ndarray of shape (D, r)
        Of variance 1 on the rows that were searched: of each term what it and its
        lower terms say about the output, or about up to three directions of several;
        zeros where that is nothing but rounding.
    term : ndarray of int of shape (D,)
        The term of each.
    """
    few = principal(residual, weight, MAX_OUTPUTS)
    largest = _spread(few, weight)
    values = [np.empty((0, len(rows)))]
    for term in found:
        _, fitted = fitted_values(term, u, rows, few, weight)
        spread = _spread(fitted[: len(weight)], weight)
        says = spread > ROUNDING * largest
        values.append((fitted / np.where(says, spread, np.inf)).T)
    return np.concatenate(values), np.repeat(np.arange(len(found)), few.shape[1])


def _spread(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Weighted standard deviation of columns."""
    centred = values - weighted_mean(values, weight)
    return np.sqrt(weighted_mean(np.square(centred), weight))
