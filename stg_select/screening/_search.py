"""Greedy search for terms that explain a residual.

Letters: n rows, m columns, O outputs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import blocks
from stg_select.screening._basis import orthonormal_basis, principal
from stg_select.screening._dictionary import dictionary_of
from stg_select.screening._forward import forward_coefficients
from stg_select.screening._lasso import lasso_coefficients
from stg_select.screening._scans import (
    Scan,
    chance,
    column_scores,
    scan_interactions,
    scan_products,
    scan_triples,
)
from stg_select.screening._terms import Term, best_terms, left_over
from stg_select.weighted import standardized, weighted_mean, winsorized

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

MAX_OUTPUTS = 3
KEPT_COLUMNS = 4096
KEPT_CELLS = 2**23
LATER_COLUMNS = 256
TRIPLE_COLUMNS = 64
WEIGHED_COLUMNS = 200
WEIGHED_CELLS = 2**19


class Search:
    """Greedy search for terms.

    Parameters
    ----------
    u : ndarray of shape (n, m)
    rows : ndarray of int of shape (n',)
        The rows to look at.
    residual : ndarray of shape (n', O)
    weight : ndarray of shape (n',)
    pair_columns : int

    Attributes
    ----------
    marginal : ndarray of shape (m,)
        Best score of every column so far.
    """

    def __init__(
        self,
        u: FloatArray,
        rows: IntArray,
        residual: FloatArray,
        weight: FloatArray,
        pair_columns: int,
    ) -> None:
        self._weight = weight / weight.mean()
        self._target = winsorized(residual, self._weight)
        self._left = self._target
        self._terms: list[Term] = []
        m = u.shape[1]
        self._n_terms = {
            "linear": 2.0 * m,
            "smooth": float(m),
            "product": m * (m - 1) / 2,
            "interaction": m * (m - 1) / 2,
            "triple": m * (m - 1) * (m - 2) / 6,
        }
        n = len(rows)
        self._pair_columns = int(pair_columns * min(1.0, (1000 / n) ** 0.5))
        n_kept = min(KEPT_COLUMNS, max(KEPT_CELLS // n, WEIGHED_COLUMNS))
        self.marginal: FloatArray = np.zeros(m)
        if m > n_kept:
            self.marginal = self._column_scores(u, rows)
        self._kept = np.sort(best_positions(self.marginal, n_kept))
        self._basis = orthonormal_basis(u[np.ix_(rows, self._kept)].T, self._weight)

    def next_round(self) -> bool:
        """Look for terms in what is left over; False where nothing beats chance."""
        left = standardized(self._left, self._weight)
        few = principal(left, self._weight, MAX_OUTPUTS)
        scans = self._columns(left) + self._pairs(few) + self._triples(few)
        new = best_terms(scans, self._n_terms, self._basis, few, self._weight)
        if not new:
            return False
        self._terms += new
        self._left = left_over(self._terms, self._target, self._weight)
        return True

    def coefficients(self) -> FloatArray:
        """Weigh columns and terms against each other in a regression.

        Returns
        -------
        coefficient : ndarray of shape (m,)
        """
        weight = self._weight
        size = max(WEIGHED_COLUMNS, WEIGHED_CELLS // len(weight))
        columns = best_positions(self.marginal[self._kept], size)
        dictionary = dictionary_of(self._basis, columns, self._terms)
        if self._target.shape[1] > 1:
            found = forward_coefficients(dictionary, self._target, weight)
        else:
            output, left = self._target[:, 0], self._left[:, 0]
            spread = float(np.sqrt(weighted_mean(np.square(left), weight)))
            n_searched = len(self.marginal)
            found = lasso_coefficients(dictionary, output, spread, weight, n_searched)
        coefficient = np.zeros(len(self.marginal))
        coefficient[self._kept] = found
        return coefficient

    def _column_scores(self, u: FloatArray, rows: IntArray) -> FloatArray:
        """Score all columns, in blocks whose basis is not kept."""
        m = u.shape[1]
        best = np.empty(m)
        for block in blocks(len(rows), m):
            basis = orthonormal_basis(u[rows, block].T, self._weight)
            single, smooth = column_scores(basis, self._target, self._weight)
            best[block] = np.maximum(
                single.max(axis=0) / chance(2 * m), smooth / chance(m)
            )
        return best

    def _columns(self, left: FloatArray) -> list[Scan]:
        single, smooth = column_scores(self._basis, left, self._weight)
        columns = np.arange(len(self._kept))
        self._note(columns, single[1] / chance(self._n_terms["linear"]))
        return [
            self._scan(Scan("linear", single[0], columns[:, None])),
            self._scan(Scan("smooth", smooth, columns[:, None])),
        ]

    def _pairs(self, left: FloatArray) -> list[Scan]:
        later = bool(self._terms)
        scans = []
        for scan, size in (
            (scan_products, KEPT_COLUMNS),
            (scan_interactions, self._pair_columns),
        ):
            size = min(size, LATER_COLUMNS) if later else size
            columns = np.sort(best_positions(self.marginal[self._kept], size))
            if len(columns) > 1:
                found = scan(self._picked(columns), left, self._weight)
                scans.append(self._scan(found, columns))
        return scans

    def _triples(self, left: FloatArray) -> list[Scan]:
        columns = np.sort(best_positions(self.marginal[self._kept], TRIPLE_COLUMNS))
        if len(columns) < 3:
            return []
        picked = self._basis[0, columns]
        return [self._scan(scan_triples(picked, left, self._weight), columns)]

    def _picked(self, columns: IntArray) -> FloatArray:
        every = len(columns) == len(self._kept)
        return self._basis if every else self._basis[:, columns]

    def _scan(self, scan: Scan, columns: IntArray | None = None) -> Scan:
        """Bring the scores of a scan to the level of chance, and note them."""
        score = scan.score / chance(self._n_terms[scan.kind])
        factors = scan.columns if columns is None else columns[scan.columns]
        for factor in factors.T:
            self._note(factor, score)
        return Scan(scan.kind, score, factors)

    def _note(self, columns: IntArray, score: FloatArray) -> None:
        """Remember the best score of some of the kept columns."""
        np.maximum.at(self.marginal, self._kept[columns], score)


def best_positions(score: FloatArray, count: int) -> IntArray:
    """Positions of the largest scores, best first, at most `count`."""
    return np.argsort(-score, kind="stable")[:count]
