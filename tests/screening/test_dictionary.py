"""What share of the coefficients of single columns counts."""

from __future__ import annotations

import numpy as np
import pytest
from draws import ranks

from stg_select import GaussianGateSelector
from stg_select.screening import gate_scores
from stg_select.screening._dictionary import (
    HALF_ROWS,
    Dictionary,
    column_reliability,
)
from stg_select.weighted import count_rows


def counting_rows(x, weight=None, times=None):
    """Rows that columns tell apart, back from their reliability."""
    weight = np.ones(len(x)) if weight is None else weight
    times = np.ones(len(x)) if times is None else times
    share = column_reliability(ranks(x, weight).T, weight, times)
    share = share / (1.0 + HALF_ROWS / (count_rows(weight / times, times) / 4.0))
    return HALF_ROWS * share / (1.0 - share)


@pytest.mark.parametrize(("n_ones", "expected"), [(20, 19.6), (500, 250), (980, 19.6)])
def test_a_column_of_two_values_counts_by_the_rarer_one(n_ones, expected):
    x = (np.arange(1000) < n_ones).astype(float)[:, None]
    assert counting_rows(x)[0] == pytest.approx(expected, rel=1e-4)


def test_a_rare_number_counts_by_its_rows():
    x = np.where(np.arange(900) < 30, np.random.default_rng(0).random(900), 0.0)
    assert counting_rows(x[:, None])[0] == pytest.approx(29.0, rel=0.01)


@pytest.mark.parametrize("n_rows", [60, 200])
def test_columns_without_ties_count_wholly(n_rows):
    """Also in a part of the rows, by whose chance their ranks are no longer even."""
    u = ranks(np.random.default_rng(0).random((n_rows, 200)))[: 3 * n_rows // 4]
    share = column_reliability(u.T, np.ones(len(u)))
    assert np.median(share) == 1.0
    assert share.min() > 0.97


def test_a_heavy_row_is_still_one_row():
    x = (np.arange(1000) < 10).astype(float)[:, None]
    weight = np.where(np.arange(1000) < 50, 10.0, 500 / 950)
    share = 100 / 1000
    d2 = np.where(x[:, 0] > 0, (1 - share) ** 2, share**2)
    expected = np.sum(weight * d2) ** 2 / np.sum(weight**2 * d2)
    assert 9.0 < expected < 11.0
    assert counting_rows(x, weight)[0] == pytest.approx(expected, rel=1e-4)
    everywhere = counting_rows(x, 7.0 * weight)[0]
    assert everywhere == pytest.approx(expected, rel=1e-4)  # their ratios alone matter


def test_rows_of_few_kinds_count_as_often_as_they_come():
    x = np.array([[0.0], [1.0]])
    times = np.array([970.0, 30.0])
    repeated = np.repeat(x, times.astype(int), axis=0)
    merged = column_reliability(ranks(x, times).T, times, times)
    np.testing.assert_allclose(
        merged, column_reliability(ranks(repeated).T, np.ones(1000)), rtol=1e-5
    )
    assert counting_rows(x, times, times)[0] == pytest.approx(29.1, rel=1e-4)


def test_a_column_that_does_not_vary_in_the_rows_counts_for_nothing():
    assert column_reliability(np.zeros((1, 5)), np.ones(5)).tolist() == [0.0]


def test_an_irrelevant_column_does_not_decide_which_of_two_is_better():
    """It makes rows distinct that are of few kinds otherwise."""
    rng = np.random.default_rng(5)
    X = (rng.random((4000, 6)) < [0.03, *[0.5] * 5]).astype(float)
    chance = 1.0 / (1.0 + np.exp(0.4 - 4.0 * X[:, 0] - 0.6 * (X[:, 1] - 0.5)))
    y = (rng.random(4000) < chance).astype(int)
    noise = rng.standard_normal((4000, 1))
    for columns in (X, np.hstack([X, noise])):
        selector = GaussianGateSelector(random_state=0).fit(columns, y)
        assert selector.ranking_[:2].tolist() == [1, 2]


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
    assert expected == pytest.approx(0.56, abs=0.01)
    assert ratio == pytest.approx(1.0 if several else expected, abs=0.03)


def test_noise_makes_terms_dearer_and_their_coefficients_count_for_less():
    """Under a penalty of squares the fit is that of a penalty by the factor squared."""
    rng = np.random.default_rng(0)
    design, target = rng.standard_normal((50, 2)), rng.standard_normal(50)
    factor, penalty = np.array([1.0, 2.0]), 7.0
    owners, group = [(0,), (1,)], np.arange(2)
    cheap = Dictionary(design, np.ones(2), group, owners, np.ones(2), 2)
    dear = cheap.dearer(factor)
    ridge = np.linalg.solve(
        dear.design.T @ dear.design + penalty * np.eye(2), dear.design.T @ target
    )
    expected = np.linalg.solve(
        design.T @ design + penalty * np.diag(factor**2), design.T @ target
    )
    np.testing.assert_allclose(ridge / factor, expected)
    # what is read off is the coefficient over the factor
    np.testing.assert_allclose(ridge * dear.scale, expected / factor)
