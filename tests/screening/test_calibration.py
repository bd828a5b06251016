"""Noise beats the level of chance about as often as it should: simulated quantiles."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.quality.calibration import COLUMNS, TARGETS, main, screened_noise
from stg_select import rules

N_DRAWS = 8


@pytest.mark.parametrize("target", TARGETS)
def test_noise_hardly_beats_chance(target):
    """The best of N deviates is beyond the root of 2 log N in about a fifth of the
    tables, and five kinds of terms are looked through."""
    for columns in COLUMNS:
        scores, by_chance = screened_noise(
            target, columns, (200, 60), N_DRAWS, seed=9000
        )
        largest = scores.max(axis=1)
        assert np.mean(largest >= 1.0) <= 0.75
        assert largest.max() < 1.35
        assert np.count_nonzero(scores >= 1.0) <= 2 * N_DRAWS
        # and the tests are not so careful that nothing could be found
        assert np.median(largest) > 0.55
        # nor is anything plain in these few tables
        assert by_chance.min() >= rules.PLAIN_BY_CHANCE


@pytest.mark.parametrize(
    ("target", "size"), [("3 % positives", (1000, 2000)), ("3 % positives", (50, 200))]
)
def test_a_rare_class_does_not_lift_columns_of_noise(target, size):
    """30 of 1000 rows, or 2 of 50: once 34 and 11 columns stood above chance."""
    scores, _ = screened_noise(target, "normal", size, 1, seed=9000)
    assert np.count_nonzero(scores >= 1.0) <= 2


def test_the_table_is_printed(capsys, monkeypatch):
    monkeypatch.setattr("benchmarks.quality.calibration.SIZES", ((40, 6),))
    assert main(["--draws", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + len(TARGETS) * len(COLUMNS) + 2
    assert lines[-1].startswith("Of 25 tables a share of 0.0000 has a plain term")
