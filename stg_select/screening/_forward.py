"""Forward regression of several outputs on a dictionary."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stg_select.screening._dictionary import Dictionary

FloatArray = NDArray[np.floating]

# a ranking is rarely asked for more columns
N_STEPS = 128
# as much as the variance of a term: noise of few rows then turns the order less
RIDGE = 1.0


def forward_coefficients(
    dictionary: Dictionary, target: FloatArray, weight: FloatArray
) -> FloatArray:
    r"""Weigh columns by what they add to all outputs when they enter.

    Groups of terms enter a ridge regression of all outputs one by one: at each step
    the group whose terms, each taken alone, lower its loss most in sum, as in
    simultaneous orthogonal matching pursuit [1]_, regularised [2]_. A column that
    repeats what has entered adds little and enters late, whichever output it helps;
    Lassos of the single outputs would not see that.

    Parameters
    ----------
    dictionary : Dictionary
        Of n rows.
    target : ndarray of shape (n, O)
        Of weighted mean 0 and variance 1.
    weight : ndarray of shape (n,)
        Of mean 1.

    Returns
    -------
    coefficient : ndarray of shape (m,)
        At entry, with :math:`s_{ko}` the covariance of term k and output o, and
        :math:`v_k` the variance of the term, given the terms before it and the ridge
        :math:`\rho = 1`,

        .. math:: \sqrt{\tfrac{1}{O} \sum_{k, o} s_{ko}^2 / (v_k + \rho)}

        times the reliability of the group, and 0 beyond the first 128 groups.

    References
    ----------
    .. [1] J. A. Tropp, A. C. Gilbert and M. J. Strauss, "Algorithms for simultaneous
       sparse approximation. Part I: Greedy pursuit", Signal Processing 86, 2006.
    .. [2] S. Chen, E. S. Chng and K. Alkadhimi, "Regularized orthogonal least squares
       algorithm for constructing radial basis function networks", International
       Journal of Control 64, 1996.
    """
    design, group = dictionary.design, dictionary.group
    n_groups = len(dictionary.owners)
    weighted = design.T * (weight / weight.sum())
    covariance = weighted @ target
    variance = np.einsum("dn,nd->d", weighted, design)
    waiting, gain = np.ones(n_groups, dtype=bool), np.zeros(n_groups)
    # what is left of a term: itself less its loadings on the directions before it
    directions: list[FloatArray] = []
    loadings: list[FloatArray] = []
    for _ in range(min(N_STEPS, n_groups)):
        of_terms = np.square(covariance).sum(axis=1) / (variance + RIDGE)
        added = np.bincount(group, weights=of_terms) * waiting
        best = int(np.argmax(added))
        if added[best] == 0.0:
            break
        waiting[best] = False
        gain[best] = added[best]
        for term in np.flatnonzero(group == best):
            direction = design[:, term].copy()
            for before, loading in zip(directions, loadings, strict=True):
                direction -= loading[term] * before
            shared = weighted @ direction
            loading = shared / (shared[term] + RIDGE)
            covariance -= np.outer(loading, covariance[term])
            variance -= shared * loading
            directions.append(direction)
            loadings.append(loading)
    return dictionary.largest(np.sqrt(gain / target.shape[1]))
