"""A fit from a table to a number of gates."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from encoded import table_of
from samples import make_table
from sklearn.model_selection import KFold

from stg_select import rules
from stg_select.crossfit import Settings, Workers, _fit, fit_members
from stg_select.crossfit._gate_options import GateOptions
from stg_select.crossfit._how_many import benefit_of_doubt, doubt_of_sizes, how_many
from stg_select.crossfit._row_plan import GATE_ROW, NETWORK_ROW, RowPlan
from stg_select.screening import Found

SETTINGS = Settings(
    reg_weight=None,
    n_folds=3,
    n_seeds=2,
    working_set=(4, 4),
    hidden_layer_sizes=(8,),
    activation="relu",
    gate_std=0.5,
    gate_noise="member",
    learning_rate=0.02,
    gate_learning_rate=0.05,
    weight_decay=0.1,
    batch_size=None,
    max_iter=100,
    n_iter_no_change=None,
    tol=1e-4,
    device="cpu",
    seed=5,
)


@pytest.fixture(scope="module")
def table():
    return table_of(*make_table("binary", n_rows=121))


def fit_of(table, **changes):
    settings = replace(SETTINGS, **changes)
    return fit_members(table, settings, len(table.gates), Workers())


@pytest.fixture(scope="module")
def fit(table):
    return fit_of(table)


def unit_of(table):
    return 1.0 / (table.n_effective * table.null_deviance)


@pytest.mark.parametrize(
    ("n_gates", "n_kept", "working_set", "most"),
    [
        (6, 0, (4, 64), 6),
        (6, 2, (4, 64), 4),
        (600, 0, (4, 64), 512),
        (7000, 1, (4, 64), 699),
        (7000, 0, (20, 20), 20),
    ],
)
def test_models_see_no_more_gates_than_was_said(n_gates, n_kept, working_set, most):
    options = SimpleNamespace(kept=np.arange(n_gates) < n_kept)
    table = SimpleNamespace(options=options)
    settings = replace(SETTINGS, working_set=working_set)
    assert _fit._most_gates(table, settings) == most


def test_the_price_charges_for_the_working_set(table, fit):
    """By hand: half of log 4, though there are six gates."""
    assert fit.reg_weight == pytest.approx(0.5 * np.log(4) * unit_of(table))
    assert fit.result.mu.shape[0] == 6
    assert fit_of(table, reg_weight=0.02).reg_weight == 0.02
    every = fit_of(table, working_set=None)
    assert every.reg_weight == pytest.approx(0.5 * np.log(6) * unit_of(table))


def test_where_groups_are_the_evidence_prices_charge_for_all_gates_twice(table):
    """By hand: log 4 halves for the working set, and log 6 for each further effect."""
    effects = np.array([1.0, 1.0, 2.0, 5.0, 1.5, 1.0])
    grouped = replace(table, gate_effects=effects)
    price, prices = _fit._prices(grouped, SETTINGS, 4)
    unit = unit_of(grouped)
    assert price == pytest.approx(0.5 * np.log(4) * unit)
    np.testing.assert_allclose(prices, price + np.log(6) * unit * (effects - 1.0))
    given = _fit._prices(grouped, replace(SETTINGS, reg_weight=0.02), 4)
    assert given == (0.02, 0.02)


@pytest.mark.parametrize(
    ("count", "fewest", "expected"),
    [(6, 1, 4), (6, 5, 5), (4, 1, 4), (3, 1, 1), (2, 2, 2), (0, 0, 0)],
)
def test_dear_gates_at_the_end_have_no_benefit_of_the_doubt(
    table, count, fewest, expected
):
    """Of the best gates the second, third, fifth and sixth cost more than usual."""
    best_first = np.array([3, 0, 5, 1, 4, 2])
    cost = np.ones(6)
    cost[best_first[[1, 2, 4, 5]]] = [1.5, 9.0, 2.0, 1.01]
    table = replace(table, options=GateOptions(np.zeros(6, dtype=bool), cost))
    outcome = SimpleNamespace(ranking=np.argsort(best_first) + 1)
    found = _fit._without_dear_ends(table, outcome, count, fewest)
    assert found == expected


def test_a_gate_is_closed_below_one_unit_and_a_member_counts_by_its_optimism(
    table, monkeypatch
):
    """By hand from the numbers that are handed on."""
    seen = {}

    def config_of(settings, n_rows, least_gain):
        seen["least_gain"] = least_gain
        return original(settings, n_rows, least_gain)

    def summarised(*arguments, optimism, **others):
        seen["optimism"] = optimism
        return summary(*arguments, optimism=optimism, **others)

    original, summary = _fit.training_config, _fit.summarise
    monkeypatch.setattr(_fit, "training_config", config_of)
    monkeypatch.setattr(_fit, "summarise", summarised)
    fit_of(table, max_iter=20)
    assert seen["least_gain"] == pytest.approx(1.0 * unit_of(table))
    assert seen["optimism"] == pytest.approx(1.5 * unit_of(table))
    fit_of(table, n_folds=None, n_seeds=1, max_iter=20)
    assert seen["optimism"] is None


def test_the_number_is_that_of_the_rules(table, fit):
    gain = table.objective.gain(
        fit.curve.loss, table.likelihood_rows, table.null_deviance
    )
    outcome = fit.outcome
    error = np.zeros(len(gain))  # of six splits it is not known
    n_rows = table.n_effective
    count = how_many(
        fit.curve.sizes, gain, error, outcome.n_open, doubt_of_sizes(n_rows)
    )
    n_likely = rules.count_likely(outcome.alone_scores, count)
    n_doubtful = min(n_likely, benefit_of_doubt(n_rows))
    assert fit.n_gates_to_select == max(count, n_doubtful)
    assert fit.n_gates_to_select >= 2
    assert set(np.argsort(outcome.ranking)[:2]) == {0, 1}


@pytest.mark.parametrize(
    ("alone", "last_gain", "expected"),
    [
        ([3, 3, 1.2, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], 60.0, 2),
        ([3, 3, 1.7, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], 60.0, 3),
        ([3, 3, 1.4, 1.4, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], 60.0, 4),
        ([3, 3, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 0.5, 0.5, 0.5, 0.5], 60.0, 8),
        ([3, 3, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 0.5, 0.5, 0.5, 0.5], 50.0, 4),
        ([3] * 12, 60.0, 9),  # as many as 161 rows have in doubt
        ([0.5] * 12, 60.0, 2),
    ],
)
def test_few_rows_keep_what_is_likely_beside_what_is_needed(alone, last_gain, expected):
    """By hand: two are needed; of 12 useless scores .34 exceed 1.2, .006 exceed 1.7."""
    alone = np.array(alone, dtype=float)
    table = replace(plain_table(), n_effective=161.0)
    curve = SimpleNamespace(sizes=np.array([1, 2, 4, 8]))
    judge = SimpleNamespace(
        gain=lambda _: np.array([30.0, 69.0, 60.0, last_gain]),
        error=lambda *_: np.full(4, 4.5),
    )
    outcome = SimpleNamespace(alone_scores=alone, n_open=2.0, n_clear=2)
    assert _fit._count(table, SETTINGS, judge, curve, outcome) == expected


def plain_table(**settings):
    """Sixty rows of which no doubt is possible about the first column."""
    X = np.random.default_rng(4).standard_normal((60, 12))
    return table_of(X, X[:, 0] > 0.0, 3, **settings)


@pytest.mark.parametrize("is_plain", [True, False])
def test_what_all_rows_show_plainly_need_not_be_borne_out(monkeypatch, is_plain):
    table = plain_table()
    if not is_plain:
        shuffled = np.random.default_rng(0).permutation(len(table.target))
        table = replace(table, target=table.target[shuffled])
    monkeypatch.setattr(_fit, "is_evident", lambda *_: False)
    found = fit_of(table, max_iter=20)
    assert found.n_gates_to_select == is_plain
    assert not is_plain or found.outcome.ranking[0] == 1


def test_sets_that_chance_hardly_makes_need_not_be_borne_out(monkeypatch):
    """Two columns that say nothing alone, and too little of other rows."""
    rng = np.random.default_rng(0)
    X = rng.integers(0, 2, (600, 14)).astype(float)
    table = table_of(X, (X[:, 2] == X[:, 5]) ^ (rng.random(600) < 0.36), 3)
    monkeypatch.setattr(_fit, "is_evident", lambda *_: False)
    found = fit_of(table, max_iter=20)
    assert found.terms["by_chance"].min() < rules.PLAIN_BY_CHANCE
    assert found.n_gates_to_select == 2
    assert set(np.argsort(found.outcome.ranking)[:2]) == {2, 5}
    monkeypatch.setattr(rules, "PLAIN_BY_CHANCE", found.terms["by_chance"].min())
    assert fit_of(table, max_iter=20).n_gates_to_select == 0


def outcome_of(terms, best_first):
    """As much of an outcome as is looked at."""
    ranking = np.empty(12, dtype=int)
    others = [gate for gate in range(12) if gate not in best_first]
    ranking[[*best_first, *others]] = np.arange(1, 13)
    return SimpleNamespace(terms=terms, ranking=ranking)


def found_of(table, gates, by_chance):
    """A term of the columns of some gates."""
    columns = np.flatnonzero(np.isin(table.gates[table.component_gate], gates))
    return Found("interaction", tuple(columns.tolist()), 1.4, by_chance)


@pytest.mark.parametrize(
    ("best_first", "n_rows", "expected"),
    [
        ([3, 0, 7], 60, 3),  # column 0 is plain by shuffles, of few rows
        ([3, 7, 0], 501, 2),
        ([7, 9, 3, 0], 60, 1),  # no more than come before one that is not plain
        ([9, 3, 7, 0], 60, 1),  # one at least
    ],
)
def test_plain_gates_are_those_of_terms_and_of_shuffles(best_first, n_rows, expected):
    table = replace(plain_table(), n_effective=n_rows)
    terms = [found_of(table, [3, 7], 0.0019), found_of(table, [9], 0.002)]
    outcome = outcome_of(terms, best_first)
    assert _fit._count_plain(table, SETTINGS, outcome) == expected


def test_columns_of_one_gate_are_plain_together():
    table = replace(plain_table(), n_effective=501.0)
    table = replace(table, component_gate=table.component_gate // 2, gates=np.arange(6))
    options = GateOptions(np.zeros(6, dtype=bool), np.ones(6))
    table = replace(table, options=options)
    term = found_of(table, [3], 1e-4)
    assert len(term.columns) == 2
    outcome = SimpleNamespace(terms=[term], ranking=np.array([2, 3, 4, 1, 5, 6]))
    assert _fit._count_plain(table, SETTINGS, outcome) == 1


@pytest.mark.parametrize(("heaviest", "expected"), [(2.0, 2), (32.0, 0)])
def test_terms_are_not_plain_where_few_rows_weigh_most(heaviest, expected):
    """By hand: of 60 rows 51 count in a log-likelihood, or 8."""
    weight = np.where(np.arange(60) < 6, heaviest, 1.0)
    table = replace(plain_table(), weight=weight, n_effective=501.0)
    outcome = outcome_of([found_of(table, [3, 7], 1e-4)], [3, 7])
    assert _fit._count_plain(table, SETTINGS, outcome) == expected


def test_terms_are_not_plain_where_the_caller_splits_the_rows():
    table = replace(plain_table(), n_effective=501.0)
    splits = KFold(3).split(np.arange(60))
    roles = np.array([np.isin(np.arange(60), gate_rows) for _, gate_rows in splits])
    table = replace(table, rows=replace(table.rows, roles=roles.astype(np.int8) + 1))
    outcome = outcome_of([found_of(table, [3, 7], 1e-4)], [3, 7])
    assert _fit._count_plain(table, SETTINGS, outcome) == 0


@pytest.mark.parametrize("what", ["cost", "kept", "rows", "copies", "groups"])
def test_nothing_is_plain_beside_what_shuffles_do_not_see(what):
    cost, kept = np.ones(12), np.zeros(12, dtype=bool)
    outcome = outcome_of([Found("linear", (0,), 1.5, 1e-4)], [0])
    if what == "cost":
        cost[3] = 2.0
    elif what == "kept":
        kept[3], cost[3] = True, 0.0
    table = plain_table(options=GateOptions(kept, cost))
    if what in ("rows", "copies"):
        outcome = outcome_of([], [0])
        assert _fit._count_plain(table, SETTINGS, outcome) == 1
    if what == "rows":
        table = replace(table, n_effective=501.0)
    if what == "copies":
        table = replace(table, weight=np.ones(501), n_effective=60.0)
    if what == "groups":
        table = replace(table, gate_effects=np.ones(12))
    assert _fit._count_plain(table, SETTINGS, outcome) == 0


@pytest.mark.parametrize("together", [True, False])
def test_rows_that_belong_together_are_in_no_doubt_of_sizes(
    table, fit, monkeypatch, together
):
    """There columns of noise help with all of few groups."""
    doubts = []

    def noted(*arguments):
        doubts.append(arguments[-1])
        return 1

    monkeypatch.setattr(_fit, "how_many", noted)
    monkeypatch.setattr(_fit, "is_evident", lambda *_: True)
    monkeypatch.setattr(_fit, "_clear_of_groups", lambda *_: 2)
    if together:
        table = replace(table, gate_effects=np.ones(len(table.gates)))
    no_error = np.zeros(len(fit.curve.sizes))
    judge = SimpleNamespace(gain=lambda _: fit.curve.loss, error=lambda *_: no_error)
    _fit._count(table, SETTINGS, judge, fit.curve, fit.outcome)
    assert doubts == [0.0 if together else doubt_of_sizes(table.n_effective)]
    assert doubt_of_sizes(table.n_effective) > 0.0


def test_a_number_asked_for_bounds_the_sizes(fit):
    assert fit.curve.sizes.max() == 4


@pytest.mark.parametrize(
    "changes", [{"working_set": None}, {"n_folds": None, "n_seeds": 1}]
)
def test_without_held_out_rows_or_a_screen_members_say_the_number(table, changes):
    fit = fit_of(table, **changes)
    assert fit.curve is None
    assert fit.n_gates_to_select == round(fit.outcome.n_open)


def test_working_sets_grow_with_the_signal():
    """Of thirty columns that all matter, eight or twice the clear ones are too few."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((600, 40))
    y = X[:, :30].sum(axis=1) + rng.standard_normal(600)
    fit = fit_of(table_of(X, y), working_set=(2, 8), n_seeds=1)
    trained = (~np.isnan(fit.result.mu)).sum(axis=1)
    assert fit.curve.best >= 32
    assert trained.min() > 20
    assert 25 <= fit.n_gates_to_select <= 40


@pytest.mark.parametrize("n_telling", [10, 12])
def test_members_are_compared_with_networks_of_what_stays(monkeypatch, n_telling):
    """A regression on many columns that stay is better than networks are.

    If others help besides, members may also beat themselves without the others.
    """
    beaten = []

    def summarise(*args, null_loss, others_help, **kwargs):
        beaten.append((null_loss, others_help))
        bars = {"null_loss": null_loss, "others_help": others_help}
        return _summarise(*args, **bars, **kwargs)

    _summarise = _fit.summarise
    monkeypatch.setattr(_fit, "summarise", summarise)
    X = np.random.default_rng(3).standard_normal((200, 12))
    kept = np.arange(12) < 10
    options = GateOptions(kept, np.where(kept, 0.0, 1.0))
    y = X[:, :n_telling].sum(axis=1)
    fit = fit_of(table_of(X, y, 3, options=options))
    assert fit.curve.sizes[0] == 0
    assert beaten == [(fit.curve.network_loss[0], n_telling > 10)]
    assert fit.curve.loss[0] < 0.9 * fit.curve.network_loss[0]


def test_every_deal_of_the_rows_judges_how_many_are_needed(monkeypatch):
    seen = []

    class Seen(_fit.Judge):
        def first_curve(self):
            seen.append(len(self.models.splits))
            return super().first_curve()

    monkeypatch.setattr(_fit, "Judge", Seen)
    rng = np.random.default_rng(2)
    for n_rows in (600, 1300):
        X = rng.standard_normal((n_rows, 3))
        fit_of(table_of(X, X[:, 0] * 1.0), max_iter=20)
    assert seen == [6, 6]


def test_splits_of_the_caller_judge_once_however_many_members_see_them(monkeypatch):
    """The same rows, judged again, would tell nothing more."""
    searched = []
    screen = _fit.screen
    monkeypatch.setattr(_fit, "screen", lambda *a: searched.append(1) or screen(*a))
    X = np.random.default_rng(2).standard_normal((120, 3))
    roles = np.array([[NETWORK_ROW] * 70 + [GATE_ROW] * 50], dtype=np.int8)
    plan = RowPlan(2, roles=np.vstack([roles, 3 - roles]))
    fit = fit_of(table_of(X, X[:, 0] * 1.0, plan=plan), n_seeds=4, max_iter=20)
    assert len(fit.curve.losses) == 2
    assert len(searched) == 1 + 2
    assert len(fit.outcome.counts) == 8


def test_all_gates_that_are_clear_of_groups_are_among_the_best(table, fit):
    """Whatever the ranking puts before the last of them."""
    best_first = np.argsort(fit.outcome.ranking)

    def count_clear(*scores, table=table):
        screened = np.zeros(len(best_first))
        screened[best_first[: len(scores)]] = scores
        outcome = replace(fit.outcome, screen_scores=screened)
        return _fit._clear_of_groups(table, outcome)

    assert count_clear(2.0, 1.4, 1.6) == 3
    assert count_clear(2.0, 1.4, 1.4) == 1
    assert count_clear(1.4, 1.4) == 0
    options = GateOptions.usual(len(table.gates))
    options.kept[table.gates == best_first[0]] = True
    assert count_clear(2.0, 1.4, 1.6, table=replace(table, options=options)) == 2
