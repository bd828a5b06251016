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
from stg_select.crossfit._judged_rows import JudgedRows
from stg_select.crossfit._table import EncodedTable
from stg_select.objectives import Objective

FloatArray = NDArray[np.floating]

# in rows that say that a term tells nothing
PENALTIES = np.array([3.0, 30.0, 300.0, 1000.0])
# terms of a regression, or rows where these are fewer: two of each of 1024 columns, and
# some that the screen has found
MOST_TERMS = 2048 + 64
# steps of conjugate gradients, and the share of the null deviance below which they gain
# nothing
N_STEPS = 10
LEAST_GAIN = 1e-3
# least and largest length of a step, times that of the one before
SHORTEST, LONGEST = 0.1, 4.0
# of the mean of all outputs, below which the curvature of one is not known
LEAST_CURVATURE = 0.01
# where rows have the same target, or losses are straight
NOTHING = 1e-12
# of the sum of all curvatures, below which one is rounding
ROUNDING = 1e-6


def regression_losses(
    table: EncodedTable,
    rows: JudgedRows,
    sizes: Sequence[int],
    penalties: FloatArray = PENALTIES,
) -> FloatArray:
    r"""Judge regressions on the best gates of a split by its gate rows.

    The straight and the square terms of the gates' components, and the terms of the
    screen that take no other gates, predict the target with coefficients
    :math:`\beta` that minimise the loss of the network rows plus
    :math:`\tfrac{1}{2} \rho \bar v \, \lVert \beta \rVert^2`, with the curvature
    :math:`\bar v` of the null model.

    Parameters
    ----------
    table : EncodedTable
    rows : JudgedRows
    sizes : sequence of S int
        Numbers of best gates, ascending.
    penalties : ndarray of shape (P,), default=PENALTIES

    Returns
    -------
    losses : ndarray of shape (P, S)
        Mean loss of the gate rows for each penalty :math:`\rho`, in shares of the
        null deviance; infinite of more terms than are tried.
    """
    n = len(rows.network)
    losses = np.full((len(penalties), len(sizes)), np.inf)
    designs = _designs(table, rows, sizes)
    if not designs:
        return losses
    regressions = _Regressions(
        table.objective,
        table.target[rows.network],
        rows.learn / rows.learn.mean(),
        [design[:, :n] for design in designs],
        penalties,
    )
    raw = regressions.raw(
        [design[:, n:] for design in designs], regressions.coefficients()
    )
    by_size = rows.losses(table, raw).reshape(len(designs), len(penalties))
    losses[:, : len(designs)] = by_size.T
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
    penalties : ndarray of shape (P,)
    """

    objective: Objective
    target: NDArray
    weight: FloatArray
    designs: Sequence[FloatArray]
    penalties: FloatArray

    def coefficients(self) -> list[FloatArray]:
        """Fit all of them by conjugate gradients [1]_: of each design (P, O, D_s).

        The curvature of the null model conditions them, which that of rare classes
        outgrows as they are predicted: every step is as long as the one before it, or
        as is best on the parabola through the loss and the slope at its start and the
        loss after so long a step, whichever is better.

        References
        ----------
        .. [1] E. Polak and G. Ribiere, "Note sur la convergence de methodes de
           directions conjuguees", Revue francaise d'informatique et de recherche
           operationnelle 3, 1969.
        """
        shape = len(self.penalties), len(self._null)
        found: list[FloatArray] = [
            np.zeros((*shape, len(design))) for design in self.designs
        ]
        raw = self.raw(self.designs, found)
        loss = self._losses(raw)
        direction, before = found, found
        rate, fall = np.ones_like(loss), np.full_like(loss, np.inf)
        least, goes_on = LEAST_GAIN * loss, np.ones(loss.shape, dtype=bool)
        for _ in range(N_STEPS):
            slopes = self._slopes(found, raw)
            steps = self._conditioned(slopes)
            product = _products(slopes, steps)
            turn = np.maximum(product - _products(before, steps), 0.0)
            turn = np.divide(turn, fall, out=np.zeros_like(turn), where=fall > 0.0)
            direction = [
                t[:, None, None] * last - step
                for t, last, step in zip(turn, direction, steps, strict=True)
            ]
            before, fall = slopes, product
            along = self.raw(self.designs, direction) - self._null[:, None]
            slope = _products(slopes, direction)
            line = found, direction, raw, along
            length, tried = self._searched(*line, loss, slope, rate)
            length = np.where(goes_on, length, 0.0)
            found = [
                old + r[:, None, None] * way
                for old, r, way in zip(found, length, direction, strict=True)
            ]
            raw += length.reshape(-1, 1, 1).astype(raw.dtype) * along
            better = length > 0.0
            goes_on &= ~better | (loss - tried >= least)
            if not goes_on.any():
                break
            loss = np.where(better, tried, loss)
            rate = np.where(better, length, rate * SHORTEST**2)  # less than failed
        return found

    def _searched(
        self,
        found: Sequence[FloatArray],
        direction: Sequence[FloatArray],
        raw: FloatArray,
        along: FloatArray,
        loss: FloatArray,
        slope: FloatArray,
        rate: FloatArray,
    ) -> tuple[FloatArray, FloatArray]:
        """Find good lengths (S, P) of steps, 0 where none is better, and their losses.

        Raw outputs are linear along a step, and penalties are squares.
        """
        squares, mixed, long = (
            self._penalties(*pair)
            for pair in ((found, found), (found, direction), (direction, direction))
        )

        def loss_after(length: FloatArray) -> FloatArray:
            ahead = raw + length.reshape(-1, 1, 1).astype(raw.dtype) * along
            penalty = squares + 2.0 * length * mixed + np.square(length) * long
            return self._losses(ahead) + penalty

        tried = loss_after(rate)
        bend = tried - loss - slope * rate
        lowest = -slope * np.square(rate) / (2.0 * np.maximum(bend, NOTHING))
        guess = np.clip(lowest, SHORTEST * rate, LONGEST * rate)
        guessed = loss_after(guess)
        length = np.where(guessed < tried, guess, rate)
        least = np.minimum(tried, guessed)
        better = least < loss
        return np.where(better, length, 0.0), np.where(better, least, loss)

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
            for penalty in self.penalties:
                curvature[terms, terms] = bare + max(penalty, least)
                of_design.append(cho_factor(curvature, lower=True))
            factors.append(of_design)
        return factors

    def _losses(self, raw: FloatArray) -> FloatArray:
        """Losses (S, P) without penalties."""
        loss = self.objective.losses_of(raw, self.target, self.weight)
        loss = loss.reshape(-1, len(self.penalties))
        return np.where(np.isfinite(loss), loss, np.inf)

    def _penalties(
        self, first: Sequence[FloatArray], second: Sequence[FloatArray]
    ) -> FloatArray:
        """Penalties (S, P) of products of coefficients, their squares for example."""
        products = [
            np.einsum("pod,pod->po", a[..., 1:], b[..., 1:])
            for a, b in zip(first, second, strict=True)
        ]
        return 0.5 * self.penalties * (np.array(products) @ self._curvature)

    def _slopes(
        self, coefficients: Sequence[FloatArray], raw: FloatArray
    ) -> list[FloatArray]:
        """Gradients (P, O, D_s) of losses and penalties."""
        gradient = self.objective.gradients_of(raw, self.target, self.weight)
        penalties = self.penalties[:, None, None]
        by_design = gradient.reshape(-1, len(penalties), *gradient.shape[1:])
        slopes = []
        for design, slope, found in zip(
            self.designs, by_design, coefficients, strict=True
        ):
            penalised = penalties * self._curvature[:, None] * found
            penalised[..., 0] = 0.0
            slope = slope.reshape(-1, slope.shape[-1]) @ design.T
            slopes.append(slope.reshape(found.shape) + penalised)
        return slopes

    def _conditioned(self, slopes: Sequence[FloatArray]) -> list[FloatArray]:
        """Turn slopes into steps (P, O, D_s) by the curvature of the null model."""
        steps: list[FloatArray] = []
        for factors, of_design in zip(self._factors, slopes, strict=True):
            pairs = zip(factors, of_design, strict=True)
            step = np.stack([cho_solve(factor, slope.T).T for factor, slope in pairs])
            steps.append(step / self._curvature[:, None])
        return steps


def _products(first: Sequence[FloatArray], second: Sequence[FloatArray]) -> FloatArray:
    """Scalar products (S, P) of coefficients."""
    pairs = zip(first, second, strict=True)
    return np.stack([np.einsum("pod,pod->p", a, b) for a, b in pairs])


def _designs(
    table: EncodedTable, rows: JudgedRows, sizes: Sequence[int]
) -> list[FloatArray]:
    """Collect a constant and the terms of the best gates, (D_s, n) for each size.

    More terms than network rows are turned into as many as there are rows, which a
    penalty of squares does not notice. The first size of too many terms ends the list.
    """
    n = len(rows.network)
    best = np.flatnonzero(rows.rank <= sizes[-1])
    values, column = screening.column_values(table.ranks, rows.rows, best, rows.learn)
    needed = np.concatenate([rows.rank[column], rows.needed])
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
