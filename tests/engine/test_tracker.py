"""Which state of a member comes back, and when it stops, for given scores."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from problems import CONFIG, make_plan, plain_sets

from stg_select.engine._elimination import CLOSED
from stg_select.engine._run import Judgement
from stg_select.engine._tracker import Tracker


class ScriptedRun:
    """Members whose losses are given and whose only gate tells the step."""

    def __init__(self, losses):
        self.losses = np.asarray(losses, dtype=float)
        self.members = np.arange(self.losses.shape[1])
        self.gates = [np.array([0])] * len(self.members)
        self.network = SimpleNamespace(mu=torch.zeros(len(self.members), 1))
        self.best = self.network.mu.clone()
        self.row = -1

    def judge(self):
        loss = self.losses[self.row, self.members]
        return Judgement(loss, np.ones(len(loss)), np.full(len(loss), 0.25))

    def remember(self, positions):
        self.best[positions] = self.network.mu[positions]

    def restore(self, positions):
        self.network.mu[positions] = self.best[positions]

    def close_useless(self, positions, least_gain):
        self.network.mu[positions] = CLOSED

    def rises_without(self, positions):
        rises = np.zeros((len(self.members), 1))
        rises[positions] = 0.5
        return rises

    def bare_loss(self):
        return 2.0 * self.losses[self.row, self.members]

    def keep(self, positions):
        self.members = self.members[positions]
        self.gates = self.gates[: len(positions)]
        self.network.mu, self.best = self.network.mu[positions], self.best[positions]


def result_of(losses, **changes):
    """Track members with the given losses, one row for each score."""
    settings = {"score_every": 4, "max_iter": 4 * len(losses), "n_iter_no_change": 8}
    config = replace(CONFIG, **{**settings, **changes})
    run, n_members = ScriptedRun(losses), len(losses[0])
    plan = make_plan(plain_sets(36)[:1], [0] * n_members, n_gates=1)
    tracker = Tracker(plan, 1, config)
    for step in range(4, config.max_iter + 1, 4):
        if not len(run.members):
            break
        run.row += 1
        run.network.mu[:] = step
        tracker.update(run, step)
        tracker.retire(run, step)
    return tracker.result()


def test_each_member_stops_after_its_own_best_score():
    losses = [[3, 1], [2, 2], [4, 2], [4, 2], [4, 2], [4, 2]]
    result = result_of(losses)
    assert result.n_iter.tolist() == [16, 12]
    assert result.mu[:, 0].tolist() == [8, 4]
    assert result.loss.tolist() == [2, 1]
    assert result.cost.tolist() == [0.25, 0.25]
    assert result.converged.all()
    assert result.history["step"].tolist() == [4, 8, 12, 16]
    assert result.history["score"][:, 0].tolist() == [3.25, 2.25, 4.25, 4.25]


@pytest.mark.parametrize(("tol", "step"), [(0.5, 4), (0.49, 8)])
def test_an_improvement_of_just_the_tolerance_does_not_count(tol, step):
    result = result_of([[2.0], [1.5], [1.5], [1.5]], tol=tol)
    assert result.mu[0, 0] == step


def test_scores_of_the_warm_up_are_no_bar_for_later_ones():
    losses = [[1.0], [1.0], [3.0], [2.0], [4.0], [4.0]]
    result = result_of(losses, warm_up=8)
    assert result.mu[0, 0] == 16
    assert result.loss[0] == 2.0


def test_without_patience_the_last_state_comes_back():
    result = result_of([[1.0], [5.0], [3.0]], n_iter_no_change=None)
    assert result.mu[0, 0] == 12
    assert result.loss[0] == 3.0
    assert not result.converged.any()


def test_members_that_fail_stop_at_once_with_nothing():
    result = result_of([[1.0, 1.0], [np.nan, 2.0], [0.5, 3.0]])
    assert result.finite.tolist() == [False, True]
    assert result.n_iter.tolist() == [8, 12]
    assert np.isnan(result.mu[0, 0])
    assert result.mu[1, 0] == 4


def test_closed_gates_have_neither_mean_nor_probability():
    result = result_of([[1.0], [2.0], [2.0]], least_gain=1.0)
    assert np.isnan(result.mu).all()
    assert np.isnan(result.active_probs).all()


def test_rises_are_those_of_members_that_finish():
    losses = [[3.0, 1.0], [2.0, np.nan], [1.0, 1.0]]
    result = result_of(losses, least_gain=1.0)
    np.testing.assert_array_equal(result.rise, [[0.5], [np.nan]])
    np.testing.assert_array_equal(result.bare_loss, [2.0, np.nan])
    untold = result_of(losses)
    assert np.isnan(untold.rise).all()
    assert np.isnan(untold.bare_loss).all()
