"""Log losses against scikit-learn and torch, and how labels become classes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from losses import OBJECTIVES, K, draw_problem, row_losses, weighted_loss
from scipy.special import expit, softmax
from sklearn.metrics import log_loss
from torch.nn import functional

from stg_select.objectives import OBJECTIVES as ENCODERS
from stg_select.objectives import (
    BinaryLogLoss,
    MulticlassLogLoss,
    MultilabelLogLoss,
    are_indicators,
)


def encode(y, weight=None):
    y = np.asarray(y)
    return ENCODERS["log_loss"](y, np.ones(len(y)) if weight is None else weight)


def test_binary_log_loss_is_scikit_learns():
    raw, target, weight = draw_problem("binary")
    loss = weighted_loss(OBJECTIVES["binary"], raw, target, weight)
    for k in range(K):
        expected = log_loss(target[k], expit(raw[k, :, 0]), sample_weight=weight[k])
        np.testing.assert_allclose(loss[k], weight[k].sum() * expected)


def test_multiclass_log_loss_is_scikit_learns():
    raw, target, weight = draw_problem("multiclass")
    loss = weighted_loss(OBJECTIVES["multiclass"], raw, target, weight)
    for k in range(K):
        probability = softmax(raw[k], axis=-1)
        expected = log_loss(target[k], probability, sample_weight=weight[k])
        np.testing.assert_allclose(loss[k], weight[k].sum() * expected)


def test_row_losses_are_torchs():
    raw, target, _ = draw_problem("binary")
    rows = row_losses(OBJECTIVES["binary"], raw, target)
    raw, target = map(torch.from_numpy, (raw, target))
    expected = functional.binary_cross_entropy_with_logits(
        raw[..., 0], target, reduction="none"
    )
    np.testing.assert_allclose(rows, expected, rtol=1e-7, atol=1e-8)
    raw, target, _ = draw_problem("multiclass")
    rows = row_losses(OBJECTIVES["multiclass"], raw, target)
    raw, target = map(torch.from_numpy, (raw, target))
    expected = functional.cross_entropy(raw.movedim(-1, 1), target, reduction="none")
    np.testing.assert_allclose(rows, expected)


def test_loss_of_several_labels_is_the_sum_of_scikit_learns():
    raw, target, weight = draw_problem("multilabel")
    loss = weighted_loss(OBJECTIVES["multilabel"], raw, target, weight)
    for k in range(K):
        expected = sum(
            log_loss(labels, expit(output), sample_weight=weight[k])
            for labels, output in zip(target[k].T, raw[k].T, strict=True)
        )
        np.testing.assert_allclose(loss[k], weight[k].sum() * expected)


def test_gradient_of_several_labels_is_that_of_each_alone():
    raw, target, weight = map(torch.from_numpy, draw_problem("multilabel"))
    gradient = OBJECTIVES["multilabel"].gradient(raw, target, weight)
    for label in range(3):
        alone = BinaryLogLoss().gradient(raw[..., [label]], target[..., label], weight)
        torch.testing.assert_close(gradient[..., [label]], alone)


@pytest.mark.parametrize("dtype", [bool, int, float, np.float32])
def test_indicators_of_any_type_are_several_labels(dtype):
    y = np.array([[0, 1, 1], [1, 0, 1], [0, 0, 0]], dtype=dtype)
    assert are_indicators(y)
    encoded = encode(y)
    assert type(encoded.objective) is MultilabelLogLoss
    assert encoded.objective.n_outputs == 3
    assert encoded.classes is None
    np.testing.assert_array_equal(encoded.values, y)
    taken = encoded.take(np.array([2, 0]), np.ones(2), robust=True)
    np.testing.assert_array_equal(taken, y[[2, 0]])
    assert taken.dtype == np.float32


def test_other_tables_are_no_indicators():
    for y in ([0, 1], [[0, 2], [1, 0]], [[0.5, 1.0]], [["0", "1"]]):
        assert not are_indicators(np.array(y))


def test_folds_hold_rare_labels():
    y = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 1], [0, 0, 0], [0, 1, 0]])
    np.testing.assert_array_equal(encode(y).strata, [1, 2, 3, 0, 2])


@pytest.mark.parametrize("name", ["binary", "multiclass"])
def test_labels_may_be_of_any_width(name):
    raw, target, weight = draw_problem(name)
    objective = OBJECTIVES[name]
    expected = weighted_loss(objective, raw, target, weight)
    loss = weighted_loss(objective, raw, target.astype(np.int64), weight)
    np.testing.assert_allclose(loss, expected, rtol=1e-12)


@pytest.mark.parametrize("name", ["binary", "multiclass"])
@pytest.mark.parametrize("label", [0, 1])
def test_null_model_of_a_single_class_is_finite(name, label):
    objective = OBJECTIVES[name]
    target, weight = np.full(5, label), np.ones(5)
    assert np.isfinite(objective.null_raw(target, weight)).all()
    assert 0 < objective.null_deviance(target, weight) < np.log(2)


@given(st.lists(st.sampled_from(["b", "a", "é", "", "10", "9"]), min_size=2))
def test_classes_give_the_labels_back(labels):
    if len(set(labels)) < 2:
        labels = [*labels, "another"]
    encoded = encode(labels)
    np.testing.assert_array_equal(encoded.classes, np.unique(labels))
    np.testing.assert_array_equal(encoded.classes[encoded.values], labels)
    np.testing.assert_array_equal(encoded.strata, encoded.values)


@pytest.mark.parametrize(("n_classes", "n_outputs"), [(2, 1), (3, 3), (60, 60)])
def test_number_of_classes_decides_the_loss(n_classes, n_outputs):
    objective = encode(np.arange(120) % n_classes).objective
    assert type(objective) is (BinaryLogLoss if n_classes == 2 else MulticlassLogLoss)
    assert objective.n_outputs == n_outputs


def test_classes_of_rows_without_weight_do_not_count():
    encoded = encode(["a", "b", "c", "a"], weight=np.array([1.0, 0.0, 2.0, 1.0]))
    np.testing.assert_array_equal(encoded.classes, ["a", "c"])
    assert type(encoded.objective) is BinaryLogLoss
    used = np.array([0, 2, 3])
    for robust in (False, True):
        taken = encoded.take(used, np.ones(3), robust=robust)
        np.testing.assert_array_equal(taken, [0, 1, 0])


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (["a", "a"], "at least two classes, got one class only: 'a'"),
        ([[0, 2], [1, 0]], r"zeros and ones of shape .*, got shape \(2, 2\) of dtype"),
        (
            [[0, 1], [1, 1]],
            r"vary in every label, got a constant in label \[1\]",
        ),
        ([0.5, 1.5], "objective='log_loss' expects class labels in y, got continuous"),
        ([f"row {i}" for i in range(30)], "come more than once, got 30 different ones"),
    ],
)
def test_unusable_labels(y, message):
    with pytest.raises(ValueError, match=message):
        encode(y)


@pytest.mark.parametrize(("n_classes", "pairs"), [(2, 1.0), (3, 1.5), (20, 10.0)])
def test_pairs_of_classes_share_the_rows(n_classes, pairs):
    classes = np.arange(40) % n_classes
    assert encode(classes).objective.class_pairs == pairs
    assert encode(np.eye(n_classes)[classes]).objective.class_pairs == 1.0
