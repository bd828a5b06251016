"""Regressions on what the screen has found, against scikit-learn's and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from encoded import table_of
from sklearn.linear_model import LogisticRegression, Ridge

from stg_select.crossfit import _regressions
from stg_select.crossfit._how_many import MOST_OF_MANY
from stg_select.crossfit._judged_rows import judged_rows
from stg_select.crossfit._members import Split, deal_rows
from stg_select.crossfit._regressions import (
    MOST_TERMS,
    PENALTIES,
    _Regressions,
    regression_losses,
)
from stg_select.crossfit._shortlists import Shortlist
from stg_select.screening import N_ROUNDS, Found, column_values
from stg_select.screening._basis import MAX_OUTPUTS
from stg_select.screening._terms import SHAPES, TERMS_A_ROUND


@pytest.fixture
def to_the_end(monkeypatch):
    """Conjugate gradients until nothing is gained any more."""
    monkeypatch.setattr(_regressions, "N_STEPS", 500)
    monkeypatch.setattr(_regressions, "LEAST_GAIN", 0.0)


def make_columns(n_rows=400, n_columns=4):
    return np.random.default_rng(7).standard_normal((n_rows, n_columns))


def target_of(kind, X):
    """A target of some kind that the first two columns make."""
    rng = np.random.default_rng(8)
    signal = X[:, 0] - 0.7 * X[:, 1]
    if kind == "number":
        return signal + rng.standard_normal(len(X))
    if kind == "numbers":
        return np.column_stack([signal, X[:, 1]]) + rng.standard_normal((len(X), 2))
    if kind == "labels":
        return np.column_stack([signal > 0.5, X[:, 1] > 0]).astype(int)
    if kind == "count":
        return rng.poisson(np.exp(0.5 * signal))
    if kind == "time":
        time = rng.exponential(np.exp(-signal))
        return np.column_stack([(time < 2.0).astype(float), np.minimum(time, 2.0)])
    noisy = signal + rng.logistic(size=len(X))
    return np.digitize(noisy, [0.0] if kind == "two classes" else [-1.0, 1.0])


def split_of(table, shortlist, number=0):
    dealt = deal_rows(table, n_repeats=1, n_folds=4, seed=3)
    return replace(dealt[number], shortlist=shortlist)


def losses_of(table, shortlist, sizes):
    split = split_of(table, shortlist)
    return regression_losses(table, judged_rows(table, split), sizes)


def fitted_to(table, design):
    weight = table.weight / table.weight.mean()
    regressions = _Regressions(
        table.objective, table.target, weight, [design], PENALTIES
    )
    return regressions, regressions.coefficients()[0], weight


def design_of(X):
    return np.vstack([np.ones(len(X)), X.T])


@pytest.mark.usefixtures("to_the_end")
def test_numbers_have_the_coefficients_of_ridge_regression():
    X = make_columns()
    table = table_of(X, target_of("number", X))
    regressions, found, weight = fitted_to(table, design_of(X))
    (curvature,) = regressions._curvature
    for penalty, coefficients in zip(PENALTIES, found, strict=True):
        ridge = Ridge(alpha=penalty * curvature).fit(X, table.target[:, 0], weight)
        np.testing.assert_allclose(coefficients[0, 1:], ridge.coef_, rtol=1e-5)


@pytest.mark.usefixtures("to_the_end")
@pytest.mark.parametrize("kind", ["two classes", "three classes"])
def test_classes_have_the_probabilities_of_logistic_regression(kind):
    X = make_columns()
    table = table_of(X, target_of(kind, X))
    regressions, found, weight = fitted_to(table, design_of(X))
    curvature = regressions._curvature
    design = design_of(X)
    # scikit-learn has one penalty for all classes; the first penalty alone is compared
    raw = (found[0] @ design).T + regressions._null
    if kind == "two classes":
        model = LogisticRegression(C=1.0 / (PENALTIES[0] * curvature[0]), tol=1e-8)
        expected = model.fit(X, table.target, weight).predict_proba(X)[:, 1]
        np.testing.assert_allclose(1 / (1 + np.exp(-raw[:, 0])), expected, atol=1e-4)
    else:
        model = LogisticRegression(C=1.0 / (PENALTIES[0] * curvature.mean()), tol=1e-8)
        expected = model.fit(X, table.target, weight).predict_proba(X)
        share = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
        np.testing.assert_allclose(share, expected, atol=0.01)


@pytest.mark.usefixtures("to_the_end")
@pytest.mark.parametrize(
    ("kind", "objective"),
    [
        ("numbers", "auto"),
        ("number", "huber"),
        ("labels", "auto"),
        ("count", "poisson"),
        ("time", "cox"),
    ],
)
def test_no_step_lowers_loss_and_penalty_of_any_objective(kind, objective):
    X = make_columns(200)
    table = table_of(X, target_of(kind, X), objective=objective)
    regressions, found, _ = fitted_to(table, design_of(X))

    def penalised(coefficients):
        raw = regressions.raw(regressions.designs, [coefficients])
        penalties = regressions._penalties([coefficients], [coefficients])
        return regressions._losses(raw) + penalties

    best, start = penalised(found), penalised(np.zeros_like(found))
    assert (best < start).all()
    rng = np.random.default_rng(0)
    for _ in range(20):
        moved = found + 0.02 * rng.standard_normal(found.shape)
        assert (penalised(moved) > best - 1e-6 * start).all()


def test_a_few_steps_bring_most_of_what_many_do(monkeypatch):
    """Also of strong signals, many terms and a rare class; fewer may be better."""
    X = make_columns(600, 60)
    rng = np.random.default_rng(8)
    signal = 2.0 * X[:, :20].sum(axis=1) + rng.logistic(size=len(X))
    table = table_of(X, np.digitize(signal, np.quantile(signal, [0.1, 0.5])))
    shortlist = Shortlist(np.arange(1, 61), 20)
    few = losses_of(table, shortlist, [20, 60]).min(axis=0)
    monkeypatch.setattr(_regressions, "N_STEPS", 500)
    monkeypatch.setattr(_regressions, "LEAST_GAIN", 0.0)
    many = losses_of(table, shortlist, [20, 60]).min(axis=0)
    assert (few < many + 0.02).all()


def test_some_penalties_give_their_part_of_all():
    X = make_columns()
    table = table_of(X, target_of("three classes", X))
    gates = Shortlist(np.arange(1, 5), 2)
    rows = judged_rows(table, split_of(table, gates))
    some = regression_losses(table, rows, [1, 3], PENALTIES[1:3])
    every = regression_losses(table, rows, [1, 3])
    np.testing.assert_allclose(some, every[1:3], rtol=1e-6)
    assert (np.diff(every, axis=0) != 0.0).all()


def test_a_term_of_two_columns_tells_something_where_both_are_seen():
    X = make_columns()
    rng = np.random.default_rng(1)
    y = X[:, 1] * X[:, 2] + 0.3 * rng.standard_normal(len(X))
    table = table_of(X, y)
    ranking = np.array([4, 1, 3, 2])
    known = Shortlist(ranking, 2, (Found("product", (1, 2), 3.0, 0.0),))
    losses = losses_of(table, known, [1, 2, 3, 4])
    assert losses.shape == (len(PENALTIES), 4)
    assert (losses[:, :2] > 0.8).all()
    assert (losses[0, 2:] < 0.35).all()
    # nobody has found it: straight and square terms do not tell
    unknown = losses_of(table, Shortlist(ranking, 2), [1, 2, 3, 4])
    assert (unknown > 0.8).all()
    np.testing.assert_array_equal(unknown[:, :2], losses[:, :2])


def test_losses_do_not_depend_on_what_else_is_tried():
    X = make_columns()
    table = table_of(X, target_of("three classes", X))
    shortlist = Shortlist(np.arange(1, 5), 2)
    together = losses_of(table, shortlist, [1, 2, 4])
    alone = [losses_of(table, shortlist, [size]) for size in (1, 2, 4)]
    np.testing.assert_allclose(np.concatenate(alone, axis=1), together, rtol=1e-6)


def test_the_scale_of_the_weights_does_not_matter():
    X = make_columns()
    table = table_of(X, target_of("two classes", X))
    split = split_of(table, Shortlist(np.arange(1, 5), 2))
    losses = regression_losses(table, judged_rows(table, split), [2, 4])
    heavy = replace(
        split,
        network_weights=50.0 * split.network_weights,
        gate_row_weights=50.0 * split.gate_row_weights,
    )
    rows = judged_rows(table, heavy)
    np.testing.assert_allclose(
        regression_losses(table, rows, [2, 4]), losses, rtol=1e-6
    )


def test_more_terms_than_rows_are_as_many_as_rows(monkeypatch):
    """Rotated terms predict the same, and are fewer than too many."""
    X = np.random.default_rng(0).standard_normal((60, 50))
    table = table_of(X, X[:, 0] + 0.5 * X[:, 1])
    shortlist = Shortlist(np.arange(1, 51), 2)
    monkeypatch.setattr(_regressions, "MOST_TERMS", 60)
    losses = losses_of(table, shortlist, [2, 50])
    split = split_of(table, shortlist)
    rows = judged_rows(table, split)
    n, learn = len(rows.network), split.network_weights[rows.network]
    assert n < 60
    # by hand, from the products of the rows: a constant that is free, and the terms
    values, _ = column_values(table.ranks, rows.rows, np.arange(50), learn)
    assert len(values) > n
    y, weight = table.target[rows.network, 0], learn / learn.mean()
    judge = split.gate_row_weights[rows.gate]
    residual = y - np.average(y, weights=weight)
    curvature = np.average(np.square(residual), weights=weight)
    ridge = Ridge(alpha=PENALTIES[1] * curvature)
    predicted = ridge.fit(values[:, :n].T, y, weight).predict(values[:, n:].T)
    left = 0.5 * np.square(table.target[rows.gate, 0] - predicted)
    unit = table.objective.null_deviance(
        table.target[rows.rows], np.concatenate([learn, judge])
    )
    expected = np.average(left, weights=judge) / unit
    assert losses[1, 1] == pytest.approx(expected, rel=0.02)


def test_too_many_terms_are_not_tried(monkeypatch):
    X = make_columns()
    table = table_of(X, target_of("number", X))
    monkeypatch.setattr(_regressions, "MOST_TERMS", 5)
    losses = losses_of(table, Shortlist(np.arange(1, 5), 2), [1, 2, 4])
    assert np.isfinite(losses[:, :2]).all()
    assert np.isinf(losses[:, 2]).all()
    # nor where there is no smaller size beside it
    assert np.isinf(losses_of(table, Shortlist(np.arange(1, 5), 2), [4])).all()


def test_the_largest_size_is_tried_with_what_the_screen_finds():
    most_found = N_ROUNDS * TERMS_A_ROUND * MAX_OUTPUTS
    assert SHAPES * MOST_OF_MANY + most_found <= MOST_TERMS


def test_a_class_without_network_rows_does_no_harm():
    X = make_columns(90)
    y = np.repeat([0, 1, 2], [45, 43, 2])
    table = table_of(X, y, objective="log_loss")
    rare = np.bincount(table.target).argmin() == table.target
    network = np.where(rare | (np.arange(len(rare)) % 3 == 0), 0.0, table.weight)
    split = Split(network, table.weight - network, 0, Shortlist(np.arange(1, 5), 2))
    losses = regression_losses(table, judged_rows(table, split), [1, 4])
    assert np.isfinite(losses).all()
    assert losses.max() < 3.0
