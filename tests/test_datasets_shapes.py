"""Signals of `stg_select.datasets` that came after the first suite."""

from __future__ import annotations

import numpy as np
import pytest

from stg_select import datasets


def explained(y, *terms):
    """Tell the share of the variance of y that a linear model of some terms has."""
    design = np.column_stack([np.ones(len(y)), *terms])
    residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - residual.var() / y.var()


def test_dense_linear_has_its_coefficients_and_noise():
    X, y, informative = datasets.make_dense_linear(20_000, random_state=0)
    assert informative.size == 60
    assert explained(y, X[:, informative]) == pytest.approx(0.8, abs=0.01)
    size = np.abs(np.linalg.lstsq(X, y, rcond=None)[0][informative])
    # between .5 and 1.5 before the signal is scaled, up to the noise of the estimate
    assert size.max() / size.min() < 3.5


def test_dense_squares_are_all_of_the_signal():
    X, y, informative = datasets.make_dense_squares(6000, noise=0.0, random_state=0)
    columns = X[:, informative]
    i, j = np.triu_indices(40)
    assert explained(y, columns[:, i] * columns[:, j]) == pytest.approx(1.0)
    assert np.abs(np.corrcoef(columns.T, y)[-1, :-1]).max() < 0.06
    strength = np.zeros((40, 40))
    centred = columns[:, i] * columns[:, j] - (i == j)
    strength[i, j] = strength[j, i] = np.abs(centred.T @ y) / len(y)
    assert (strength.max(axis=0) > 0.1).all()
    assert (np.diag(strength) > 0.1).sum() == 20


def test_waves_have_two_to_three_periods():
    X, y, informative = datasets.make_waves(3000, noise=0.0, random_state=0)
    found = []
    for column in X[:, informative].T:
        grid = np.linspace(1.5, 3.5, 81)
        waves = [(np.sin(np.pi * f * column), np.cos(np.pi * f * column)) for f in grid]
        shares = [explained(y, *wave) for wave in waves]
        found.append(grid[np.argmax(shares)])
        assert max(shares) == pytest.approx(0.2, abs=0.08)
    assert min(found) > 1.9
    assert max(found) < 3.1


def test_single_index_is_the_size_of_a_linear_combination():
    X, y, informative = datasets.make_single_index(4000, noise=0.0, random_state=0)
    columns = X[:, informative]
    i, j = np.triu_indices(5)
    # y^2 is a quadratic form of rank one
    design = columns[:, i] * columns[:, j]
    form = np.zeros((5, 5))
    form[i, j] = np.linalg.lstsq(design, y**2, rcond=None)[0]
    form = (form + form.T) / 2
    values = np.abs(np.linalg.eigvalsh(form))
    assert np.sort(values)[-2] < 1e-8 * values.max()
    assert np.abs(np.corrcoef(X.T, y)[-1, :-1]).max() < 0.08


def test_ratios_are_sums_of_two_quotients():
    X, y, informative = datasets.make_ratios(500, noise=0.0, random_state=0)
    columns = X[:, informative]
    quotients = columns[:, :, None] / columns[:, None, :]
    i, j = np.nonzero(~np.eye(4, dtype=bool))
    best = max(
        explained(y, quotients[:, i[a], j[a]], quotients[:, i[b], j[b]])
        for a in range(12)
        for b in range(a)
    )
    assert best == pytest.approx(1.0)


def test_checkerboard_has_sixteen_fields_and_nothing_below():
    X, y, informative = datasets.make_checkerboard(40_000, 5, noise=0.0, random_state=0)
    a, b = X[:, informative].T
    field = np.digitize(a, [-0.5, 0, 0.5]) + np.digitize(b, [-0.5, 0, 0.5])
    np.testing.assert_allclose(y, y.max() * (field % 2))
    assert explained(y, a, b, a**2, b**2) < 0.001
    assert explained(y, a * b) < 0.04


def test_rules_and_trees_have_few_levels():
    _, y, _ = datasets.make_rules(2000, noise=0.0, random_state=0)
    assert np.unique(y.round(9)).size == 8
    _, y, informative = datasets.make_tree(2000, noise=0.0, random_state=0)
    levels = np.unique(y.round(9))
    assert informative.size == 7
    np.testing.assert_allclose(np.diff(levels), np.diff(levels)[0])
    assert levels.size == 8


def test_trees_split_by_their_columns_alone():
    X, y, informative = datasets.make_tree(300, 10, noise=0.0, random_state=0)
    Z, again, _ = datasets.make_tree(300, 10, noise=0.0, random_state=0)
    useless = np.setdiff1d(np.arange(10), informative)
    np.testing.assert_array_equal(X, Z)
    np.testing.assert_array_equal(y, again)
    # rows that agree in the informative columns within a small box agree in y
    near = np.abs(X[:, None, informative] - X[None, :, informative]).max(axis=2) < 0.02
    assert (y[:, None] == y[None, :])[near].mean() > 0.9
    assert useless.size == 3


def test_maxima_follow_their_formula():
    X, y, informative = datasets.make_maxima(400, noise=0.0, random_state=0)
    columns = X[:, informative]
    best = 0.0
    for first in np.ndindex(2, 2, 2, 2, 2, 2):
        chosen = np.array(first, dtype=bool)
        if chosen.sum() == 3:
            top, low = columns[:, chosen].max(axis=1), columns[:, ~chosen].min(axis=1)
            best = max(best, explained(y, top + low))
    assert best == pytest.approx(1.0)


def test_switches_are_linear_on_either_side():
    X, y, informative = datasets.make_switches(2000, noise=0.0, random_state=0)
    columns = X[:, informative]
    sides = [
        (explained(y[s > 0], columns[s > 0]), explained(y[s <= 0], columns[s <= 0]))
        for s in columns.T
    ]
    perfect = [side for side in sides if min(side) > 1 - 1e-9]
    assert len(perfect) == 1


def test_rare_corners_are_rare():
    X, y, informative = datasets.make_rare_corners(40_000, random_state=0)
    high = X[:, informative] > 1 - 2 * np.cbrt(0.05)
    assert np.bincount(y)[1:] / len(y) == pytest.approx([0.05, 0.0475], abs=0.004)
    always = [np.flatnonzero(high[y == label].all(axis=0)) for label in (1, 2)]
    assert sorted(np.concatenate(always)) == list(range(6))
    assert not high[y == 0][:, always[0]].all(axis=1).any()


@pytest.mark.parametrize("order", [2, 3, 4, 5])
def test_parity_is_that_of_all_its_columns(order):
    X, y, informative = datasets.make_parity(
        400, order=order, noise=0.0, random_state=0
    )
    assert set(np.unique(X)) == {0.0, 1.0}
    assert informative.size == order
    np.testing.assert_array_equal(y > 0, X[:, informative].sum(axis=1) % 2 == 1)


def test_genotypes_matter_together_only():
    X, y, informative = datasets.make_genotype_pair(
        40_000, 10, noise=0.0, random_state=0
    )
    assert set(np.unique(X)) == {0.0, 1.0, 2.0}
    a, b = X[:, informative].T
    np.testing.assert_array_equal(y > 0, (a == 1) != (b == 1))
    for column in (a, b):
        means = [y[column == value].mean() for value in range(3)]
        assert np.ptp(means) < 0.06


def test_counts_have_the_rate_of_their_columns():
    X, y, informative = datasets.make_counts(20_000, random_state=0)
    assert np.array_equal(y, y.round())
    a, b, c, d, e = X[:, informative].T
    rate = np.exp(1 + 0.4 * (a - b + c) + 0.3 * (d**2 - 1) + 0.4 * a * e)
    deviation = (y - rate) / np.sqrt(rate)
    inside = rate < 100
    assert deviation[inside].mean() == pytest.approx(0.0, abs=0.03)
    assert deviation[inside].std() == pytest.approx(1.0, abs=0.03)


def test_topic_words_are_rare_and_five_belong_to_a_topic():
    X, y, informative = datasets.make_topic_words(20_000, 60, random_state=0)
    assert np.bincount(y).tolist() == [5000] * 4
    rates = np.array([X[y == topic].mean(axis=0) for topic in range(4)])
    frequent = rates > 0.2
    np.testing.assert_array_equal(np.flatnonzero(frequent.any(axis=0)), informative)
    assert frequent.sum(axis=1).tolist() == [5, 5, 5, 5]
    assert rates[~frequent].max() < 0.06


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (
            lambda: datasets.make_parity(order=1),
            "order must be at least 2, got 1",
        ),
        (
            lambda: datasets.make_dense_linear(n_informative=0),
            "n_informative must be at least 1, got 0",
        ),
        (lambda: datasets.make_dense_squares(9, 39), "at least 40, got 39"),
        (lambda: datasets.make_topic_words(9, 19), "at least 20, got 19"),
    ],
)
def test_wrong_arguments_are_named(call, match):
    with pytest.raises(ValueError, match=match):
        call()
