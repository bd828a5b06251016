"""How many gates are needed, and how often rows are dealt, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from stg_select.crossfit._how_many import (
    CHANCE_UNITS,
    LEAST_EVIDENCE,
    benefit_of_doubt,
    doubt_of_sizes,
    good_sizes,
    how_many,
    is_evident,
    largest_size,
    likely_size,
    most_in_doubt,
    number_of_deals,
    worth,
)

pytestmark = pytest.mark.all_deals

SIZES = np.array([1, 2, 4, 8, 16])
SURE = np.zeros(5)


@pytest.mark.parametrize(
    ("gain", "expected"),
    [
        ([10.0, 500, 1000, 400, 0], (4, 4)),
        ([10.0, 989, 1000, 999, 0], (4, 4)),  # a hundredth too few
        ([10.0, 991, 1000, 999, 0], (2, 4)),
        ([6.9, 7.0, 10, 7.1, 7.0], (2, 4)),  # within three units of little
        ([7.0, 6.0, 10, 7.1, 10], (1, 4)),
        ([0.0, 0, 0, 0, 1000], (16, 16)),
        ([950.0, 0, 996, 0, 1000], (4, 16)),
    ],
)
def test_good_sizes_are_enough_and_best(gain, expected):
    assert good_sizes(SIZES, np.array(gain), SURE) == expected


@pytest.mark.parametrize(
    ("doubt", "expected"),
    [
        (0.0, [0.0, 0.05, 5.0, 6.4, 10.0, 25.6, 51.2]),
        (1.0, [0.0, 0.05, 5.0, 6.4, 8.0, 12.8, 18.1019]),
        (0.25, [0.0, 0.05, 5.0, 6.4, 9.5, 22.4, 42.9255]),
    ],
)
def test_of_few_rows_many_gates_have_to_be_worth_less_each(doubt, expected):
    sizes = np.array([0, 1, 100, 128, 200, 512, 1024])
    np.testing.assert_allclose(worth(sizes, doubt), expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("n_open", "expected"),
    [
        (5.4, 5),  # what members keep open
        (4.6, 5),
        (4.4, 8),  # four are too few, and eight the fewest that are not
        (0.0, 8),
        (20.0, 8),  # more than the best size
    ],
)
def test_how_many_gates_are_needed(n_open, expected):
    gain = np.array([10.0, 100, 200, 1000, 300])
    assert how_many(SIZES, gain, SURE, n_open) == expected
    # of more, held-out rows leave no doubt that they are too many
    assert most_in_doubt(SIZES, gain, SURE) == 8


def test_beyond_the_sizes_that_are_enough_nothing_is_in_doubt():
    gain = np.array([90.0, 100, 98, 98, 98])
    assert most_in_doubt(SIZES, gain, SURE) == np.inf
    gain[-1] = 96.9
    assert most_in_doubt(SIZES, gain, SURE) == 8
    assert most_in_doubt(SIZES, gain, np.full(5, 1.6)) == np.inf


@pytest.mark.parametrize(
    ("doubt", "n_open", "expected"),
    [(0.0, 4.4, 4), (0.5, 4.4, 8), (1.0, 4.4, 16), (0.5, 30.0, 16), (1.0, 0.0, 16)],
)
def test_in_doubt_the_number_is_nearer_to_the_likely_size(doubt, n_open, expected):
    gain = np.array([10.0, 100, 5990, 5995, 6040])
    assert how_many(SIZES, gain, SURE, n_open, doubt) == expected


def test_of_little_evidence_there_are_no_more_columns_in_doubt():
    gain = np.array([4.0, 5.0, 5.1, 5.2, 5.3])
    assert how_many(SIZES, gain, SURE, 2.0, 1.0) == 2
    assert how_many(SIZES, gain + 1.0, SURE, 2.0, 1.0) == 10


def test_doubt_takes_no_columns_away():
    gain = np.array([10.0, 100, 199, 200, 100])
    assert likely_size(SIZES, gain) < 8.0
    assert how_many(SIZES, gain, SURE, 8.0, 1.0) == 8


def test_a_size_that_is_far_better_than_all_others_is_the_likely_one():
    for position, size in enumerate(SIZES):
        gain = np.where(np.arange(5) == position, 0.0, -5000.0)
        assert likely_size(SIZES, gain) == pytest.approx(size, rel=0.01)
    assert likely_size(np.array([0]), np.zeros(1)) == 0.0


def test_three_quarters_of_the_likelihood_lie_below_the_likely_size():
    """By hand, of log(1 + s): all sizes are as likely, or more ones by powers."""
    sizes = np.array([1, 3, 7, 15])
    flat = likely_size(sizes, np.zeros(4))
    assert flat == pytest.approx(2.0 * 8.0**0.75 - 1.0, rel=0.01)
    # the density 1 + s adds up to s
    rising = likely_size(sizes, np.log1p(sizes))
    assert rising == pytest.approx(1.0 + 0.75 * 14.0, rel=0.01)
    # gains that are far apart overflow nothing
    assert likely_size(sizes, np.array([1e6, 0, 0, -1e9])) == pytest.approx(1, rel=0.01)


def test_sizes_between_others_that_are_as_good_change_nothing():
    fine, coarse = np.array([1, 2, 3, 4, 5, 6, 7]), np.array([1, 3, 7])
    likely = likely_size(coarse, np.zeros(3))
    assert likely_size(fine, np.zeros(7)) == pytest.approx(likely)


def test_chance_moves_the_likely_size_less_than_the_best_one():
    rng = np.random.default_rng(0)
    gains = np.array([10.0, 60, 100, 100, 100]) + rng.normal(0.0, 0.5, (200, 5))
    likely = np.log([likely_size(SIZES, gain) for gain in gains])
    best = np.log([good_sizes(SIZES, gain, SURE)[1] for gain in gains])
    assert likely.std() < 0.3 * best.std()


def test_few_rows_are_in_doubt_of_sizes():
    doubts = [doubt_of_sizes(n) for n in (0, 50, 125, 500, 5000)]
    np.testing.assert_allclose(doubts, [1.0, 0.9, 0.75, 0.0, 0.0])


@pytest.mark.parametrize(
    ("best", "n_clear", "n_rows", "expected"),
    [
        (LEAST_EVIDENCE, 0, 1000, True),
        (LEAST_EVIDENCE - 0.1, 20, 1000, False),
        (LEAST_EVIDENCE - 0.1, 20, 360, False),
        (CHANCE_UNITS, 2, 350, True),  # two witnesses, and so few rows that they count
        (CHANCE_UNITS, 1, 350, False),
        (CHANCE_UNITS - 0.1, 20, 50, False),
        (LEAST_EVIDENCE - 0.1, 0, 100, False),
        (0.8 * LEAST_EVIDENCE, 0, 80, True),  # fewer rows hold less
        (0.8 * LEAST_EVIDENCE - 0.1, 0, 80, False),
        (CHANCE_UNITS, 0, 30, True),
        (CHANCE_UNITS - 0.1, 0, 30, False),
    ],
)
def test_something_is_selected_where_it_is_clearly_better_than_the_null_model(
    best, n_clear, n_rows, expected
):
    gain = np.array([0.0, best, 0.0, -5.0, -100.0])
    assert is_evident(SIZES, gain, n_clear, n_rows) == expected


@pytest.mark.parametrize(("n_clear", "expected"), [(2, False), (3, False), (4, True)])
def test_few_witnesses_do_not_speak_for_many_gates(n_clear, expected):
    gain = np.array([0.0, 0.0, 0.0, 0.0, CHANCE_UNITS])
    assert is_evident(SIZES, gain, n_clear, 150) == expected


def test_few_rows_give_the_benefit_of_the_doubt():
    counts = [benefit_of_doubt(n_rows) for n_rows in (50, 100, 250, 500, 501, 1e6)]
    assert counts == [100, 25, 4, 1, 0, 0]
    assert benefit_of_doubt(250, class_pairs=5.0) == 20


def test_fewer_gates_are_enough_within_two_standard_errors():
    gain = np.array([80.0, 91, 100, 96, 70])
    assert good_sizes(SIZES, gain, SURE) == (4, 4)
    assert good_sizes(SIZES, gain, np.full(5, 4.4)) == (4, 4)
    assert good_sizes(SIZES, gain, np.full(5, 4.6)) == (2, 4)  # but no more gates
    assert good_sizes(SIZES, gain, np.array([10.1, 1, 0, 9, 9])) == (1, 4)


@pytest.mark.parametrize(
    ("n_rows", "n_evidence", "count"),
    [
        *((n, n, c) for n, c in ((1, 6), (416, 6), (417, 5), (833, 3), (999, 2))),
        (1000, 1000, 1),
        (10**6, 999, 2),  # that come in groups
    ],
)
def test_few_rows_are_dealt_more_often(n_rows, n_evidence, count):
    assert number_of_deals(n_rows, n_evidence) == count


@pytest.mark.parametrize(
    ("n_gates", "size"),
    [(3, 3), (512, 512), (5129, 512), (7000, 700), (10_240, 1024), (10**6, 1024)],
)
def test_models_see_a_tenth_of_very_many_gates(n_gates, size):
    assert largest_size(n_gates) == size
