"""Ridge regression of residuals on terms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]

_RIDGE = 1e-2
# of a fit that is only to exist where terms repeat each other
SMALLEST_RIDGE = 1e-6


def ridge_coefficients(
    design: FloatArray, target: FloatArray, weight: FloatArray, ridge: float = _RIDGE
) -> FloatArray:
    """Coefficients of a ridge regression, or of several.

    Parameters
    ----------
    design : ndarray of shape (..., n, D)
    target : ndarray of shape (..., n, O)
    weight : ndarray of shape (n,)
        Row weights.
    ridge : float
        Penalty of squares, in units of a column's mean square.

    Returns
    -------
    coefficients : ndarray of shape (..., D, O)
    """
    weighted = np.swapaxes(design, -1, -2).astype(np.float64) * weight
    gram = weighted @ design
    diagonal = np.arange(design.shape[-1])
    gram[..., diagonal, diagonal] += ridge * design.shape[-2]
    return np.linalg.solve(gram, weighted @ target)
