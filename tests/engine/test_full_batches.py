"""Objectives whose rows depend on each other see all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from problems import (
    assert_same_member,
    cross_fitted_sets,
    fit,
    make_plan,
    make_problem,
    plain_sets,
)

from stg_select.objectives import Objective


class SoftmaxOverRows(Objective):
    """Which row is drawn, of a batch: the loss of a row depends on all others."""

    needs_full_batch = True

    def __init__(self):
        super().__init__(n_outputs=1)
        self.seen = set()

    def loss(self, raw, target, weight):
        self.seen.add(raw.shape[1])
        return -(weight * target * torch.log_softmax(raw[..., 0], dim=-1)).sum(-1)

    def gradient(self, raw, target, weight):
        self.seen.add(raw.shape[1])
        drawn = weight * target
        share = torch.softmax(raw, dim=1)
        return share * drawn.sum(-1)[:, None, None] - drawn.unsqueeze(-1)

    def null_raw(self, target, weight):
        return np.zeros(1)


@pytest.mark.parametrize("sets", [cross_fitted_sets, plain_sets])
def test_objectives_that_need_full_batches_get_all_rows(sets, monkeypatch):
    rng = np.random.default_rng(0)
    rows = rng.permutation(36) % 4 > 0
    row_set = replace(sets(36)[0], network_weights=rows.astype(float))
    if row_set.gate_row_weights is not None:
        row_set = replace(row_set, gate_row_weights=(~rows).astype(float))
    results = []
    for batch_size in (None, 7):
        problem = make_problem()
        target = (problem.target[:, 0] > 0.5).astype(float)
        problem = replace(problem, target=target, objective=SoftmaxOverRows())
        plan = make_plan([row_set])
        problem.objective.null_deviance(target, np.ones(36))
        results.append(fit(problem, plan, batch_size=batch_size))
        roles = {27} if row_set.gate_row_weights is None else {27, 9}
        assert problem.objective.seen == {36} | roles
        monkeypatch.setattr("stg_select.engine._run.MAX_SCORE_ROWS", 5)
    assert np.isfinite(results[0].loss).all()
    for member in range(2):
        assert_same_member(results[0], member, results[1], member)
