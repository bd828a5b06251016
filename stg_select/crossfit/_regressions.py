"""Regressions on what the screen has found, as judges of how many gates are needed.

Letters: n rows of a split, D terms, S sizes, P penalties, O outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from stg_select import screening
from stg_select.crossfit._members import Split
from stg_select.crossfit._table import EncodedTable
from stg_select.objectives import Objective

FloatArray = NDArray[np.floating]

# in rows that say that a term tells nothing
PENALTIES = np.array([3.0, 30.0, 300.0])
# terms of a regression, or rows where these are fewer: two of each of 512 columns, and
# some that the screen has found
MOST_TERMS = 1024 + 64
# steps of Newton's method, how much longer than the first one they get, and the share
# of the null deviance below which they gain nothing
N_STEPS = 6
LONGEST_STEP = 4.0
LEAST_GAIN = 1e-3
# of the mean of all outputs, below which the curvature of one is not known
LEAST_CURVATURE = 0.01
# where rows have the same target
NOTHING = 1e-12
# of the sum of all curvatures, below which one is rounding
ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class RegressionRows:
    """Rows of a split, and what the screen of its network rows has found.

    Parameters
    ----------
    network, gate : ndarray of int of shape (n',), (n'',)
        Network rows and gate rows of the table.
    learn, judge : ndarray of shape (n',), (n'',)
        Their weights.
    ranking : ndarray of int of shape (p,)
        1 for the best gate, 0 for gates that stay open.
    values : ndarray of shape (D, n' + n'')
        Terms of the screen, fitted to the network rows.
    needed : ndarray of int of shape (D,)
        How many of the best gates each takes.
    """

    network: NDArray[np.integer]
    gate: NDArray[np.integer]
    learn: FloatArray
    judge: FloatArray
    ranking: NDArray[np.integer]
    values: FloatArray
    needed: NDArray[np.integer]

    @property
    def rows(self) -> NDArray[np.integer]:
        """Network rows, then gate rows."""
        return np.concatenate([self.network, self.gate])


def regression_rows(table: EncodedTable, split: Split) -> RegressionRows:
    """Fit the terms of a split's screen to its network rows.

    Parameters
    ----------
    table : EncodedTable
    split : Split
        With gate rows and a shortlist.

    Returns
    -------
    rows : RegressionRows
        Of a long table as many as a screen looks at.
    """
    assert split.gate_row_weights is not None
    assert split.shortlist is not None
    ranking, terms = split.shortlist.ranking, split.shortlist.terms
    weights = split.network_weights, split.gate_row_weights
    network, gate = (np.flatnonzero(w)[: screening.MAX_ROWS] for w in weights)
    learn = weights[0][network].astype(np.float64)
    judge = weights[1][gate].astype(np.float64)
    target = table.target[network]
    null = table.objective.null_raw(target, learn)
    residual = table.objective.residual(null, target, learn)
    rows = np.concatenate([network, gate])
    values, term = screening.term_values(terms, table.ranks, rows, residual, learn)
    gates = [table.component_gate[list(term.columns)] for term in terms]
    needed = np.array([ranking[g].max() for g in gates], dtype=int)
    return RegressionRows(network, gate, learn, judge, ranking, values, needed[term])


def regression_losses(
    table: EncodedTable, rows: RegressionRows, sizes: Sequence[int]
) -> FloatArray:
    r"""Judge regressions on the best gates of a split by its gate rows.

    The straight and the square terms of the gates' components, and the terms of the
    screen that take no other gates, predict the target with coefficients
    :math:`\beta` that minimise the loss of the network rows plus
    :math:`\tfrac{1}{2} \rho \bar v \, \lVert \beta \rVert^2`, by Newton's method with
    the curvature :math:`\bar v` of the null model.

    Parameters
    ----------
    table : EncodedTable
    rows : RegressionRows
    sizes : sequence of S int
        Numbers of best gates, ascending.

    Returns
    -------
    losses : ndarray of shape (P, S)
        Mean loss of the gate rows for each penalty :math:`\rho`, in shares of the
        null deviance; infinite of more terms than are tried.
    """
    objective, n = table.objective, len(rows.network)
    losses = np.full((len(PENALTIES), len(sizes)), np.inf)
    designs = _designs(table, rows, sizes)
    if not designs:
        return losses
    regressions = _Regressions(
        objective,
        table.target[rows.network],
        rows.learn / rows.learn.mean(),
        [design[:, :n] for design in designs],
    )
    raw = regressions.raw(
        [design[:, n:] for design in designs], regressions.coefficients()
    )
    unit = objective.null_deviance(
        table.target[rows.rows], np.concatenate([rows.learn, rows.judge])
    )
    loss = objective.losses_of(raw, table.target[rows.gate], rows.judge)
    by_penalty = loss.reshape(len(designs), len(PENALTIES)).T
    losses[:, : len(designs)] = by_penalty / (rows.judge.sum() * unit)
    return losses


@dataclass(frozen=True, eq=False)
class _Regressions:
    """A regression on each of S designs under every penalty.

    Parameters
    ----------
    objective : Objective
    target : ndarray of shape (n,) or (n, O)
    weight : ndarray of shape (n,)
        Of mean 1.
    designs : sequence of S ndarray of shape (D_s, n)
        A constant, which is free, and then terms; of the precision of the sums over
        rows.
    """

    objective: Objective
    target: NDArray
    weight: FloatArray
    designs: Sequence[FloatArray]

    def coefficients(self) -> list[FloatArray]:
        """Fit all of them by Newton's method: of each design (P, O, D_s)."""
        shape = len(PENALTIES), len(self._null)
        found: list[FloatArray] = [
            np.zeros((*shape, len(design))) for design in self.designs
        ]
        raw = self.raw(self.designs, found)
        loss, rate = self._penalised(found, raw), np.ones((len(found), len(PENALTIES)))
        least, goes_on = LEAST_GAIN * loss, np.ones(loss.shape, dtype=bool)
        for _ in range(N_STEPS):
            steps = self._newton_steps(found, raw)
            trial = [
                old - r[:, None, None] * step
                for old, r, step in zip(found, rate, steps, strict=True)
            ]
            trial_raw = self.raw(self.designs, trial)
            tried = self._penalised(trial, trial_raw)
            better = goes_on & (tried < loss)
            found = [
                np.where(b[:, None, None], new, old)
                for b, new, old in zip(better, trial, found, strict=True)
            ]
            goes_on &= ~better | (loss - tried >= least)
            if not goes_on.any():
                break
            np.copyto(raw, trial_raw, where=better.reshape(-1, 1, 1))
            loss = np.where(better, tried, loss)
            longer = np.minimum(2.0 * rate, LONGEST_STEP)
            rate = np.where(better, longer, rate / LONGEST_STEP)
        return found

    def raw(
        self, designs: Sequence[FloatArray], coefficients: Sequence[FloatArray]
    ) -> FloatArray:
        """Raw outputs (S * P, O, n') for the rows of designs (D_s, n')."""
        raw = [
            found.reshape(-1, len(design)).astype(design.dtype) @ design
            for design, found in zip(designs, coefficients, strict=True)
        ]
        lines = np.concatenate(raw).reshape(-1, len(self._null), designs[0].shape[1])
        lines += self._null[:, None]
        return lines

    @cached_property
    def _null(self) -> FloatArray:
        return self.objective.null_raw(self.target, self.weight)

    @cached_property
    def _curvature(self) -> FloatArray:
        """Mean square of the gradient, which is the curvature of a log-likelihood."""
        residual = self.objective.residual(self._null, self.target, self.weight)
        curvature = np.average(np.square(residual), axis=0, weights=self.weight)
        return np.maximum(curvature, max(LEAST_CURVATURE * curvature.mean(), NOTHING))

    @cached_property
    def _factors(self) -> list[list[tuple[FloatArray, bool]]]:
        """Curvatures of the designs under every penalty, but for that of outputs.

        As the factors of Cholesky, which few steps need rather than inverses.
        """
        factors = []
        for design in self.designs:
            gram = (design * self.weight.astype(design.dtype)) @ design.T
            curvature = gram.astype(float)
            terms = np.arange(1, len(design))
            bare = curvature[terms, terms]
            least = ROUNDING * np.trace(curvature)
            of_design = []
            for penalty in PENALTIES:
                curvature[terms, terms] = bare + max(penalty, least)
                of_design.append(cho_factor(curvature, lower=True))
            factors.append(of_design)
        return factors

    def _penalised(
        self, coefficients: Sequence[FloatArray], raw: FloatArray
    ) -> FloatArray:
        """Losses and penalties (S, P)."""
        loss = self.objective.losses_of(raw, self.target, self.weight)
        squares = [np.square(c[..., 1:]).sum(axis=-1) for c in coefficients]
        penalty = 0.5 * PENALTIES * (np.array(squares) @ self._curvature)
        loss = loss.reshape(penalty.shape) + penalty
        return np.where(np.isfinite(loss), loss, np.inf)

    def _newton_steps(
        self, coefficients: Sequence[FloatArray], raw: FloatArray
    ) -> list[FloatArray]:
        """Take steps (P, O, D_s) by the curvature of the null model."""
        gradient = self.objective.gradients_of(raw, self.target, self.weight)
        gradient /= self._curvature[:, None]
        by_design = gradient.reshape(-1, len(PENALTIES), *gradient.shape[1:])
        steps = []
        for design, slope, found, factors in zip(
            self.designs, by_design, coefficients, self._factors, strict=True
        ):
            penalised = PENALTIES[:, None, None] * found
            penalised[..., 0] = 0.0
            slope = slope.reshape(-1, slope.shape[-1]) @ design.T
            slopes = slope.reshape(found.shape) + penalised
            step = [
                cho_solve(factor, of_penalty.T).T
                for factor, of_penalty in zip(factors, slopes, strict=True)
            ]
            steps.append(np.stack(step))
        return steps


def _designs(
    table: EncodedTable, rows: RegressionRows, sizes: Sequence[int]
) -> list[FloatArray]:
    """Collect a constant and the terms of the best gates, (D_s, n) for each size.

    More terms than network rows are turned into as many as there are rows, which a
    penalty of squares does not notice. The first size of too many terms ends the list.
    """
    n = len(rows.network)
    rank = rows.ranking[table.component_gate]
    best = np.flatnonzero(rank <= sizes[-1])
    values, column = screening.column_values(table.ranks, rows.rows, best, rows.learn)
    needed = np.concatenate([rank[column], rows.needed])
    values = np.concatenate([values, rows.values], dtype=np.float32)
    constant = np.ones((1, values.shape[1]), dtype=np.float32)
    designs = []
    for size in sizes:
        terms = values[needed <= size]
        if min(len(terms), n) > MOST_TERMS:
            break
        if len(terms) > n:
            directions, _ = np.linalg.qr(terms[:, :n])
            terms = directions.T @ terms
        designs.append(np.concatenate([constant, terms]))
    return designs
