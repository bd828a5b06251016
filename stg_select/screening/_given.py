"""Columns that are taken as given: others count for what they add to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from stg_select.screening._basis import orthonormal_basis
from stg_select.screening._ridge import ridge_coefficients
from stg_select.weighted import standardized

FloatArray = NDArray[np.floating]

# rows for each function of these columns
ROWS_A_FUNCTION = 10
# share of the rows beyond which normal scores do not grow
OUTERMOST = 1e-4


def without_columns(
    ranks: FloatArray, target: FloatArray, weight: FloatArray
) -> FloatArray:
    """Residual of a ridge regression on functions of columns, the simple ones first.

    The functions are polynomials of the ranks, and their normal scores, which are the
    values of a bell-shaped column. Where rows are few, functions are left out from the
    end, so that there are `ROWS_A_FUNCTION` for each of the others.

    Parameters
    ----------
    ranks : ndarray of shape (n, k)
        The columns, mapped to (-1, 1) by their ranks.
    target : ndarray of shape (n, O)
    weight : ndarray of shape (n,)

    Returns
    -------
    residual : ndarray of shape (n, O)
    """
    n, k = ranks.shape
    basis = orthonormal_basis(ranks.T, weight)
    share = np.clip((ranks.astype(np.float64) + 1.0) / 2.0, OUTERMOST, 1.0 - OUTERMOST)
    scores = standardized(ndtri(share), weight).T
    shapes = [basis[0], scores, *basis[1:]]
    used = max(1, min(len(shapes), n // (ROWS_A_FUNCTION * k)))
    functions = np.concatenate(shapes[:used], dtype=np.float64).T
    design = np.concatenate([np.ones((n, 1)), functions], axis=1)
    residual: FloatArray = target - design @ ridge_coefficients(design, target, weight)
    return residual
