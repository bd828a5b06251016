"""How far members agree."""

from __future__ import annotations

import numpy as np
import pytest

from stg_select.crossfit._agreement import stability


@pytest.mark.parametrize(
    ("is_open", "expected"),
    [
        # all agree
        ([[1, 1, 0, 0], [1, 1, 0, 0]], 1.0),
        # of two that open one gate of two each, another one: 1 - (1 / 2) / (1 / 4)
        ([[1, 0], [0, 1]], -1.0),
        # shares 1, 2/3, 1/3, 0: variances 0, 1/3, 1/3, 0 of mean 1/6; over 1/4
        ([[1, 1, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0]], 1.0 / 3.0),
        # numbers that differ, shares 1, 1/2, 0, 0, 0: 1 - (1/10) / (3/10 * 7/10)
        ([[1, 1, 0, 0, 0], [1, 0, 0, 0, 0]], 1.0 - 10.0 / 21.0),
    ],
)
def test_stability_by_hand(is_open, expected):
    """Equation 4 of Nogueira, Sechidis and Brown (2018)."""
    found = stability(np.array(is_open, dtype=bool))
    assert found == pytest.approx(expected, abs=1e-12)


def test_members_that_open_gates_by_chance_are_not_stable():
    is_open = np.random.default_rng(0).random((400, 300)) < 0.3
    assert stability(is_open) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(
    "is_open",
    [np.zeros((4, 3)), np.ones((4, 3)), np.eye(3)[:1], np.zeros((0, 3))],
    ids=["nothing", "everything", "one member", "no member"],
)
@pytest.mark.filterwarnings("error")
def test_stability_that_is_not_defined(is_open):
    assert np.isnan(stability(is_open.astype(bool)))
