"""What members say together about every gate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from encoded import table_of
from samples import make_table

from stg_select import rules
from stg_select.crossfit._gate_options import GateOptions
from stg_select.crossfit._outcome import summarise
from stg_select.crossfit._shortlists import RANKING_PAIR_COLUMNS, screen
from stg_select.engine import PathResult

NAN = np.nan


@pytest.fixture(scope="module")
def table():
    """Six features, of which the fifth is constant: the table has five gates."""
    X, y = make_table("binary", n_rows=61)
    X[:, 4] = 1.0
    return table_of(X, y)


def result_of(
    mu, probs, loss, cost, n_open, finite=(True, True, True), bare_loss=(NAN,) * 3
):
    return PathResult(
        mu=np.array(mu),
        active_probs=np.array(probs),
        loss=np.array(loss),
        cost=np.array(cost),
        n_open=np.array(n_open),
        n_iter=np.full(3, 10),
        converged=np.full(3, True),
        finite=np.array(finite),
        rise=np.array(RISES),
        bare_loss=np.array(bare_loss),
        history={},
    )


RISES = [[0.3, NAN, 0.1], [0.6, 0.0, NAN], [0.0, 0.2, 0.05]]
# members of the gates 0, 2 and 4 of the table, the last one the sixth feature
MEMBERS = {
    "mu": [[1.0, NAN, 0.4], [0.8, 0.2, NAN], [0.6, 0.6, 0.6]],
    "probs": [[0.9, NAN, 0.8], [0.6, 0.3, NAN], [0.9, 0.9, 0.9]],
    "loss": [0.5, 0.5, 0.9],
    "cost": [0.1, 0.1, 0.06],
    "n_open": [2.0, 2.0, 3.0],
}
TRAINED = np.array([0, 2, 4])


def outcome_of(table, optimism=None, scores=None, bar=(1.0, False), **changed):
    result = result_of(**{**MEMBERS, **changed})
    null_loss, others_help = bar
    return summarise(
        result,
        TRAINED,
        table,
        6,
        optimism=optimism,
        scores=scores,
        null_loss=null_loss,
        others_help=others_help,
    )


def test_members_are_averaged_and_other_gates_are_closed(table):
    outcome = outcome_of(table)
    closed = rules.CLOSED_MU
    expected = [2.4 / 3, closed, (0.8 + closed) / 3, closed, closed, (1 + closed) / 3]
    np.testing.assert_allclose(outcome.mu, expected)
    expected = [0.8, 0.0, 0.4, 0.0, 0.0, 1.7 / 3]
    np.testing.assert_allclose(outcome.active_probs, expected)
    np.testing.assert_array_equal(outcome.importances, outcome.active_probs)
    np.testing.assert_array_equal(outcome.varies, np.arange(6) != 4)


def test_ties_of_the_importance_are_broken_by_the_mean(table):
    outcome = outcome_of(table, probs=[[0.5, NAN, 0.5], [0.5, 0.5, NAN], [0.5] * 3])
    np.testing.assert_array_equal(outcome.ranking, [1, 4, 3, 5, 6, 2])


def test_gates_of_constant_features_come_last(table):
    outcome = outcome_of(table)
    assert outcome.ranking[4] == 6
    np.testing.assert_array_equal(np.sort(outcome.ranking), np.arange(1, 7))


@pytest.mark.parametrize(
    ("optimism", "closed"), [(0.0, []), (0.02, [2]), (0.25, [0, 1, 2])]
)
def test_members_that_do_not_beat_the_null_model_count_as_closed(
    optimism, closed, table
):
    """The third one explains .1 at a cost of .06 and of three times the optimism."""
    mu, probs = np.array(MEMBERS["mu"]), np.array(MEMBERS["probs"])
    mu[closed], probs[closed] = NAN, NAN
    by_hand = outcome_of(table, mu=mu, probs=probs)
    judged = outcome_of(table, optimism=optimism)
    np.testing.assert_array_equal(judged.mu, by_hand.mu)
    np.testing.assert_array_equal(judged.active_probs, by_hand.active_probs)
    np.testing.assert_array_equal(judged.prob_range, by_hand.prob_range)
    np.testing.assert_array_equal(judged.counts, ~np.isin(np.arange(3), closed))


def test_most_members_lie_in_a_range(table):
    outcome = outcome_of(table)
    low, high = np.quantile([[0.9, 0.6, 0.9], [0.8, 0.0, 0.9]], [0.1, 0.9], axis=1)
    np.testing.assert_allclose(outcome.prob_range[:, [0, 5]], [low, high])
    assert (outcome.prob_range[:, [1, 3, 4]] == 0.0).all()
    assert outcome.counts.all()
    failed = outcome_of(table, finite=(True, False, False))
    assert failed.counts.tolist() == [True, False, False]
    np.testing.assert_allclose(failed.prob_range[:, 0], 0.9)


def test_members_that_failed_are_left_out(table):
    outcome = outcome_of(table, finite=(True, False, False))
    np.testing.assert_allclose(outcome.active_probs, [0.9, 0, 0, 0, 0, 0.8])
    np.testing.assert_allclose(outcome.mu[[0, 5]], [1.0, 0.4])


def test_the_screen_on_all_rows_has_a_say(table):
    scores = screen(table, table.weight, RANKING_PAIR_COLUMNS)
    outcome = outcome_of(table, scores=scores)
    every = np.array([0, 1, 2, 3, 5])
    np.testing.assert_allclose(
        outcome.importances[every],
        rules.evidence(
            outcome.active_probs[every], scores.coefficient, scores.marginal
        ),
    )
    assert outcome.importances[4] == 0.0


def test_open_gates_of_members(table):
    outcome = outcome_of(table)
    np.testing.assert_allclose(outcome.open_share, [1, 0, 2 / 3, 0, 0, 2 / 3])
    # five gates, shares 1, 2/3, 2/3 and variances 0, 1/3, 1/3: (2/15) / (7/15 * 8/15)
    assert outcome.stability == pytest.approx(1.0 - (2 / 15) / (56 / 225))


def test_members_that_do_not_beat_the_null_model_have_no_open_gates(table):
    outcome = outcome_of(table, optimism=0.02)
    np.testing.assert_allclose(outcome.open_share, [2 / 3, 0, 1 / 3, 0, 0, 1 / 3])
    closed = outcome_of(table, optimism=0.25)
    assert not closed.open_share.any()
    assert np.isnan(closed.stability)


def test_loss_without_a_gate_is_that_of_the_average_member(table):
    expected = [0.9 / 3, 0, 0.2 / 3, 0, 0, 0.15 / 3]
    outcome = outcome_of(table, optimism=0.0)
    np.testing.assert_allclose(outcome.loss_without, expected)
    fewer = outcome_of(table, optimism=0.02)  # the third member counts as closed
    np.testing.assert_allclose(fewer.loss_without, [0.9 / 3, 0, 0, 0, 0, 0.1 / 3])
    assert np.isnan(outcome_of(table).loss_without).all(), "of plain members"


def test_what_the_screen_says_about_every_gate(table):
    scores = screen(table, table.weight, RANKING_PAIR_COLUMNS)
    outcome = outcome_of(table, scores=scores)
    every = np.array([0, 1, 2, 3, 5])
    np.testing.assert_array_equal(outcome.screen_scores[every], scores.marginal)
    np.testing.assert_array_equal(outcome.alone_scores[every], scores.alone)
    assert outcome.screen_scores[4] == outcome.alone_scores[4] == 0.0
    np.testing.assert_array_equal(outcome.in_pairs, np.arange(6) != 4)
    assert outcome.terms == scores.terms
    silent = outcome_of(table)
    assert np.isnan(silent.screen_scores).all()
    assert np.isnan(silent.alone_scores).all()
    assert not silent.in_pairs.any()
    assert silent.terms == ()


@pytest.mark.parametrize(
    ("null_loss", "count"),
    [(1.0, [True, True, False]), (0.79, [True, True, False]), (0.7, [False] * 3)],
)
def test_members_have_to_beat_networks_of_what_stays(table, null_loss, count):
    """By hand: a loss of .5, a cost of .1 and two gates at .05, or three."""
    outcome = outcome_of(table, optimism=0.05, bar=(null_loss, False))
    np.testing.assert_array_equal(outcome.counts, count)


def test_or_themselves_without_the_others_where_these_are_known_to_help(table):
    bare = {"bare_loss": [0.9, 0.65, 0.95]}
    for helps, null_loss, count in [
        (False, 0.6, [False, False, False]),
        (True, 0.6, [True, False, False]),
        (True, 0.75, [True, True, False]),
    ]:
        found = outcome_of(table, optimism=0.05, bar=(null_loss, helps), **bare)
        np.testing.assert_array_equal(found.counts, count)


def test_a_member_of_nothing_but_what_stays_has_to_beat_a_constant(table):
    options = GateOptions(np.arange(5) == 0, np.where(np.arange(5) == 0, 0.0, 1.0))
    staying = replace(table, options=options)
    closed = {"n_open": [0.0] * 3, "cost": [0.0] * 3, "loss": [0.95, 1.05, 0.5]}
    found = outcome_of(staying, optimism=0.05, bar=(0.4, False), **closed)
    np.testing.assert_array_equal(found.counts, [True, False, True])


def test_gates_are_clear_by_whatever_they_say_and_have_scores_of_their_own(table):
    scores = screen(table, table.weight, RANKING_PAIR_COLUMNS)
    alone = np.array([0.5, 0.9, 1.8, 1.6, 0.5])
    found = replace(scores, marginal=np.full(5, 0.9), alone=alone)
    outcome = outcome_of(table, scores=found)
    assert outcome.n_clear == 0
    np.testing.assert_array_equal(outcome.alone_scores[table.gates], alone)
    by_pairs = np.array([3.0, 3.0, 3.0, 0.5, 0.5])
    outcome = outcome_of(table, scores=replace(scores, marginal=by_pairs, alone=alone))
    assert outcome.n_clear == 3
