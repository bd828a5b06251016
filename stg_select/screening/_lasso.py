"""Lasso over the terms that a search has found and the best columns."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Lasso

from stg_select.screening._scans import chance
from stg_select.screening._terms import Term

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

LASSO_COLUMNS = 200
LASSO_CELLS = 2**19
PENALTY = 0.25
SQUARE_SCALE = 0.5


def lasso_coefficients(
    basis: FloatArray,
    columns: IntArray,
    terms: Sequence[Term],
    target: FloatArray,
    spread: FloatArray,
    weight: FloatArray,
    n_columns: int,
) -> FloatArray:
    r"""Largest coefficient of each column in a Lasso over a dictionary.

    The dictionary holds straight and square terms of some columns and the terms of
    more than one parameter or column. The penalty of a straight term is a quarter of
    :math:`\hat\sigma \sqrt{2 \log D / n}`, the level at which nothing enters by
    chance: low enough for weak columns to be ranked. Square terms pay double.

    Parameters
    ----------
    basis : ndarray of shape (4, m, n)
    columns : ndarray of int
        Columns that enter by themselves.
    terms : sequence of Term
    target : ndarray of shape (n, O)
    spread : ndarray of shape (O,)
        Standard deviation :math:`\hat\sigma` of the noise of each output.
    weight : ndarray of shape (n,)
    n_columns : int
        Number of columns that were looked through, D/2.

    Returns
    -------
    coefficient : ndarray of shape (m,)
        Root mean square over the outputs; terms of several parameters count by
        their reliability.
    """
    shaped = [term for term in terms if term.kind != "linear"]
    design = np.concatenate(
        [basis[0, columns], basis[1, columns]] + [term.values[None] for term in shaped],
        dtype=np.float64,
    ).T
    single: list[tuple[int, ...]] = [(column,) for column in columns.tolist()]
    owners = [*single, *single, *(term.columns for term in shaped)]
    scale, reliability = np.ones((2, design.shape[1]))
    scale[len(columns) : 2 * len(columns)] = SQUARE_SCALE
    reliability[2 * len(columns) :] = [term.reliability for term in shaped]
    universal = chance(2 * n_columns) / np.sqrt(len(weight))
    squares = np.zeros(basis.shape[1])
    for output, sigma in zip(target.T, spread, strict=True):
        found = _lasso(design * scale, output, weight, PENALTY * sigma * universal)
        largest = np.zeros(basis.shape[1])
        for owner, value in zip(owners, found * scale * reliability, strict=True):
            for column in owner:
                largest[column] = max(largest[column], value)
        squares += np.square(largest)
    return np.sqrt(squares / len(spread))


def _lasso(
    design: FloatArray, output: FloatArray, weight: FloatArray, alpha: float
) -> FloatArray:
    """Absolute coefficients of a Lasso."""
    # without a seed it draws from numpy's global generator, though to no use
    model = Lasso(alpha=alpha + 1e-6, tol=1e-3, max_iter=300, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(design, output, sample_weight=weight)
    return np.abs(model.coef_)
