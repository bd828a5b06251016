"""Which objective a target gets, and how it is encoded."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from samples import assert_same_fit, make_table, quick_selector
from sklearn.datasets import load_diabetes

from stg_select.objectives import BinaryLogLoss, MulticlassLogLoss, SquaredError
from stg_select.selectors._targets import encode_target

CODES = np.array([0, 1, 1, 2, 0, 2])
NUMBERS = np.array([0.5, -1.25, 3.0, 2.5, 0.0, 1.75])


def encode(y, objective="auto", weight=None):
    y = np.asarray(y)
    return encode_target(y, objective, np.ones(len(y)) if weight is None else weight)


@pytest.mark.parametrize(
    ("y", "kind", "n_outputs"),
    [
        (CODES % 2, BinaryLogLoss, 1),
        (CODES % 2 == 1, BinaryLogLoss, 1),
        (CODES % 2 * 2.0 - 1.0, BinaryLogLoss, 1),
        (np.array(list("abacab")), MulticlassLogLoss, 3),
        (np.array(list("abacab"), dtype=object), MulticlassLogLoss, 3),
        (np.array([True, False] * 3, dtype=object), BinaryLogLoss, 1),
        (CODES, MulticlassLogLoss, 3),
        (CODES[:, None], MulticlassLogLoss, 3),
        (NUMBERS, SquaredError, 1),
        (NUMBERS.astype(object), SquaredError, 1),
        (NUMBERS[:, None], SquaredError, 1),
        (np.column_stack([NUMBERS, CODES]), SquaredError, 2),
        (np.column_stack([CODES, CODES % 2]), SquaredError, 2),
    ],
)
def test_objective_follows_from_y(y, kind, n_outputs):
    objective = encode(y).objective
    assert type(objective) is kind
    assert objective.n_outputs == n_outputs


def test_objective_can_be_set():
    as_numbers = encode(CODES, "squared_error")
    assert type(as_numbers.objective) is SquaredError
    assert as_numbers.classes is None
    assert as_numbers.strata is None
    assert type(encode(CODES * 1.0, "log_loss").objective) is MulticlassLogLoss


@pytest.mark.parametrize("outlier", [1e3, 1e6])
def test_one_outlier_does_not_decide(outlier):
    """Also where its row would give another column all the say."""
    X, y = make_table("regression", n_rows=300)
    X[5, 4] = 9.0
    expected = quick_selector().fit(X, y)
    y[5] = outlier
    selector = quick_selector().fit(X, y)
    np.testing.assert_array_equal(selector.support_, expected.support_)
    np.testing.assert_array_equal(selector.get_support(indices=True), [0, 1])


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.float32])
@pytest.mark.parametrize("n_rows", [51, 1000])
def test_whole_numbers_of_many_values_are_a_response(dtype, n_rows):
    codes = np.arange(n_rows)
    assert type(encode((codes % 51).astype(dtype)).objective) is SquaredError
    assert type(encode((codes % 50).astype(dtype)).objective) is MulticlassLogLoss
    many = encode((codes % 51).astype(dtype), "log_loss").objective
    assert type(many) is MulticlassLogLoss
    assert many.n_outputs == 51


def test_other_labels_of_many_values_are_classes():
    encoded = encode((np.arange(120) % 60).astype(str))
    assert type(encoded.objective) is MulticlassLogLoss
    assert len(encoded.classes) == 60


def test_values_of_rows_without_weight_do_not_count():
    codes = np.arange(51)
    encoded = encode(codes, weight=np.where(codes == 7, 0.0, 1.0))
    assert type(encoded.objective) is MulticlassLogLoss


@pytest.mark.filterwarnings("ignore:No gate can close")
def test_diabetes_is_a_regression():
    X, y = load_diabetes(return_X_y=True)
    selector = quick_selector(max_iter=2).fit(X, y)
    assert not hasattr(selector, "classes_")
    assert type(encode(y).objective) is SquaredError
    assert type(encode(y.astype(int)).objective) is SquaredError


def test_numbers_beyond_the_integers_are_a_response():
    assert type(encode(NUMBERS * 1e300).objective) is SquaredError


@pytest.mark.parametrize(
    "labels",
    [
        ["no", "yes"],
        [b"no".decode(), "yes"],
        [False, True],
        [-1.0, 1.0],
        [5, 70],
    ],
    ids=str,
)
@pytest.mark.parametrize("container", [np.asarray, list, pd.Series, pd.DataFrame])
def test_what_labels_are_called_does_not_matter(labels, container):
    X, y = make_table("binary")
    named = quick_selector().fit(X, container(np.asarray(labels)[y]))
    np.testing.assert_array_equal(named.classes_, labels)
    np.testing.assert_array_equal(named.classes_, np.unique(labels))
    assert_same_fit(named, quick_selector().fit(X, y))


def test_categories_and_missing_capable_types_as_labels():
    X, y = make_table("multiclass")
    expected = quick_selector().fit(X, y)
    names = pd.Series(np.array(["a", "b", "c"])[y])
    for labels in (names.astype("category"), names.astype("string")):
        assert_same_fit(quick_selector().fit(X, labels), expected)
    assert_same_fit(quick_selector().fit(X, pd.Series(y, dtype="Int64")), expected)


def test_column_of_responses_is_one_response():
    X, y = make_table("regression")
    assert_same_fit(
        quick_selector().fit(X, y[:, None]), quick_selector().fit(X, y.tolist())
    )
