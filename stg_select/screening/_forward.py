"""Forward regression of several outputs on a dictionary."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stg_select.screening._dictionary import Dictionary

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# a ranking is rarely asked for more columns
N_STEPS = 128
# as much as the variance of a term: noise of few rows then turns the order less
RIDGE = 1.0
# rows up to which the values of a term are shorter than its covariances
FEW_ROWS = 128
# groups whose covariances are computed together
GROUPS_AT_ONCE = 32


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
    share = weight / weight.sum()
    lines = design.T * np.sqrt(share)
    covariance = (design.T * share) @ target
    variance = np.einsum("dn,dn->d", lines, lines)
    waiting, gain = np.ones(n_groups, dtype=bool), np.zeros(n_groups)
    n_steps = min(N_STEPS, n_groups)
    # what a term adds to those that have entered before it: its values, or where rows
    # are many its covariances with all terms; and the loadings of all terms on it
    rows = _Covariances(lines, group) if len(share) > FEW_ROWS else None
    loadings = np.empty((n_steps * np.bincount(group).max(), len(lines)))
    added = np.empty((len(loadings), len(share) if rows is None else len(lines)))
    count = 0
    for _ in range(n_steps):
        of_terms = np.square(covariance).sum(axis=1) / (variance + RIDGE)
        promise = np.bincount(group, weights=of_terms) * waiting
        best = int(np.argmax(promise))
        if promise[best] == 0.0:
            break
        waiting[best] = False
        gain[best] = promise[best]
        for term in np.flatnonzero(group == best).tolist():
            whole = lines[term] if rows is None else rows.of(term, promise)
            added[count] = whole - loadings[:count, term] @ added[:count]
            shared = lines @ added[count] if rows is None else added[count]
            loadings[count] = shared / (shared[term] + RIDGE)
            covariance -= np.outer(loadings[count], covariance[term])
            variance -= shared * loadings[count]
            count += 1
    return dictionary.largest(np.sqrt(gain / target.shape[1]))


class _Covariances:
    """Covariances of a term with all terms, computed for some groups at a time.

    One term at a time is bound by the memory, and all of them are rarely needed.

    Parameters
    ----------
    lines : ndarray of shape (D, n)
        Terms times the roots of the shares of the rows.
    group : ndarray of int of shape (D,)
    """

    def __init__(self, lines: FloatArray, group: IntArray) -> None:
        self._lines = lines
        self._group = group
        self._rows: dict[int, FloatArray] = {}

    def of(self, term: int, promise: NDArray) -> FloatArray:
        """Covariances (D,) of a term, and of those that groups promise (G,) next."""
        if term not in self._rows:
            likely = np.argsort(-promise, kind="stable")[:GROUPS_AT_ONCE]
            chosen = np.isin(self._group, [self._group[term], *likely])
            new = [t for t in np.flatnonzero(chosen).tolist() if t not in self._rows]
            rows = self._lines[new] @ self._lines.T
            self._rows.update(zip(new, rows, strict=True))
        return self._rows[term]
