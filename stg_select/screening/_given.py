"""Columns that are taken as given: others count for what they add to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from stg_select.screening._basis import WAVE_DEGREE, orthonormal_basis
from stg_select.screening._ridge import ridge_coefficients
from stg_select.weighted import standardized

FloatArray = NDArray[np.floating]

# rows for each function of these columns
ROWS_A_FUNCTION = 10
# share of the rows beyond which normal scores do not grow
OUTERMOST = 1e-4
# keeps the regression on like columns sound
_RIDGE = 1e-6


@dataclass(frozen=True, eq=False)
class Given:
    """Functions of given columns, whose part of anything can be taken out.

    Parameters
    ----------
    functions : ndarray of shape (n, s)
        Of variance 1, after a constant.
    weight : ndarray of shape (n,)
    """

    functions: FloatArray
    weight: FloatArray

    def left_of(self, values: FloatArray) -> FloatArray:
        """Residual of a regression on the functions.

        Parameters
        ----------
        values : ndarray of shape (n, q)

        Returns
        -------
        left : ndarray of shape (n, q)
        """
        coefficients = ridge_coefficients(
            self.functions, values, self.weight, ridge=_RIDGE
        )
        left: FloatArray = values - self.functions @ coefficients
        return left


def given_columns(ranks: FloatArray, weight: FloatArray) -> Given:
    """Collect functions of columns, the simple ones first.

    The functions are polynomials of the ranks, those of waves as well, and their normal
    scores, which are the values of a bell-shaped column. Where rows are few, functions
    are left out from the end, so that there are `ROWS_A_FUNCTION` for each of the
    others; the first function always stays.

    Parameters
    ----------
    ranks : ndarray of shape (n, k)
        The columns, mapped to (-1, 1) by their ranks.
    weight : ndarray of shape (n,)

    Returns
    -------
    given : Given
    """
    n, k = ranks.shape
    basis = orthonormal_basis(ranks.T, weight, WAVE_DEGREE)
    share = np.clip((ranks.astype(np.float64) + 1.0) / 2.0, OUTERMOST, 1.0 - OUTERMOST)
    scores = standardized(ndtri(share), weight).T
    shapes = [basis[0], scores, *basis[1:]]
    used = max(1, min(len(shapes), n // (ROWS_A_FUNCTION * k)))
    constant = np.ones((1, n))
    functions = np.concatenate([constant, *shapes[:used]], dtype=np.float64).T
    return Given(functions, weight)
