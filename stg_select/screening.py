"""First- and second-order scores of a residual, and the working set they give.

Letters: n rows, D components, O outputs, p gates.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]

BLOCK = 1024


def first_order_scores(x: FloatArray, residual: FloatArray) -> FloatArray:
    r"""Score of every component on its own.

    .. math:: s_d = \max_o |\sum_i x_{id} r_{io}| / \sqrt{n}

    Parameters
    ----------
    x : ndarray of shape (n, D)
        Components of mean 0 and variance 1.
    residual : ndarray of shape (n, O)
        Residual of mean 0 and variance 1.

    Returns
    -------
    scores : ndarray of shape (D,)
        About |N(0, 1)| for a component that is independent of the residual.
    """
    return np.abs(x.T @ residual).max(axis=1) / np.sqrt(len(x))


def pair_scores(x: FloatArray, residual: FloatArray) -> FloatArray:
    r"""Score of the best product of every component with another one.

    .. math:: s_d = \max_{e \ne d} \max_o |\sum_i x_{id} r_{io} x_{ie}| / \sqrt{n}

    Taken in blocks, so that memory does not grow with the square of D.

    Parameters
    ----------
    x : ndarray of shape (n, D)
    residual : ndarray of shape (n, O)

    Returns
    -------
    scores : ndarray of shape (D,)
    """
    n_components = x.shape[1]
    best = np.zeros(n_components, dtype=x.dtype)
    for output in residual.T.astype(x.dtype):
        for i in range(0, n_components, BLOCK):
            rows = slice(i, i + BLOCK)
            weighted = (x[:, rows] * output[:, None]).T
            for j in range(i, n_components, BLOCK):
                columns = slice(j, j + BLOCK)
                product = np.abs(weighted @ x[:, columns])
                if i == j:
                    np.fill_diagonal(product, 0.0)
                best[rows] = np.maximum(best[rows], product.max(axis=1))
                best[columns] = np.maximum(best[columns], product.max(axis=0))
    return best / np.sqrt(len(x))


def gate_scores(
    x: FloatArray,
    component_gate: NDArray[np.integer],
    residual: FloatArray,
    weight: FloatArray,
) -> FloatArray:
    """Score of every gate: its best single component or product.

    First- and second-order scores are divided by the largest value expected of as
    many independent ones, which puts them on one scale.

    Parameters
    ----------
    x : ndarray of shape (n, D)
        Components.
    component_gate : ndarray of int of shape (D,)
        Gate of each component, ascending, every gate at least once.
    residual : ndarray of shape (n, O)
        Negative gradient of the loss.
    weight : ndarray of shape (n,)
        Row weights; rows of weight 0 are not looked at.

    Returns
    -------
    scores : ndarray of shape (p,)
    """
    rows = np.flatnonzero(weight)
    root = np.sqrt(weight[rows] / weight[rows].mean())[:, None]
    scale = np.sqrt(np.average(np.square(residual[rows]), axis=0, weights=weight[rows]))
    scaled = root * residual[rows] / np.where(scale > 0.0, scale, np.inf)
    # the root of the weight goes once to each side of the product
    inputs = x[rows] * root.astype(x.dtype)
    n_components = x.shape[1]
    scores = first_order_scores(inputs, scaled)
    scores /= np.sqrt(2.0 * np.log(max(n_components, 2)))
    if n_components > 1:
        n_pairs = n_components * (n_components - 1) / 2
        pairs = pair_scores(x[rows], root * scaled)
        scores = np.maximum(scores, pairs / np.sqrt(2.0 * np.log(max(n_pairs, 2.0))))
    starts = np.flatnonzero(np.diff(component_gate, prepend=-1))
    return np.maximum.reduceat(scores, starts)
