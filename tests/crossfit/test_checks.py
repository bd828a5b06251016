"""Warnings of members that failed, did not finish or could not."""

from __future__ import annotations

import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from stg_select.crossfit._checks import check_members


def check(finite, converged=(True, True, True), **config):
    """Check three members."""
    defaults = {
        "learning_rate": 0.01,
        "gate_learning_rate": 0.1,
        "n_iter_no_change": None,
        "max_iter": 20,
        "warm_up": 5,
        "mu_init": 0.5,
    }
    result = SimpleNamespace(finite=np.array(finite), converged=np.array(converged))
    check_members(result, SimpleNamespace(**{**defaults, **config}))


def test_members_that_finished_are_fine():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check([True] * 3)
        check([True] * 3, [False] * 3)


def test_no_member_is_left():
    message = r"every member .* learning_rate_init, got 0\.01"
    with pytest.raises(ValueError, match=message):
        check([False] * 3)


def test_some_members_failed():
    with pytest.warns(ConvergenceWarning, match="2 of 3 members stopped being finite"):
        check([False, True, False])


def test_some_members_were_still_improving():
    message = "1 of 3 members were still improving after max_iter=20"
    with pytest.warns(ConvergenceWarning, match=message):
        check([True] * 3, [False, True, True], n_iter_no_change=5)


@pytest.mark.parametrize(("max_iter", "warns"), [(9, True), (10, False)])
def test_gates_that_cannot_close(max_iter, warns):
    """From 0.5 on, at 0.1 a step, once the warm-up of five steps is over."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check([True] * 3, max_iter=max_iter)
    messages = [str(warning.message) for warning in caught]
    assert len(messages) == warns
    assert all(f"No gate can close within max_iter={max_iter}" in m for m in messages)
