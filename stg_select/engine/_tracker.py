"""What is kept of the members while they train, and what comes back of them."""

from __future__ import annotations

import numpy as np
import torch

from stg_select.engine._config import TrainingConfig
from stg_select.engine._elimination import CLOSED
from stg_select.engine._hard_networks import hard_networks
from stg_select.engine._plan import HardNetwork, IntArray, PathResult, TrainingPlan
from stg_select.engine._run import Judgement, Run
from stg_select.gates import active_probs


class Tracker:
    """Best states, stopping and results of all members of a plan.

    Parameters
    ----------
    plan : TrainingPlan
    n_gates : int
        Number of gates p.
    config : TrainingConfig
    """

    def __init__(
        self, plan: TrainingPlan, n_gates: int, config: TrainingConfig
    ) -> None:
        self._config = config
        n_members = plan.n_members
        self._mu = np.full((n_members, n_gates), np.nan)
        self._rise = np.full((n_members, n_gates), np.nan)
        self._loss = np.full(n_members, np.nan)
        self._bare_loss = np.full(n_members, np.nan)
        self._n_open = np.full(n_members, np.nan)
        self._cost = np.full(n_members, np.nan)
        self._best_score = np.full(n_members, np.inf)
        self._best_step = np.zeros(n_members, dtype=np.int64)
        self._n_iter = np.zeros(n_members, dtype=np.int64)
        self._converged = np.zeros(n_members, dtype=bool)
        self._finite = np.ones(n_members, dtype=bool)
        self._networks: list[HardNetwork | None] = [None] * n_members
        n_scores = -(-config.max_iter // config.score_every)
        self._score = np.full((n_scores, n_members), np.nan)
        self._open = np.full((n_scores, n_members), np.nan)

    def update(self, run: Run, step: int) -> float:
        """Score the members of a run and keep the states that are the best so far."""
        judgement = run.judge()
        members, config = run.members, self._config
        score = judgement.loss + judgement.cost
        row = (step - 1) // config.score_every
        self._score[row, members] = score
        self._open[row, members] = judgement.n_open
        self._n_iter[members] = step
        self._finite[members] = np.isfinite(score)
        better = score < self._best_score[members] - config.tol
        if step > config.warm_up:  # all gates being open, earlier scores are no bar
            self._best_score[members[better]] = score[better]
        self._best_step[members[better]] = step
        returned = np.ones_like(better)
        if config.n_iter_no_change is not None:
            run.remember(np.flatnonzero(better))
            returned = better
        self._record(members, judgement, np.flatnonzero(returned))
        return float(judgement.n_open.mean())

    def retire(self, run: Run, step: int) -> None:
        """Take the results of the members that have finished out of the run."""
        members, patience = run.members, self._config.n_iter_no_change
        stop = ~self._finite[members]
        if patience is not None:
            self._converged[members] = step - self._best_step[members] >= patience
            stop |= self._converged[members]
        if step == self._config.max_iter:
            stop[:] = True
        if not stop.any():
            return
        leaving = np.flatnonzero(stop)
        if patience is not None:
            run.restore(leaving)
        rises = None
        if self._config.least_gain is not None:
            run.close_useless(leaving, self._config.least_gain)
            self._record(members, run.judge(), leaving)
            rises = run.rises_without(leaving)
            self._bare_loss[members[leaving]] = run.bare_loss()[leaving]
        mu = run.network.mu.cpu().numpy()
        mu = np.where(mu == CLOSED, np.nan, mu)
        sound = leaving[self._finite[members[leaving]]]
        for position in sound:
            gates = run.gates[position]
            self._mu[members[position], gates] = mu[position, : len(gates)]
            if rises is not None:
                self._rise[members[position], gates] = rises[position, : len(gates)]
        if self._config.keep_networks:
            copies = hard_networks(run.network, run.gates, sound)
            for member, copy in zip(members[sound], copies, strict=True):
                self._networks[member] = copy
        run.keep(np.flatnonzero(~stop))

    def _record(
        self, members: IntArray, judgement: Judgement, positions: IntArray
    ) -> None:
        """Note what the states are worth that members at some positions give back."""
        for values, judged in zip(
            (self._loss, self._n_open, self._cost), judgement, strict=True
        ):
            values[members[positions]] = judged[positions]

    def result(self) -> PathResult:
        """Everything recorded."""
        probs = active_probs(torch.from_numpy(self._mu), self._config.gate_std)
        n_scores = -(-int(self._n_iter.max()) // self._config.score_every)
        steps = np.arange(1, n_scores + 1) * self._config.score_every
        return PathResult(
            mu=self._mu,
            active_probs=probs.numpy(),
            loss=self._loss,
            n_open=self._n_open,
            cost=self._cost,
            n_iter=self._n_iter,
            converged=self._converged,
            finite=self._finite,
            rise=self._rise,
            bare_loss=self._bare_loss,
            history={
                "step": np.minimum(steps, self._config.max_iter),
                "score": self._score[:n_scores],
                "n_open": self._open[:n_scores],
            },
            networks=tuple(self._networks) if self._config.keep_networks else (),
        )
