"""Models that judge how many of the best gates are needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select.boosting import has_trees
from stg_select.crossfit._how_many import (
    CHANCE_UNITS,
    FEW_ROWS,
    are_enough,
    doubt_of_sizes,
    good_sizes,
    small_difference,
    worth,
)
from stg_select.crossfit._models import HeldOutModels
from stg_select.crossfit._regressions import PENALTIES
from stg_select.crossfit._size_curve import SizeCurve
from stg_select.crossfit._table import EncodedTable

FloatArray = NDArray[np.floating]

# sizes that are tried first; then twice as many, up to the largest
FIRST_SIZES = (1, 2, 4, 8, 16, 32)
# sizes that are tried between two others, and from what size on fewer of them; from
# there on models of the better kind alone are tried further, whose time goes with the
# size
N_BETWEEN, FEW_BETWEEN = 3, 1
LARGE_SIZE = 256
# splits from which their spread says how far their mean can be trusted; fewer where
# trees are tried, which useless columns do little harm: chance says how many are best
FEWEST_SPLITS, FEWEST_SPLITS_OF_TREES = 8, 4
# that standard error where rows depend on each other, in units of log-likelihood: by
# chance columns help with all of few groups, whatever the split
DEPENDENT_ERROR = 2.5
# differences that are small by which models of a kind are behind for good
FAR_BEHIND = 5.0
# in units of log-likelihood, of models whose loss is not finite
LARGEST_LOSS = 1e9


@dataclass(frozen=True, eq=False)
class Judge:
    """Chooses the sizes that models are tried with, and the kinds of models.

    Networks behind open gates, regressions on what the screen has found and boosted
    trees, see `HeldOutModels`. What is far behind at the sizes next to it is not tried.

    Parameters
    ----------
    models : HeldOutModels
        The models that judge.
    max_size : int
        Most gates of a set.
    """

    models: HeldOutModels
    max_size: int

    @property
    def table(self) -> EncodedTable:
        """The table whose gates are judged."""
        return self.models.table

    def first_curve(self) -> SizeCurve:
        """Try few gates, then twice as many until these are clearly worse.

        Returns
        -------
        curve : SizeCurve
        """
        first = (0, *FIRST_SIZES) if self.table.options.keeps else FIRST_SIZES
        sizes = [size for size in first if size <= self.max_size]
        if sizes[-1] < self.max_size < FIRST_SIZES[-1]:
            sizes.append(self.max_size)
        return self._with_trees(self._grown(self.models.curve(sizes)))

    def _grown(self, curve: SizeCurve) -> SizeCurve:
        """Try twice as many gates until these are clearly worse."""
        while self._may_grow(curve):
            largest = int(curve.sizes[-1])
            size = min(max(1, 2 * largest), self.max_size)
            promising = self._promising(curve, [largest])
            curve = curve.joined(self.models.curve([size], *promising))
        return curve

    def _with_trees(self, curve: SizeCurve) -> SizeCurve:
        """Let trees judge as well where they predict clearly better than the others.

        They are tried with the best number of gates of the others first. If they are
        better there, they are with more gates as well, and with fewer, until these are
        clearly worse. Of few rows, whose splits are many, trees would take longer than
        the rest of a fit.
        """
        table = self.table
        something = self.gain(curve).max() >= CHANCE_UNITS
        enough_rows = table.fewest_rows >= FEW_ROWS
        if not (something and enough_rows and has_trees(table.objective)):
            return curve
        best = curve.best
        of_trees = self.models.curve_of_trees([best])
        gain = self._units(of_trees.loss)
        if gain < self._units(curve.loss.min()) + small_difference(gain):
            return curve
        tried = curve.joined(of_trees)
        # where each gate counts by what it adds, all curves have to begin with trees
        to_the_end = table.options.keeps or table.gate_effects is not None
        larger, smaller = curve.sizes > best, curve.sizes < best
        for others in (curve.sizes[larger], curve.sizes[smaller][::-1]):
            for size in others.tolist():
                tried = tried.joined(self.models.curve_of_trees([size]))
                gain = self.gain(tried)
                enough = are_enough(gain, self.error(tried, gain))
                if not (enough[tried.sizes == size] or to_the_end):
                    break
        return self._grown(tried)

    def _may_grow(self, curve: SizeCurve) -> bool:
        """Tell whether more gates than the most so far may be better.

        One step back may be chance; two in a row count as clearly worse.
        """
        largest = int(curve.sizes[-1])
        if curve.best == largest < self.max_size:
            return True
        something = self.gain(curve).max() >= CHANCE_UNITS
        return largest < self.max_size and something and 2 * curve.best >= largest

    def _promising(
        self, curve: SizeCurve, sizes: Sequence[int]
    ) -> tuple[bool, FloatArray, bool]:
        """Tell whether networks, under what penalties regressions, and whether trees.

        Models of a kind are that are near the better ones at one of some sizes at
        least; near a large one are the better ones alone. Penalties are from the
        smallest that is best at one of these sizes to the next larger one than all.
        """
        at = np.isin(curve.sizes, sizes)
        kinds = curve.network_loss, curve.regression_loss, curve.tree_loss
        gain = self._units(np.stack([loss[at] for loss in kinds]))
        most = gain.max(axis=0)
        far = np.where(curve.sizes[at] < LARGE_SIZE, FAR_BEHIND, 0.0)
        near = gain >= most - far * small_difference(most)
        networks, regressions, trees = near.any(axis=1).tolist()
        trees = trees and bool(np.isfinite(curve.tree_loss[at]).any())
        tried = at & np.isfinite(curve.regression_loss)
        if not (regressions and tried.any()):
            return networks, PENALTIES[:0], trees
        best = np.searchsorted(PENALTIES, curve.penalty[tried])
        return networks, PENALTIES[best.min() : best.max() + 2], trees

    def refined(self, curve: SizeCurve, n_open: float) -> SizeCurve:
        """Try sizes between the two where the number of gates lies.

        Parameters
        ----------
        curve : SizeCurve
        n_open : float
            Open gates of the average member. If they are too few or too many, the
            number lies between the last size that is, and the next one.

        Returns
        -------
        curve : SizeCurve
        """
        sizes = curve.sizes
        gain = self.gain(curve)
        fewest, best = good_sizes(sizes, gain, self.error(curve, gain))
        too_few = sizes[sizes < fewest].max(initial=0)
        too_many = sizes[sizes > best].min(initial=sizes[-1])
        count = np.clip(round(n_open), too_few + 1, too_many)
        low = int(sizes[sizes < count].max(initial=0))
        high = int(sizes[sizes >= count][0])
        # all of them, or evenly spread ones
        most = N_BETWEEN if low < LARGE_SIZE else FEW_BETWEEN
        steps = np.linspace(low, high, min(most, high - low - 1) + 2)
        return self.tried(curve, steps[1:-1].round().astype(int))

    def tried(self, curve: SizeCurve, sizes: NDArray[np.integer]) -> SizeCurve:
        """Try some more sizes, with models that are good at the sizes next to them.

        Parameters
        ----------
        curve : SizeCurve
        sizes : ndarray of int
            Not larger than the largest one of the curve.

        Returns
        -------
        curve : SizeCurve
        """
        more = np.setdiff1d(sizes, curve.sizes)
        if not len(more):
            return curve
        after = np.searchsorted(curve.sizes, more)
        near = np.union1d(curve.sizes[after], curve.sizes[np.maximum(after - 1, 0)])
        models = self._promising(curve, near.tolist())
        return curve.joined(self.models.curve(more.tolist(), *models))

    def gain(self, curve: SizeCurve) -> FloatArray:
        """Tell how much better the sizes of a curve are than no gate.

        No gate is the null model, or the gates that stay open by themselves. What
        gates have to be worth is taken off, see `worth`.

        Parameters
        ----------
        curve : SizeCurve

        Returns
        -------
        gain : ndarray of shape (S,)
            Units of log-likelihood.
        """
        return self._gain(curve.sizes, curve.loss)

    def error(self, curve: SizeCurve, gain: FloatArray) -> FloatArray:
        """Tell how uncertain it is what sizes gain less than the best one.

        Parameters
        ----------
        curve : SizeCurve
        gain : ndarray of shape (S,)
            Units of log-likelihood, which say what the best size is.

        Returns
        -------
        error : ndarray of shape (S,)
            Standard error over the splits, in units of log-likelihood; 0 where splits
            are too few to know it, two and a half where rows depend on each other.
        """
        if self.table.gate_effects is not None:
            return np.full(len(curve.sizes), DEPENDENT_ERROR)
        n_splits = len(curve.losses)
        trees = np.isfinite(curve.tree_loss).any()
        if n_splits < (FEWEST_SPLITS_OF_TREES if trees else FEWEST_SPLITS):
            return np.zeros(len(curve.sizes))
        losses = np.minimum(curve.losses, LARGEST_LOSS)
        gains = np.stack([self._gain(curve.sizes, loss) for loss in losses])
        less = gains[:, [gain.argmax()]] - gains
        return less.std(axis=0, ddof=1) / np.sqrt(n_splits)

    def _gain(self, sizes: NDArray[np.integer], loss: FloatArray) -> FloatArray:
        table = self.table
        gain, doubt = self._units(loss), 0.0
        if table.options.keeps:
            gain = gain - gain[0]
        if table.gate_effects is not None and sizes[-1] > 0:
            # what gates add counts by the rows that are evidence of these gates
            steps = np.diff(np.maximum(gain, -LARGEST_LOSS), prepend=0.0)
            gain = np.cumsum(steps / self._added_effects(table.gate_effects, sizes))
        else:
            doubt = doubt_of_sizes(table.fewest_rows)
        return gain - worth(sizes, doubt)

    def _units(self, loss: FloatArray | float) -> FloatArray:
        """Units of log-likelihood that losses gain over the null model."""
        table = self.table
        loss = np.minimum(loss, LARGEST_LOSS)
        return table.objective.gain(loss, table.likelihood_rows, table.null_deviance)

    def _best_first(self, values: FloatArray) -> FloatArray:
        """Mean of the values of gates in the order of the splits' lists.

        Those that stay open are left out.
        """
        lists = [split.shortlist for split in self.models.splits if split.shortlist]
        n_kept = np.count_nonzero(self.table.options.kept)
        ordered = [values[np.argsort(s.ranking, kind="stable")] for s in lists]
        return np.mean(ordered, axis=0)[n_kept:]

    def _added_effects(
        self, effects: FloatArray, sizes: NDArray[np.integer]
    ) -> FloatArray:
        """Effect of groups on the gate that each size adds where it is smallest."""
        starts = np.append(0, sizes[:-1])
        return np.minimum.reduceat(self._best_first(effects)[: sizes[-1]], starts)
