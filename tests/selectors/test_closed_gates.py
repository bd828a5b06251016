"""What a fit says about gates that its members closed."""

from __future__ import annotations

import numpy as np
import pytest
from samples import make_table

from stg_select import GaussianGateSelector, rules


def fit(gate_std):
    selector = GaussianGateSelector(gate_std=gate_std, n_seeds=1, random_state=0)
    return selector.fit(*make_table("regression", n_rows=150))


@pytest.mark.parametrize("gate_std", [0.1, 0.5, 2.0])
def test_means_stay_in_the_range_in_which_gates_learn(gate_std):
    mu = fit(gate_std).mu_
    assert mu.min() >= -0.5
    assert mu.max() <= 1.5
    assert (mu[:2] > 0.5).all()


@pytest.mark.parametrize("gate_std", [0.1, 0.5, 2.0])
def test_a_gate_that_every_member_closed_counts_as_if_none_had_trained_it(
    gate_std, monkeypatch
):
    open_in_all = fit(gate_std).active_probs_[:2]
    assert (open_in_all > 0.6).all()
    monkeypatch.setattr(rules, "LEAST_GAIN", np.inf)
    selector = fit(gate_std)
    np.testing.assert_array_equal(selector.mu_[:2], -0.5)
    np.testing.assert_array_equal(selector.active_probs_[:2], 0.0)
