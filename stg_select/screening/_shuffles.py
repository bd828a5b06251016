"""Columns that say more than the best ones of shuffled rows do.

Letters: n rows, m columns, O outputs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import Ranks, blocks, rank_uniform

FloatArray = NDArray[np.floating]

N_SHUFFLES = 299
# probability with which any column passes without a signal
SHUFFLE_LEVEL = 0.01


def plain_columns(
    u: Ranks, residual: FloatArray, weight: FloatArray, rng: np.random.Generator
) -> NDArray[np.bool_]:
    r"""Test columns against what the best one reaches when rows are shuffled [1]_.

    The test is exact: without a signal every order of the residuals, each with its
    weight, is as likely as any other, however few the rows, rare the values of columns
    and alike the columns. (Weights that count equal rows make it say less.) A column
    says

    .. math:: \max_o \frac{|\sum_i w_i r_{io} u_{id}|}{s_d s_o}

    with s for the spreads of the ranks u of a column d, without weights, and of the
    weighted residuals :math:`w r` of an output o.

    Parameters
    ----------
    u : ndarray or SparseRanks of shape (n, m)
        Columns mapped to (-1, 1) by their ranks.
    residual : ndarray of shape (n, O)
        Negative gradient of the loss. The rows are independent, and few: hundreds of
        copies are taken.
    weight : ndarray of shape (n,)
    rng : numpy.random.Generator
        Shuffles the rows.

    Returns
    -------
    is_plain : ndarray of bool of shape (m,)
        Any is True with a probability of .01 at most where no column has to do with
        the residual.

    References
    ----------
    .. [1] P. H. Westfall and S. S. Young, "Resampling-Based Multiple Testing", Wiley,
       1993, section 2.3.
    """
    n, n_outputs = residual.shape
    scoring = residual * weight[:, None]
    scoring = scoring - scoring.mean(axis=0)
    scoring = scoring / np.maximum(np.linalg.norm(scoring, axis=0), 1e-12)
    shuffled = rng.permuted(np.tile(np.arange(n), (N_SHUFFLES, 1)), axis=1)
    orders = np.concatenate([np.arange(n)[None], shuffled])
    lines = scoring[orders].transpose(0, 2, 1).reshape(-1, n).astype(np.float32)
    largest, ours = np.zeros(N_SHUFFLES), []
    for block in blocks(max(n, len(lines)), u.shape[1]):
        # by ranks that know nothing of the weights, which may have to do with residuals
        columns = rank_uniform(u[:, block], np.ones(n)).astype(np.float32)
        columns -= columns.mean(axis=0)
        columns /= np.maximum(np.linalg.norm(columns, axis=0), 1e-6)
        score = np.abs(lines @ columns).reshape(len(orders), n_outputs, -1).max(axis=1)
        ours.append(score[0])
        largest = np.maximum(largest, score[1:].max(axis=1))
    # a shuffle that comes to the same is no less likely
    n_better = int(SHUFFLE_LEVEL * len(orders))
    return np.concatenate(ours) * (1.0 - 1e-5) > np.sort(largest)[-n_better]
