"""Weights of classes: those of scikit-learn, and no evidence by themselves."""

from __future__ import annotations

import numpy as np
import pytest
from samples import assert_same_fit, make_table, quick_selector
from sklearn.utils.class_weight import compute_sample_weight

from stg_select import GaussianGateSelector
from stg_select.objectives import OBJECTIVES
from stg_select.selectors._row_weights import class_factors

X, Y = make_table("multiclass", n_rows=300)
NAMES = np.array(["a", "b", "c"])[Y]


def factors(class_weight, y, weight=None):
    weight = np.ones(len(y)) if weight is None else weight
    return class_factors(class_weight, OBJECTIVES["log_loss"](y, weight), weight)


@pytest.mark.parametrize("class_weight", ["balanced", {"a": 3.0, "c": 0.5}, {}])
def test_factors_are_scikit_learns(class_weight):
    expected = compute_sample_weight(class_weight, NAMES)
    np.testing.assert_allclose(factors(class_weight, NAMES), expected)


def test_classes_are_balanced_as_their_rows_weigh():
    counts = np.random.default_rng(0).integers(0, 4, len(Y))
    expected = compute_sample_weight("balanced", np.repeat(Y, counts))
    found = np.repeat(factors("balanced", Y, counts.astype(float)), counts)
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("class_weight", ["balanced", {0: 2.5, 2: 0.3}])
def test_class_weights_multiply_sample_weights(class_weight):
    weight = np.random.default_rng(0).uniform(0.5, 2.0, len(Y))
    selector = quick_selector(class_weight=class_weight).fit(X, Y, weight)
    by_hand = weight * factors(class_weight, Y, weight)
    other = quick_selector().fit(X, Y, by_hand)
    np.testing.assert_array_equal(selector.ranking_, other.ranking_)
    np.testing.assert_allclose(selector.mu_, other.mu_, atol=1e-5)


def test_balanced_classes_need_no_weights():
    y = np.repeat([0, 1], 60)
    X, _ = make_table("binary")
    X[:, 0] += y
    plain, balanced = (
        quick_selector(class_weight=class_weight).fit(X, y)
        for class_weight in (None, "balanced")
    )
    assert_same_fit(plain, balanced)


@pytest.mark.parametrize("class_weight", ["balanced", {0: 1, 1: 30}])
@pytest.mark.parametrize("kind", ["normal", "few kinds"])
@pytest.mark.filterwarnings("ignore:No features were selected:UserWarning")
def test_class_weights_open_no_gates_on_noise(kind, class_weight):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((500, 20))
    if kind == "few kinds":
        X = (X[:, :4] > 0).astype(float)
    y = (rng.random(500) < 0.05).astype(int)
    selector = GaussianGateSelector(class_weight=class_weight, random_state=0)
    assert selector.fit(X, y).support_.sum() == 0


@pytest.mark.parametrize("class_weight", [None, "balanced"])
def test_few_kinds_of_rows_keep_their_signal(class_weight):
    rng = np.random.default_rng(0)
    X = rng.integers(0, 2, (1000, 5)).astype(float)
    y = (rng.random(1000) < np.where(X[:, 0] == X[:, 1], 0.25, 0.05)).astype(int)
    selector = quick_selector(class_weight=class_weight, n_seeds=2).fit(X, y)
    assert set(np.flatnonzero(selector.ranking_ <= 2)) == {0, 1}
    assert 2 <= selector.n_features_to_select_ <= 3


def test_without_folds():
    selector = quick_selector(class_weight={0: 4.0}, cross_fit=None).fit(X, Y)
    by_hand = quick_selector(cross_fit=None).fit(X, Y, np.where(Y == 0, 4.0, 1.0))
    np.testing.assert_allclose(selector.mu_, by_hand.mu_, atol=1e-5)


@pytest.mark.parametrize(
    ("class_weight", "y", "message"),
    [
        ({"d": 2.0}, NAMES, "must name classes of y, 'a', 'b', 'c', got 'd'"),
        ({7: 2.0}, np.arange(300) % 6, r"0, 1, 2, 3, 4, \.\.\., got 7"),
        ({"a": 0.0}, NAMES, "must give positive numbers, got 0.0 for class 'a'"),
        ({"a": "2"}, NAMES, "must give positive numbers, got '2' for class 'a'"),
        (
            "balanced",
            X[:, 0],
            "'balanced' expects one class label a row .* objective='squared_error'",
        ),
        ({1: 2.0}, X[:, :2] > 0, "expects one class label a row .*'log_loss'"),
        ("even", Y, "'class_weight' parameter of GaussianGateSelector must be"),
        ([1.0, 2.0], Y, "'class_weight' parameter of GaussianGateSelector must be"),
    ],
)
def test_unusable_class_weights(class_weight, y, message):
    with pytest.raises(ValueError, match=message):
        quick_selector(class_weight=class_weight).fit(X, y)
