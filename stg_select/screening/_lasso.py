"""Lasso of one output on a dictionary."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import Lasso

from stg_select.screening._dictionary import Dictionary
from stg_select.screening._levels import chance

FloatArray = NDArray[np.floating]

PENALTY = 0.25


def lasso_coefficients(
    dictionary: Dictionary,
    target: FloatArray,
    spread: float,
    weight: FloatArray,
    n_searched: int,
) -> FloatArray:
    r"""Largest coefficient of each column in a Lasso over a dictionary.

    The penalty of a straight term is a quarter of
    :math:`\hat\sigma \sqrt{2 \log(2 p) / n}`, the level at which nothing enters by
    chance: low enough for weak columns to be ranked. Square terms pay double.

    Parameters
    ----------
    dictionary : Dictionary
        Of n rows.
    target : ndarray of shape (n,)
    spread : float
        Standard deviation :math:`\hat\sigma` of the noise.
    weight : ndarray of shape (n,)
    n_searched : int
        Number p of columns that were looked through, of which the basis holds the best.

    Returns
    -------
    coefficient : ndarray of shape (m,)
        Times the reliability of its group.
    """
    universal = chance(2 * n_searched) / np.sqrt(len(weight))
    alpha = PENALTY * spread * universal
    found = _lasso(dictionary.design, target, weight, alpha)
    size = np.zeros(len(dictionary.owners))
    np.maximum.at(size, dictionary.group, found * dictionary.scale)
    return dictionary.largest(size)


def _lasso(
    design: FloatArray, output: FloatArray, weight: FloatArray, alpha: float
) -> FloatArray:
    """Absolute coefficients of a Lasso."""
    if not output.any():  # which not every release takes for converged
        return np.zeros(design.shape[1])
    # without a seed it draws from numpy's global generator, though to no use
    model = Lasso(alpha=alpha + 1e-6, tol=1e-3, max_iter=300, random_state=0)
    model.fit(design, output, sample_weight=weight)
    return np.abs(model.coef_)
