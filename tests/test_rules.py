"""Rankings and selections against slow, obvious ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import chi2

from stg_select import rules
from stg_select.rules import (
    LEAST_GAIN,
    OPTIMISM,
    beats_null,
    best_gates,
    count_likely,
    count_to_select,
    counted,
    evidence,
    information_price,
    likelihood_unit,
    promise,
    rank_gates,
)

# few values, so that ties come up
keys = hnp.arrays(
    np.float64,
    st.shared(st.integers(1, 12), key="p"),
    elements=st.sampled_from([-np.inf, -1.0, 0.0, 0.5, 2.0]),
)


@given(st.lists(keys, min_size=1, max_size=3))
def test_ranking_is_the_sorted_order(columns):
    by_hand = sorted(
        range(len(columns[0])), key=lambda g: (*(-key[g] for key in columns), g)
    )
    ranking = rank_gates(*columns)
    assert [int(np.flatnonzero(ranking == r + 1)[0]) for r in range(len(by_hand))] == (
        by_hand
    )


@given(first=keys, second=keys, third=keys)
def test_later_keys_only_break_ties(first, second, third):
    ranking = rank_gates(first, second)
    better = first[:, None] > first[None, :]
    assert (ranking[:, None] < ranking[None, :])[better].all()
    distinct = rank_gates(np.arange(len(first)))
    np.testing.assert_array_equal(rank_gates(np.arange(len(first)), third), distinct)


def test_truth_values_rank():
    ranking = rank_gates(np.array([False, True, True]), np.array([9.0, 1.0, 2.0]))
    np.testing.assert_array_equal(ranking, [3, 2, 1])


def test_mean_counts_gates_nobody_trained_as_closed():
    nan = np.nan
    values = np.array([[1.0, nan, nan], [0.0, 2.0, nan]])
    np.testing.assert_array_equal(counted(values, -0.5).mean(axis=0), [0.5, 0.75, -0.5])


@given(
    values=hnp.arrays(np.float64, (4, 5), elements=st.floats(-2, 2)),
    missing=hnp.arrays(bool, (4, 5)),
    closed=st.floats(-1, 0),
)
def test_mean_over_members_one_by_one(values, missing, closed):
    holes = np.where(missing, np.nan, values)
    expected = [
        sum(closed if np.isnan(v) else v for v in column) / 4 for column in holes.T
    ]
    np.testing.assert_allclose(
        counted(holes, closed).mean(axis=0), expected, atol=1e-12
    )


def test_range_counts_gates_nobody_trained_as_closed():
    values = np.full((11, 3), np.nan)
    values[:, 0] = np.arange(11.0)[::-1]
    values[:5, 1] = 1.0
    bounds = np.quantile(counted(values, -0.5), rules.MIDDLE, axis=0)
    np.testing.assert_array_equal(bounds, [[1.0, -0.5, -0.5], [9.0, 1.0, -0.5]])


@given(data=st.data(), n_gates=st.integers(1, 10))
def test_best_gates_are_the_first_of_those_that_may_be_chosen(data, n_gates):
    draw = data.draw
    selectable = np.array(draw(st.lists(st.booleans(), min_size=n_gates)))[:n_gates]
    ranking = np.array(draw(st.permutations(range(1, n_gates + 1))))
    count = draw(st.integers(1, n_gates))
    chosen = best_gates(ranking, selectable, count)
    order = [g for g in np.argsort(ranking) if selectable[g]]
    assert sorted(order[:count]) == np.flatnonzero(chosen).tolist()


def test_columns_of_one_gate_are_chosen_together():
    chosen = best_gates(np.array([2, 1, 2, 3]), np.ones(4, dtype=bool), 2)
    np.testing.assert_array_equal(chosen, [True, True, True, False])


@pytest.mark.parametrize(
    ("wanted", "n_gates", "count"),
    [
        (3, 10, 3),
        (np.int64(3), 10, 3),
        (1, 1, 1),
        (0.3, 10, 3),
        (0.35, 10, 3),
        (1.0, 7, 7),
        (0.001, 10, 1),
        (0.29, 100, 29),
        (0.57, 100, 57),
        (0.7, 10, 7),
    ],
)
def test_numbers_and_shares(wanted, n_gates, count):
    assert count_to_select(wanted, n_gates) == count


def test_members_beat_the_null_model_by_more_than_their_price():
    nan = np.nan
    loss = np.array([0.5, 0.7, 0.71, 1.0, 0.999, 1.2, nan, 0.5])
    n_open = np.array([3, 3, 3, 0, 0, 0, nan, 6])
    expected = [True, False, False, False, True, False, False, False]
    # 0.7 + 3 * 0.1 rounds to 1
    for share in (0.0, 0.25, 1.0):  # of the price that is optimism
        cost = (1.0 - share) * 0.1 * n_open
        beats = beats_null(loss, cost, n_open, share * 0.1)
        np.testing.assert_array_equal(beats, expected)
    assert beats_null(loss[:1], cost[:1], n_open[:1], 0.0).all()


@given(
    loss=hnp.arrays(np.float64, 5, elements=st.floats(0, 2)),
    n_open=hnp.arrays(np.int64, 5, elements=st.integers(0, 9)),
    price=st.floats(0, 1),
    optimism=st.floats(0, 1),
)
def test_nothing_beats_the_null_model_at_a_higher_price_only(
    loss, n_open, price, optimism
):
    beats = beats_null(loss, price * n_open, n_open, optimism)
    assert beats[n_open == 0].tolist() == (loss[n_open == 0] < 1.0).tolist()
    assert not (beats & (loss >= 1.0)).any()
    assert (beats_null(loss, price / 2 * n_open, n_open, optimism) >= beats).all()
    assert (beats_null(loss, price * n_open, n_open, optimism / 2) >= beats).all()


@pytest.mark.parametrize("n_gates", [10, 100, 1000, 10000])
@pytest.mark.parametrize(("n_rows", "null_deviance"), [(500, 0.5), (2000, 0.693)])
def test_twice_the_price_is_what_the_best_useless_gate_gains(
    n_gates, n_rows, null_deviance
):
    """Twice the gain in log-likelihood of one useless gate is chi-squared."""
    price = information_price(n_gates, n_rows, null_deviance)
    gain = 2 * n_rows * null_deviance * 2 * price
    median_of_best = chi2.ppf(0.5 ** (1 / n_gates), df=1)
    assert 1.0 < gain / median_of_best < 1.4
    assert n_gates * chi2.sf(gain, df=1) < 0.5


def draws_of_useless_columns(n_rows, n_columns, n_draws):
    """Standardised columns and a response that has nothing to do with them."""
    rng = np.random.default_rng(0)
    for _ in range(n_draws):
        x = rng.standard_normal((n_rows, n_columns))
        y = rng.standard_normal(n_rows)
        yield ((a - a.mean(axis=0)) / a.std(axis=0) for a in (x, y))


@pytest.mark.parametrize("n_columns", [20, 200])
def test_best_of_useless_columns_seldom_pays_twice_the_price(n_columns):
    # 0.5 is half the squared error of a standardised response
    price = 2 * information_price(n_columns, 400, 0.5)
    gains = [
        np.square(x.T @ y / 400).max()
        for x, y in draws_of_useless_columns(400, n_columns, 200)
    ]
    expected = 1.0 - chi2.cdf(2 * np.log(n_columns), df=1) ** n_columns
    assert np.mean(np.array(gains) > price) == pytest.approx(expected, abs=0.1)


def test_optimism_covers_a_fitted_column_and_its_gate():
    """Least squares gains half a unit on its rows and loses half on new ones."""
    gains = [
        np.square(x.T @ y / 400).sum()
        for x, y in draws_of_useless_columns(400, 20, 200)
    ]
    half_a_unit = np.mean(gains) / 20 / 2
    unit = likelihood_unit(400, 0.5)
    assert OPTIMISM * unit == pytest.approx(3 * 2 * half_a_unit, rel=0.15)
    assert LEAST_GAIN * unit == pytest.approx(2 * 2 * half_a_unit, rel=0.15)
    assert likelihood_unit(800, 0.5) == likelihood_unit(400, 1.0) == unit / 2


def test_price_of_a_single_gate_is_that_of_two():
    price = information_price(2, 100, 0.5)
    assert price == information_price(1, 100, 0.5) == pytest.approx(np.log(2.0) / 100.0)


shares = hnp.arrays(np.float64, 6, elements=st.floats(0, 1))
scores = hnp.arrays(np.float64, 6, elements=st.just(0.0) | st.floats(1e-6, 1e6))


@given(probs=shares, coefficient=scores, marginal=scores)
def test_evidence_lies_between_0_and_1(probs, coefficient, marginal):
    values = evidence(probs, coefficient, marginal)
    assert (values >= 0.0).all()
    assert (values <= 1.0).all()


@given(probs=shares, coefficient=scores, marginal=scores, scale=st.floats(1e-3, 1e3))
def test_the_unit_of_coefficients_does_not_matter_to_evidence(
    probs, coefficient, marginal, scale
):
    np.testing.assert_allclose(
        evidence(probs, scale * coefficient, marginal),
        evidence(probs, coefficient, marginal),
        atol=1e-9,
    )


@given(probs=shares, coefficient=scores, marginal=scores)
def test_a_gate_better_in_everything_has_the_better_evidence(
    probs, coefficient, marginal
):
    values = evidence(probs, coefficient, marginal)
    keys = np.stack([probs, coefficient, marginal])
    better = (keys[:, :, None] >= keys[:, None, :]).all(axis=0)
    assert (values[:, None] >= values[None, :])[better].all()


def test_a_higher_score_never_promises_less():
    """Not even by rounding, between neighbouring numbers."""
    marginal = np.sort(10 ** np.random.default_rng(0).uniform(-3, 3, 10**6))
    assert (np.diff(promise(np.zeros(10**6), marginal)) >= 0.0).all()


def test_evidence_in_numbers():
    """A score of twice the level of chance is worth half of the clearest one."""
    zero = np.zeros(3)
    probs = np.array([1.0, 0.0, 0.5])
    np.testing.assert_allclose(18 * evidence(probs, zero, zero), [5.0, 0.0, 2.5])
    coefficient = np.array([0.0, 4.0, 2.0])
    np.testing.assert_allclose(
        18 * evidence(probs, coefficient, zero), [5.0, 10.0, 7.5]
    )
    marginal = np.array([2.0, 1e3, 1.0])
    np.testing.assert_allclose(
        18 * evidence(probs, coefficient, marginal), [6.5, 13.0, 7.5 + 3 / 17]
    )


def test_promise_is_the_part_of_evidence_that_gates_have_no_say_in():
    coefficient, marginal = np.array([1.0, 0.2, 0.0]), np.array([0.5, 3.0, 0.9])
    np.testing.assert_allclose(
        promise(coefficient, marginal),
        1.8 * evidence(np.zeros(3), coefficient, marginal),
    )
    # without any coefficient the scores are left
    np.testing.assert_allclose(promise(np.zeros(2), np.array([2.0, 0.0])), [0.15, 0.0])


def test_a_clear_score_comes_before_a_coefficient_near_zero():
    probs, coefficient = np.array([0.9, 0.3, 0.2]), np.array([1.0, 0.0, 0.1])
    values = evidence(probs, coefficient, np.array([4.0, 3.0, 0.9]))
    np.testing.assert_array_equal(rank_gates(values), [1, 2, 3])


def test_marginals_decide_between_gates_that_nothing_else_speaks_for():
    probs, coefficient = np.array([1.0, 0.0, 0.0]), np.array([1.0, 0.0, 0.0])
    values = evidence(probs, coefficient, np.array([0.5, 1.0, 3.0]))
    np.testing.assert_array_equal(rank_gates(values), [1, 3, 2])


@pytest.mark.parametrize(("n_rows", "null_deviance"), [(500, 0.5), (2000, 0.693)])
def test_a_gate_has_to_gain_what_akaike_charges_for_a_parameter(n_rows, null_deviance):
    """He adds 2 for a parameter to twice the loss, summed over the rows."""
    gain = rules.LEAST_GAIN * likelihood_unit(n_rows, null_deviance)
    assert 2 * n_rows * null_deviance * gain == pytest.approx(2.0)
    assert rules.OPTIMISM > rules.LEAST_GAIN, "fitted gates are judged more strictly"


@pytest.mark.parametrize(
    ("scores", "count"),
    [
        ([3.0, *[0.0] * 9], 1),
        ([1.0] * 4 + [0.5] * 6, 0),  # one of them is there by chance
        ([1.0] * 5 + [0.5] * 5, 5),
        ([1.5] * 5 + [0.9] * 95, 100),  # all of them cannot be chance
        ([1.5] * 5 + [0.9] * 5 + [0.5] * 90, 5),
        ([0.8] * 100, 100),
        ([0.55] * 100, 0),
    ],
)
def test_likely_gates_are_at_most_a_fifth_by_chance(scores, count):
    """Of 100 useless ones 2.4 exceed .9 of the level, 5.2 exceed .8, 25 exceed .55."""
    assert count_likely(np.array(scores)) == count
    assert count_likely(np.array(scores)[::-1]) == count


@pytest.mark.parametrize(
    ("needed", "count"), [(0, 10), (4, 10), (5, 10), (6, 0), (12, 0)]
)
def test_gates_that_are_needed_say_nothing_for_others(needed, count):
    """Beside ten gates, of which five are clear, one of the level is due to chance."""
    scores = np.array([3.0] * 5 + [1.0] * 5)
    assert count_likely(scores, needed) == count


def test_scores_of_noise_are_seldom_likely():
    rng = np.random.default_rng(0)
    draws = np.abs(rng.standard_normal((200, 1000))) / np.sqrt(2.0 * np.log(1000))
    assert np.mean([count_likely(scores) for scores in draws]) < 0.1
