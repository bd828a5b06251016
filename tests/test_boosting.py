"""Boosted trees of every objective, against scikit-learn's and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import log_softmax
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_info, threadpool_limits

from stg_select import boosting
from stg_select.boosting import _stages, boosted_outputs, has_trees
from stg_select.selectors._targets import encode_target

N_ROWS = 600


def make_rows(kind):
    """Rows with a target that a step in the first column makes, and its objective."""
    rng = np.random.default_rng(3)
    X = np.round(100.0 * rng.uniform(-1.0, 1.0, (2 * N_ROWS, 3)))
    high = X[:, 0] > 20.0
    noise = rng.standard_normal(len(X))
    y, objective = {
        "number": (high + 0.3 * noise, "squared_error"),
        "numbers": (np.column_stack([high, noise]), "squared_error"),
        "robust": (high + 0.3 * noise, "huber"),
        "two classes": (high ^ (noise > 1.3), "log_loss"),
        "three classes": (high + (X[:, 1] > 0.0) * 1, "log_loss"),
        "labels": (np.column_stack([high, noise > 0.0]).astype(int), "log_loss"),
        "count": (rng.poisson(np.where(high, 5.0, 1.0)), "poisson"),
    }[kind]
    encoded = encode_target(np.asarray(y), objective, np.ones(len(X)))
    target = encoded.take(np.arange(len(X)), np.ones(len(X)), robust=True)
    return X.astype(np.float32), target, encoded.objective


def halves(X, target):
    return X[:N_ROWS], target[:N_ROWS], X[N_ROWS:], target[N_ROWS:]


@pytest.mark.parametrize(
    ("kind", "share"),
    [
        ("number", 0.6),
        ("numbers", 0.6),  # nothing can be said of the second
        ("robust", 0.6),
        ("two classes", 0.7),
        ("three classes", 0.2),
        ("labels", 0.6),
        ("count", 0.6),
    ],
)
def test_trees_find_a_step_whatever_the_target(kind, share):
    X, target, objective = make_rows(kind)
    assert has_trees(objective)
    learn, of_learn, judge, of_judge = halves(X, target)
    ones = np.ones(N_ROWS)
    raw = boosted_outputs(objective, learn, of_learn, ones, judge)
    assert raw.shape[1:] == (objective.n_outputs, N_ROWS)
    loss = objective.losses_of(raw, of_judge, ones) / N_ROWS
    null = objective.null_raw(of_learn, ones)[None, :, None]
    of_null = objective.losses_of(np.repeat(null, N_ROWS, axis=2), of_judge, ones)
    assert loss.min() < share * of_null[0] / N_ROWS
    assert loss[0] < of_null[0] / N_ROWS  # the first tree sees it


def test_raw_outputs_are_those_of_scikit_learn():
    X, target, objective = make_rows("two classes")
    learn, of_learn, judge, _ = halves(X, target)
    weight = np.random.default_rng(0).uniform(0.5, 1.5, N_ROWS)
    weight /= weight.mean()
    raw = boosted_outputs(objective, learn, of_learn, weight, judge)
    assert len(raw) == 40
    trees = HistGradientBoostingClassifier(
        max_iter=40,
        learning_rate=0.2,
        max_leaf_nodes=16,
        min_samples_leaf=20,
        l2_regularization=1.0,
        early_stopping=False,
    ).fit(learn, of_learn, weight)
    np.testing.assert_allclose(raw[-1, 0], trees.decision_function(judge), rtol=1e-5)


@pytest.mark.parametrize(("n_classes", "n_trees"), [(3, 33), (10, 10), (12, 8)])
def test_many_classes_have_fewer_trees_each(n_classes, n_trees):
    rng = np.random.default_rng(0)
    X = rng.integers(-100, 100, (300, 2)).astype(np.float32)
    y = np.arange(300) % n_classes
    objective = encode_target(y, "log_loss", np.ones(300)).objective
    raw = boosted_outputs(objective, X, y, np.ones(300), X)
    assert raw.shape == (n_trees, n_classes, 300)
    assert np.isfinite(raw).all()


@pytest.mark.parametrize("missing", [[2], [1, 2]])
def test_classes_that_are_missing_are_as_unlikely_as_without_trees(missing):
    X, target, objective = make_rows("three classes")
    known = ~np.isin(target, missing)
    ones = np.ones(np.count_nonzero(known))
    raw = boosted_outputs(objective, X[known], target[known], ones, X)
    null = log_softmax(objective.null_raw(target[known], ones))
    chance = log_softmax(raw, axis=1)[:, missing]
    np.testing.assert_allclose(
        chance, np.broadcast_to(null[missing, None], chance.shape), rtol=1e-6
    )
    if len(missing) == 1:  # the others are told apart
        right = raw[-1, :, known].argmax(axis=1) == target[known]
        assert right.mean() > 0.95


def test_names_are_no_classes():
    X, _, _ = make_rows("number")
    y = np.arange(20) % 11
    objective = encode_target(y, "log_loss", np.ones(20)).objective
    raw = boosted_outputs(objective, X[:20], y, np.ones(20), X[:20])
    null = objective.null_raw(y, np.ones(20))
    np.testing.assert_array_equal(raw, np.broadcast_to(null[:, None], raw.shape))


def test_heavy_rows_are_as_many_rows():
    X, target, objective = make_rows("number")
    X, target = X[:200], target[:200]
    heavy = boosted_outputs(objective, X, target, np.full(200, 5.0), X)
    many = (np.repeat(values, 5, axis=0) for values in (X, target))
    repeated = boosted_outputs(objective, *many, np.ones(1000), X)
    np.testing.assert_allclose(heavy, repeated, atol=1e-6)


@pytest.mark.parametrize(("every", "most_leaves"), [(1e-3, 10), (1e3, 200)])
def test_leaves_have_twenty_rows_at_most_and_one_at_least(every, most_leaves):
    """By hand: of 200 rows 20 000 would be asked for, or none."""
    X, target, objective = make_rows("number")
    X, target = X[:200], target[:200]
    raw = boosted_outputs(objective, X, target, np.full(200, every), X)
    n_leaves = len(np.unique(raw[0, 0] - raw[0, 0].min()))
    assert 1 < n_leaves <= most_leaves


def test_an_output_that_does_not_vary_keeps_its_null_model():
    X, target, objective = make_rows("labels")
    target = target.copy()
    target[:, 1] = 1.0
    raw = boosted_outputs(objective, X, target, np.ones(len(X)), X)
    null = objective.null_raw(target, np.ones(len(X)))
    np.testing.assert_array_equal(raw[:, 1], null[1])
    assert np.ptp(raw[-1, 0]) > 1.0


def test_survival_times_and_many_outputs_have_no_trees():
    y = np.column_stack([np.ones(20), np.arange(1.0, 21.0)])
    assert not has_trees(encode_target(y, "cox", np.ones(20)).objective)
    y = np.random.default_rng(0).standard_normal((20, 13))
    assert not has_trees(encode_target(y, "squared_error", np.ones(20)).objective)
    assert has_trees(encode_target(y[:, :12], "squared_error", np.ones(20)).objective)


def openmp_threads():
    pools = threadpool_info()
    return [p["num_threads"] for p in pools if p["user_api"] == "openmp"]


def test_one_thread_grows_trees_and_those_of_the_caller_are_left_alone(monkeypatch):
    X, target, objective = make_rows("number")
    seen = []

    def stages(*args):
        seen.extend(openmp_threads())
        return _stages(*args)

    monkeypatch.setattr(boosting, "_stages", stages)
    with threadpool_limits(2, user_api="openmp"):
        before = openmp_threads()
        assert set(before) == {2}
        boosted_outputs(objective, X, target, np.ones(len(X)), X)
        assert openmp_threads() == before
    assert set(seen) == {1}
