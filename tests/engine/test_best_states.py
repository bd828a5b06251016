"""States to come back to."""

from __future__ import annotations

import torch

from stg_select.engine._best_states import BestStates


def test_members_come_back_to_their_own_last_copy():
    mu, weight = torch.zeros(3, 2), torch.zeros(3, 4, 2)
    state, best = [mu, weight], BestStates()

    def now(value):
        for tensor in state:
            tensor.fill_(value)

    now(1.0)
    best.remember(state, torch.tensor([0, 1, 2]))
    now(2.0)
    best.remember(state, torch.tensor([1]))
    now(3.0)
    best.restore(state, torch.tensor([0, 1]))
    for tensor in state:
        assert tensor.flatten(1).T[0].tolist() == [1.0, 2.0, 3.0]


def test_copies_follow_the_members_that_stay():
    mu, best = torch.arange(4.0)[:, None], BestStates()
    best.keep(torch.tensor([3, 1, 0]))  # before anything is remembered
    mu = mu[[3, 1, 0]]
    best.remember([mu], torch.arange(3))
    best.keep(torch.tensor([2, 0]))
    left = torch.full((2, 1), 9.0)
    best.restore([left], torch.arange(2))
    assert left.flatten().tolist() == [0.0, 3.0]
