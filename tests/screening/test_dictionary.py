"""What share of the coefficients of single columns counts."""

from __future__ import annotations

import numpy as np
import pytest
from draws import ranks

from stg_select.screening import gate_scores
from stg_select.screening._dictionary import HALF_ROWS, column_reliability


def counting_rows(x, weight=None):
    """Rows that columns tell apart, back from their reliability."""
    weight = np.ones(len(x)) if weight is None else weight
    share = column_reliability(ranks(x, weight).T, weight)
    share = share / (1.0 + HALF_ROWS / (len(x) / 3.0))
    return HALF_ROWS * share / (1.0 - share)


@pytest.mark.parametrize(("n_ones", "expected"), [(20, 19.6), (500, 250), (980, 19.6)])
def test_a_column_of_two_values_counts_by_the_rarer_one(n_ones, expected):
    x = (np.arange(1000) < n_ones).astype(float)[:, None]
    assert counting_rows(x)[0] == pytest.approx(expected, rel=1e-4)


def test_numbers_count_by_a_third_of_the_rows_and_a_rare_number_by_its_rows():
    rng = np.random.default_rng(0)
    x = np.stack([rng.random(900), np.where(np.arange(900) < 30, rng.random(900), 0)])
    np.testing.assert_allclose(counting_rows(x.T), [300.0, 29.0], rtol=0.01)
    share = column_reliability(ranks(x.T).T, np.ones(900))
    assert share[0] == pytest.approx(1.0, abs=1e-4)  # without ties all of it


def test_weights_count_as_shares_of_the_rows():
    x = (np.arange(100) < 10).astype(float)[:, None]
    weight = np.where(np.arange(100) < 10, 4.0, 1.0)
    share = 40 / 130
    expected = 100 * share * (1 - share)
    assert counting_rows(x, weight)[0] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("several", [False, True])
def test_of_equal_correlations_that_of_the_rarer_column_counts_less(several):
    """Both explain as much of the residual, and know nothing of each other.

    Of several outputs a ridge has seen to it.
    """
    residual = np.zeros(1000)
    rare, common = np.zeros(1000), np.zeros(1000)
    rare[:12] = 1.0
    common[6:506] = 1.0
    for column in (rare, common):
        standard = (column - column.mean()) / column.std()
        residual += 0.3 * standard
    noise = np.random.default_rng(1).standard_normal(1000)
    both = np.stack([np.ones(1000), rare, common], axis=1)
    noise -= both @ np.linalg.lstsq(both, noise, rcond=None)[0]
    residual = (residual + noise)[:, None]
    if several:
        residual = np.hstack([residual, residual])
    u = ranks(np.stack([rare, common], axis=1))
    scores = gate_scores(u, np.arange(2), residual, np.ones(1000), 2)
    ratio = scores.coefficient[0] / scores.coefficient[1]
    rows = counting_rows(np.stack([rare, common], axis=1))
    expected = np.divide(*(rows / (rows + HALF_ROWS)))
    assert expected == pytest.approx(0.57, abs=0.01)
    assert ratio == pytest.approx(1.0 if several else expected, abs=0.03)
