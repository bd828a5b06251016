"""Ridge regression of residuals on terms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]

_RIDGE = 1e-2


def ridge_coefficients(
    design: FloatArray, target: FloatArray, weight: FloatArray, ridge: float = _RIDGE
) -> FloatArray:
    """Coefficients of a ridge regression.

    Parameters
    ----------
    design : ndarray of shape (n, D)
    target : ndarray of shape (n, O)
    weight : ndarray of shape (n,)
        Row weights.
    ridge : float
        Penalty of squares, in units of a column's mean square.

    Returns
    -------
    coefficients : ndarray of shape (D, O)
    """
    weighted = design.T.astype(np.float64) * weight
    gram = weighted @ design
    gram[np.diag_indices_from(gram)] += ridge * len(design)
    return np.linalg.solve(gram, weighted @ target)
