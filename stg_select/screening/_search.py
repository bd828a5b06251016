"""Greedy search for terms that explain a residual.

Letters: n rows, m columns, O outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import Ranks
from stg_select.screening._all_columns import all_column_scores
from stg_select.screening._basis import (
    DEGREE,
    MAX_OUTPUTS,
    WAVE_DEGREE,
    orthonormal_basis,
    principal,
)
from stg_select.screening._budget import budget_of
from stg_select.screening._clusters import Clusters, Likeness
from stg_select.screening._dictionary import column_reliability, dictionary_of
from stg_select.screening._forward import forward_coefficients
from stg_select.screening._given import Given, given_columns
from stg_select.screening._higher import scan_sets
from stg_select.screening._lasso import lasso_coefficients
from stg_select.screening._levels import chance
from stg_select.screening._rare_columns import rare_column_scores
from stg_select.screening._scans import (
    Scan,
    best_positions,
    column_scores,
    scan_interactions,
    scan_products,
)
from stg_select.screening._terms import (
    SHAPES,
    Found,
    Term,
    Tested,
    best_terms,
    left_over,
    tested_terms,
)
from stg_select.screening._waves import columns_of_waves, scan_waves
from stg_select.screening._wide import columns_of_few_values, scan_few_values
from stg_select.weighted import standardized, weighted_mean, winsorized

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# most columns of up to three values of which all sets of an order are looked at, and
# rows for each cell of the table of a set
LARGE_SETS = {4: 24, 5: 20}
ROWS_A_CELL = 4
BELOW_CHANCE = 0.99
# kinds of terms whose scan is as good as a test
SURE_KINDS = ("linear", "smooth")


class Search:
    """Greedy search for terms.

    Parameters
    ----------
    u : ndarray or SparseRanks of shape (n, m)
    rows : ndarray of int of shape (n',)
        The rows to look at.
    residual : ndarray of shape (n', O)
    weight : ndarray of shape (n',)
    pair_columns : int
    group : ndarray of int of shape (n',) or None, default=None
        Groups of the rows that are looked at, those of one next to each other.
    given : ndarray of int of shape (k,) or None, default=None
        Columns whose part of the residual is taken out first. They are looked at in
        pairs and larger sets.
    times : ndarray of shape (n',) or None, default=None
        How often each row comes as rows of its own; None for once.

    Attributes
    ----------
    marginal : ndarray of shape (m,)
        Best score of every column so far.
    alone : ndarray of shape (m,)
        That of its terms of one column.
    in_pairs : ndarray of bool of shape (m,)
        Columns that were looked at in pairs of any shape.
    """

    def __init__(
        self,
        u: Ranks,
        rows: IntArray,
        residual: FloatArray,
        weight: FloatArray,
        pair_columns: int,
        group: IntArray | None = None,
        given: IntArray | None = None,
        times: FloatArray | None = None,
    ) -> None:
        self._clusters = None if group is None else Clusters(group)
        self._likeness: Likeness | None = None
        self._weight = weight / weight.mean()
        self._target = winsorized(residual, self._weight)
        self._given: Given | None = None
        if given is not None:
            self._given = given_columns(u[np.ix_(rows, given)], self._weight)
            self._target = self._given.left_of(self._target)
        self._left = self._target
        self._terms: list[Term] = []
        m, n = u.shape[1], len(rows)
        # outputs that repeat others are no more to look through
        self._rank = max(1, int(np.linalg.matrix_rank(self._target.T @ self._target)))
        self._n_outputs = min(self._rank, MAX_OUTPUTS)
        self._budget = budget_of(n, self._n_outputs, pair_columns)
        self.marginal: FloatArray = np.zeros(m)
        self.in_pairs: NDArray[np.bool_] = np.zeros(m, dtype=bool)
        if m > min(self._budget.kept, self._budget.wide_pairs):
            self.marginal = self._column_scores(u, rows)
        if self._clusters is None and given is None:
            rare = rare_column_scores(u, rows, self._target, self._weight)
            rare /= chance(self._n_terms("linear", 1))
            self.marginal = np.maximum(self.marginal, rare)
        self.alone = self.marginal.copy()
        self._note_few_values(u, rows)
        if given is not None:
            self.marginal[given] = np.maximum(self.marginal[given], BELOW_CHANCE)
        self._kept = np.sort(best_positions(self.marginal, self._budget.kept))
        lines = u[np.ix_(rows, self._kept)].T
        self._reliability = column_reliability(lines, self._weight, times)
        self._basis = orthonormal_basis(lines, self._weight)
        self._of_waves = columns_of_waves(lines)
        self._lines = lines[self._of_waves].astype(np.float32)
        self._has_waves = np.zeros(len(self._kept), dtype=bool)

    def next_round(self) -> bool:
        """Look for terms in what is left over; False where nothing beats chance."""
        left = standardized(self._left, self._weight)
        few = principal(left, self._weight, MAX_OUTPUTS)
        if self._clusters is not None:
            scoring = few * self._weight[:, None]
            self._likeness = self._clusters.likeness(self._basis, scoring)
        columns = self._columns(left)
        scans = columns + self._waves(few)
        if self._pairs_may_be_clear():
            scans += self._pairs(few) + self._sets(few)
        data = few, self._weight, self._clusters
        tested = tested_terms(scans, self._n_terms, self._functions, *data)
        self._note_tested(scans, tested)
        new = best_terms(tested, self._functions, *data)
        if not new:
            return False
        self._terms += new
        lower = None if self._given is None else self._given.functions
        self._left = left_over(self._terms, self._target, self._weight, lower)
        return True

    def coefficients(self, cost: FloatArray | None = None) -> FloatArray:
        """Weigh columns and terms against each other in a regression.

        Parameters
        ----------
        cost : ndarray of shape (m,) or None, default=None
            What columns cost.

        Returns
        -------
        coefficient : ndarray of shape (m,)
        """
        weight = self._weight
        columns = best_positions(self.marginal[self._kept], self._budget.weighed)
        several = self._target.shape[1] > 1  # a ridge shrinks their noise
        reliability = None if several else self._reliability
        dictionary = dictionary_of(self._basis, columns, self._terms, reliability)
        if self._given is not None:
            dictionary = dictionary.beyond(self._given)
        if cost is not None:
            dictionary = dictionary.priced(cost[self._kept])
        if self._clusters is not None:
            dictionary = dictionary.dearer(self._loadings(dictionary.design))
        if several:
            found = forward_coefficients(dictionary, self._target, weight)
        else:
            output, left = self._target[:, 0], self._left[:, 0]
            spread = float(np.sqrt(weighted_mean(np.square(left), weight)))
            n_searched = len(self.marginal)
            found = lasso_coefficients(dictionary, output, spread, weight, n_searched)
        coefficient = np.zeros(len(self.marginal))
        coefficient[self._kept] = found
        return coefficient

    def found(self) -> list[Found]:
        """List the terms that entered, in their order.

        Returns
        -------
        found : list of Found
        """
        return [
            Found(
                term.kind,
                tuple(self._kept[list(term.columns)].tolist()),
                term.score,
                term.by_chance,
            )
            for term in self._terms
        ]

    def _loadings(self, design: FloatArray) -> FloatArray:
        """Multiply penalties of terms by what groups do to their noise [1]_.

        References
        ----------
        .. [1] A. Belloni, V. Chernozhukov, C. Hansen and D. Kozbur, "Inference in
           High-Dimensional Panel Models with an Application to Gun Control", Journal
           of Business and Economic Statistics 34, 2016.
        """
        clusters = self._clusters
        if clusters is None:
            return np.ones(design.shape[1])
        left = (standardized(self._left, self._weight) * self._weight[:, None]).T
        effects = [clusters.design_effect(design.T, output) for output in left]
        return np.sqrt(np.maximum(np.mean(effects, axis=0), 1.0))

    def _column_scores(self, u: Ranks, rows: IntArray) -> FloatArray:
        data = self._target, self._weight, self._clusters
        single, smooth = all_column_scores(u, rows, *data)
        return np.maximum(
            single.max(axis=0) / chance(self._n_terms("linear", 1)),
            smooth / chance(self._n_terms("smooth", 1)),
        )

    def _note_few_values(self, u: Ranks, rows: IntArray) -> None:
        """Let pairs of columns of few values have a say in what is looked at.

        Where they are more than the pairs of the first round take in; there a pair
        that is above chance is found again and tested.
        """
        if u.shape[1] <= self._budget.pairs:
            return
        columns = columns_of_few_values(u, rows)
        if len(columns) <= self._budget.pairs:
            return
        chosen = best_positions(self.marginal[columns], self._budget.wide_pairs)
        columns = np.sort(columns[chosen])
        few = principal(self._target, self._weight, MAX_OUTPUTS)
        level = chance(self._n_terms("interaction", 2))
        scan = scan_few_values(u, rows, columns, few, self._weight, level)
        if scan is None:
            return
        self.in_pairs[columns] = True
        score = scan.score / level
        for factor in scan.columns.T:
            np.maximum.at(self.marginal, factor, np.minimum(score, BELOW_CHANCE))

    def _n_terms(self, kind: str, order: int) -> float:
        """Count the terms of a kind and of some columns that a scan stands for."""
        n_sets = comb(len(self.marginal), order) * (2.0 if kind == "linear" else 1.0)
        n_outputs = self._rank if kind in SURE_KINDS else self._n_outputs
        return n_sets * n_outputs

    def _pairs_may_be_clear(self) -> bool:
        """Tell whether a score, at most the root of the rows, can be above chance."""
        return len(self._weight) ** 0.5 >= chance(self._n_terms("product", 2))

    def _columns(self, left: FloatArray) -> list[Scan]:
        single, smooth, _ = column_scores(
            self._basis, left, self._weight, self._clusters
        )
        columns = np.arange(len(self._kept))
        square = single[1] / chance(self._n_terms("linear", 1))
        np.maximum.at(self.marginal, self._kept, square)
        np.maximum.at(self.alone, self._kept, square)
        return [
            self._scaled(Scan("linear", single[0], columns[:, None]), columns),
            self._scaled(Scan("smooth", smooth, columns[:, None]), columns),
        ]

    def _waves(self, left: FloatArray) -> list[Scan]:
        """Scan curves of several waves of one column."""
        size = self._budget.later if self._terms else len(self._of_waves)
        best = np.sort(best_positions(self.marginal[self._kept[self._of_waves]], size))
        score = scan_waves(self._lines[best], left, self._weight, self._clusters)
        scan = Scan("wave", score, np.arange(len(best))[:, None])
        scan = self._scaled(scan, self._of_waves[best])
        self._has_waves[self._of_waves[best[scan.score >= 1.0]]] = True
        return [scan]

    def _pairs(self, left: FloatArray) -> list[Scan]:
        later = bool(self._terms)
        scans = []
        for scan, n_functions, size in (
            (scan_products, 1, self._budget.products),
            (scan_interactions, DEGREE, self._budget.pairs),
        ):
            size = min(size, self._budget.later) if later else size
            columns = self._best_columns(size)
            if len(columns) > 1:
                # a product is all there is to say about two binary columns
                whole = columns[~self._basis[1, columns].any(axis=1)]
                seen = columns if scan is scan_interactions else whole
                self.in_pairs[self._kept[seen]] = True
                basis = self._basis[:n_functions]
                if len(columns) < len(self._kept):
                    basis = basis[:, columns]
                found = scan(basis, left, self._weight, self._alike(columns))
                scans.append(self._scaled(found, columns))
        return scans

    def _sets(self, left: FloatArray) -> list[Scan]:
        """Scan sets of three columns, and first of more columns of few values."""
        columns = self._best_columns(self._budget.triples[bool(self._terms)])
        basis = self._basis[:SHAPES, columns]
        scans = scan_sets(basis, 3, left, self._weight, self._alike(columns))
        found = [self._scaled(scan, columns) for scan in scans]
        if self._terms:
            return found
        few = np.flatnonzero(~self._basis[SHAPES:].any(axis=(0, 2)))
        for order, size in LARGE_SETS.items():
            columns = np.sort(few[best_positions(self.marginal[self._kept[few]], size)])
            basis = self._basis[:SHAPES, columns]
            cells = np.prod(np.sort(1 + basis.any(axis=2).sum(axis=0))[-order:])
            if len(few) <= size and ROWS_A_CELL * cells <= len(left):
                alike = self._alike(columns)
                scans = scan_sets(basis, order, left, self._weight, alike)
                found += [self._scaled(scan, columns) for scan in scans]
        return found

    def _alike(self, columns: IntArray) -> Likeness | None:
        return None if self._likeness is None else self._likeness.among(columns)

    def _best_columns(self, size: int) -> IntArray:
        return np.sort(best_positions(self.marginal[self._kept], size))

    def _functions(self, kind: str, columns: tuple[int, ...]) -> FloatArray:
        """Functions (degree, q, n) of the columns of a term.

        Neighbours of a wave seem to interact with its column, unless the lower terms
        of both hold it.
        """
        basis = self._basis[:, list(columns)]
        waves = np.flatnonzero(self._has_waves[list(columns)])
        if kind not in ("wave", "product", "interaction") or not len(waves):
            return basis
        lines = self._lines[np.searchsorted(self._of_waves, np.take(columns, waves))]
        higher = np.zeros((WAVE_DEGREE - DEGREE, *basis.shape[1:]), basis.dtype)
        higher[:, waves] = orthonormal_basis(lines, self._weight, WAVE_DEGREE)[DEGREE:]
        return np.concatenate([basis, higher])

    def _scaled(self, scan: Scan, columns: IntArray) -> Scan:
        """Bring the scores of a scan among some columns to the level of chance."""
        n_terms = self._n_terms(scan.kind, scan.columns.shape[1])
        return Scan(scan.kind, scan.score / chance(n_terms), columns[scan.columns])

    def _note_tested(self, scans: Sequence[Scan], tested: Sequence[Tested]) -> None:
        """Remember the best score of every column that it has a right to.

        That of a wave or a set may be due to lower terms or to few rows, unless its
        test confirms it.
        """
        exact = {(term.kind, term.columns): term.score for term in tested}
        for scan in scans:
            score = scan.score
            if scan.kind not in SURE_KINDS:
                score = score.copy()
                for at in np.flatnonzero(score >= 1.0):
                    key = scan.kind, tuple(scan.columns[at].tolist())
                    score[at] = exact.get(key, BELOW_CHANCE)
            for factor in scan.columns.T:
                np.maximum.at(self.marginal, self._kept[factor], score)
                if scan.columns.shape[1] == 1:
                    np.maximum.at(self.alone, self._kept[factor], score)
