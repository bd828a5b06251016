"""Networks, regressions and trees on the best gates of every split."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stg_select.crossfit._jobs import run_tasks
from stg_select.crossfit._judged_rows import JudgedRows, judged_rows
from stg_select.crossfit._members import Split, plan_members
from stg_select.crossfit._regressions import PENALTIES, regression_losses
from stg_select.crossfit._size_curve import SizeCurve
from stg_select.crossfit._table import EncodedTable
from stg_select.crossfit._training import Workers, train_plan
from stg_select.crossfit._trees import tree_losses
from stg_select.engine import TrainingConfig

FloatArray = NDArray[np.floating]

# most numbers that trees learn from, those of each output counted by themselves
MOST_NUMBERS = 500_000
# steps of the networks, within which most of them predict best, and how often they
# are judged
N_STEPS = 40
JUDGED_EVERY = 2


@dataclass(frozen=True, eq=False)
class HeldOutModels:
    """Trains networks behind open gates, regressions and trees on the best gates.

    A regression on what the screen has found predicts better where rows are few, or
    signals add up; networks do where the screen does not see how columns act together;
    boosted trees do where steps and cases decide. Of each size the best ones count,
    of networks the best step, of regressions the best penalty and of trees the best
    number. Nothing but these few choices is fitted to the held-out rows, so that losses
    are hardly optimistic, also about sets in which gates would find something to open
    for by chance.

    Parameters
    ----------
    table : EncodedTable
    splits : sequence of Split
        With gate rows and shortlists.
    config : TrainingConfig
        Of the members; the networks take fewer steps.
    workers : Workers
    """

    table: EncodedTable
    splits: Sequence[Split]
    config: TrainingConfig
    workers: Workers

    def curve(
        self,
        sizes: Sequence[int],
        networks: bool = True,
        penalties: FloatArray = PENALTIES,
        trees: bool = False,
    ) -> SizeCurve:
        """Judge models of some kinds with some sizes on every split.

        Parameters
        ----------
        sizes : sequence of int
            Numbers of best gates.
        networks : bool, default=True
        penalties : ndarray, default=PENALTIES
            Of regressions; none are tried without one.
        trees : bool, default=False

        Returns
        -------
        curve : SizeCurve
        """
        untried = np.full((1, len(self.splits), len(sizes)), np.inf)
        of_networks = self._networks(sizes) if networks else untried
        of_regressions = untried
        if len(penalties):
            of_regressions = self._regressions(sizes, penalties)
        of_trees = self._trees(sizes) if trees else untried
        losses = np.concatenate([of_networks, of_regressions, of_trees])
        # of models whose loss is not finite nothing is expected
        losses = np.where(np.isfinite(losses), losses, np.inf)
        mean = losses.mean(axis=1)
        ends = np.cumsum([len(of_networks), len(of_regressions)])
        by_step, by_penalty, by_tree = np.split(mean, ends)
        tried = np.append(penalties, 0.0)  # 0 if there are none
        return SizeCurve(
            np.array(sizes),
            losses[mean.argmin(axis=0), :, np.arange(len(sizes))].T,
            by_step.min(axis=0),
            by_penalty.min(axis=0),
            by_tree.min(axis=0),
            tried[by_penalty.argmin(axis=0)],
        )

    def curve_of_trees(self, sizes: Sequence[int]) -> SizeCurve:
        """Judge trees alone, as `curve` does."""
        return self.curve(sizes, networks=False, penalties=PENALTIES[:0], trees=True)

    def _networks(self, sizes: Sequence[int]) -> FloatArray:
        """Losses (T, F, S) of networks at every step at which they are judged."""
        n_steps = min(N_STEPS, self.config.max_iter)
        config = replace(
            self.config,
            max_iter=n_steps,
            warm_up=n_steps,
            mu_init=1.0,
            n_iter_no_change=None,
            least_gain=None,
            score_every=JUDGED_EVERY,
        )
        options = self.table.options
        n_gates = len(options.kept)
        plan, gates = plan_members(n_gates, self.splits, sizes, 0.0, options)
        result = train_plan(self.table, plan, gates, config, self.workers)
        curves = result.history["score"]  # of members without a price: their losses
        return curves.reshape(len(curves), len(self.splits), len(sizes))

    def _regressions(self, sizes: Sequence[int], penalties: FloatArray) -> FloatArray:
        """Losses (P, F, S) of regressions under some penalties."""
        return self._learnt(regression_losses, sizes, penalties)

    def _trees(self, sizes: Sequence[int]) -> FloatArray:
        """Losses (T, F, S) of boosted trees after each tree, infinite if they last."""
        soon_done = np.array([self._is_soon_done(size) for size in sizes])
        if not soon_done.any():
            return np.full((1, len(self.splits), len(sizes)), np.inf)
        found = self._learnt(tree_losses, np.array(sizes)[soon_done].tolist())
        losses = np.full((*found.shape[:2], len(sizes)), np.inf)
        losses[..., soon_done] = found
        return losses

    def _is_soon_done(self, size: int) -> bool:
        """Tell whether trees on so many of the best gates take no long."""
        most = max(
            len(rows.network) * int(np.count_nonzero(rows.rank <= size))
            for rows in self._rows
        )
        return most * self.table.objective.n_outputs <= MOST_NUMBERS

    def _learnt(
        self, losses: Callable[..., FloatArray], sizes: Sequence[int], *options: Any
    ) -> FloatArray:
        """Losses (..., F, S) of models that learn from the rows of each split."""
        tasks = [(self.table, rows, sizes, *options) for rows in self._rows]
        n_rows, n_outputs = len(self.table.weight), self.table.objective.n_outputs
        n_numbers = n_rows * n_outputs * max(sizes)
        found = run_tasks(losses, tasks, self.workers.n_jobs, n_numbers)
        return np.stack(list(found), axis=1)

    @cached_property
    def _rows(self) -> list[JudgedRows]:
        """What the screens have found, as the regressions see it."""
        tasks = [(self.table, split) for split in self.splits]
        n_rows = len(self.table.weight)  # of a term at a time
        return list(run_tasks(judged_rows, tasks, self.workers.n_jobs, n_rows))
