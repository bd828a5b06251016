"""Which objective a target gets, and how it is encoded."""

from __future__ import annotations

import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from samples import PLAIN, assert_same_fit, fitted_on, make_table, quick_selector
from sklearn.datasets import load_diabetes

from stg_select import GaussianGateSelector
from stg_select.cli._prepare import prepare_target
from stg_select.objectives import (
    BinaryLogLoss,
    Cox,
    MulticlassLogLoss,
    MultilabelLogLoss,
    Poisson,
    SquaredError,
)
from stg_select.selectors._targets import encode_target, kind_of_target

CODES = np.array([0, 1, 1, 2, 0, 2] * 3)
NUMBERS = np.array([0.5, -1.25, 3.0, 2.5, 0.0, 1.75])
SURVIVAL = np.array([(True, 2.0), (False, 1.0)] * 3, dtype=[("e", bool), ("t", float)])
# each whole number, as its name says
WHOLE_TYPES = {
    "int64": np.int64,
    "uint8": np.uint8,
    "float32": np.float32,
    "float64": np.float64,
    "Int64": "Int64",
    "UInt8": "UInt8",
    "Float64": "Float64",
    "object": object,
}
LABEL_TYPES = ["str", "string", "category of text", "category of numbers"]


def encode(y, objective="auto", weight=None):
    y = np.asarray(y)
    return encode_target(y, objective, np.ones(len(y)) if weight is None else weight)


def kind_of(y, weight=None, **settings):
    y = np.asarray(y)
    weight = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=float)
    return kind_of_target(y, weight, **settings)


def repeated(values, counts):
    """Every value as often as its count says, in mixed order."""
    return np.random.default_rng(0).permutation(np.repeat(values, counts))


@pytest.mark.parametrize(
    ("y", "kind", "n_outputs"),
    [
        (CODES % 2, BinaryLogLoss, 1),
        (CODES % 2 == 1, BinaryLogLoss, 1),
        (CODES % 2 * 2.0 - 1.0, BinaryLogLoss, 1),
        (np.array(list("abacab")), MulticlassLogLoss, 3),
        (np.array(list("abacab"), dtype=object), MulticlassLogLoss, 3),
        (np.array([True, False] * 3, dtype=object), BinaryLogLoss, 1),
        ([Decimal(i) / 8 for i in range(40)], SquaredError, 1),
        (CODES, MulticlassLogLoss, 3),
        (CODES[:, None], MulticlassLogLoss, 3),
        (NUMBERS, SquaredError, 1),
        (NUMBERS.astype(object), SquaredError, 1),
        (NUMBERS[:, None], SquaredError, 1),
        (np.column_stack([NUMBERS, CODES[:6]]), SquaredError, 2),
        (np.column_stack([CODES, CODES % 2]), SquaredError, 2),
        (np.column_stack([CODES > 0, CODES % 2]), MultilabelLogLoss, 2),
        (np.column_stack([CODES > 0, CODES > 1, CODES == 1]), MultilabelLogLoss, 3),
        (SURVIVAL, Cox, 1),
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
    assert type(encode(CODES * 1.0, "log_loss").objective) is MulticlassLogLoss
    assert type(encode(CODES, "poisson").objective) is Poisson


def column(codes, kind):
    """Whole numbers as a pandas column of some type."""
    if kind in WHOLE_TYPES:
        return pd.Series(codes, name="y").astype(WHOLE_TYPES[kind])
    if kind == "category of numbers":
        return pd.Series(codes, name="y").astype("category")
    kind = "category" if kind == "category of text" else kind
    return pd.Series(codes, name="y").astype(str).astype(kind)


@pytest.mark.filterwarnings("ignore:No gate can close")
@pytest.mark.filterwarnings("ignore:No features were selected:UserWarning")
@pytest.mark.filterwarnings("ignore:y holds whole numbers")
@pytest.mark.parametrize("kind", [*WHOLE_TYPES, *LABEL_TYPES])
@pytest.mark.parametrize("n_values", [2, 3, 10, 20, 21, 35, 60])
def test_estimator_and_command_line_agree(kind, n_values):
    y = column(np.arange(300) % n_values, kind)
    X = np.random.default_rng(0).standard_normal((len(y), 3))
    classes = n_values <= 20 or kind in LABEL_TYPES
    selector = quick_selector(max_iter=1, **PLAIN).fit(X, y)
    assert selector.objective_ == ("log_loss" if classes else "squared_error")
    assert hasattr(selector, "classes_") == classes
    target = prepare_target(y)
    assert target.task == ("classification" if classes else "regression")
    what = "not numbers" if kind in LABEL_TYPES else "whole numbers"
    assert what in target.reason
    assert str(n_values) in target.reason


@pytest.mark.filterwarnings("ignore:No gate can close")
@pytest.mark.filterwarnings("ignore:No features were selected:UserWarning")
@pytest.mark.parametrize("dtype", [bool, "boolean", object])
def test_truth_values_are_classes(dtype):
    y = pd.Series(np.arange(40) % 2 == 1, name="y").astype(dtype)
    X = np.random.default_rng(0).standard_normal((len(y), 3))
    assert quick_selector(max_iter=1).fit(X, y).objective_ == "log_loss"
    target = prepare_target(y)
    assert (target.task, target.reason) == ("classification", "truth values")


@pytest.mark.parametrize(
    ("values", "counts", "objective", "is_guess"),
    [
        ([0, 1], [9, 1], "log_loss", False),
        ([5, 70], [1, 1], "log_loss", False),
        ([0, 1, 2], [4, 4, 4], "log_loss", False),
        (range(10), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180], "log_loss", 0),
        (range(1, 8), [2118, 2833, 357, 27, 94, 173, 205], "log_loss", False),
        (range(1, 21), [72] * 20, "log_loss", False),
        # ratings, and labels that do not count from 0 or 1
        (range(3, 10), [30, 216, 2138, 2836, 1079, 193, 5], "log_loss", True),
        (range(1, 6), [5, 10, 40, 60, 20], "log_loss", True),
        ([10, 20, 30], [9, 9, 9], "log_loss", True),
        ([-1, 0, 1], [9, 9, 9], "log_loss", True),
        # too many, or some too rare
        (range(1, 22), [1] + [40] * 20, "squared_error", False),
        (range(1, 27), [60] * 26, "squared_error", True),
        (range(100, 126), [60] * 26, "squared_error", False),
        (range(61), [60] * 61, "squared_error", False),
        (range(8), [135, 271, 270, 181, 90, 36, 12, 1], "squared_error", False),
        ([0, 1, 2], [9, 9, 2], "squared_error", False),
    ],
)
def test_whole_numbers(values, counts, objective, is_guess):
    y = repeated(values, counts)
    expected = (objective, bool(is_guess))
    for dtype in (np.int64, np.float64):
        kind = kind_of(y.astype(dtype))
        assert (kind.objective, kind.is_guess) == expected
        assert kind.reason == f"whole numbers, {len(values)} of them distinct"


def test_fractional_numbers_are_a_response():
    kind = kind_of([0.5, 1.0] * 20)
    assert kind.objective == "squared_error"
    assert kind.reason == "fractional numbers, 2 of them distinct"
    assert kind_of([0.5, 1.0] * 20, categories=True).objective == "log_loss"


def test_several_outputs_are_a_response():
    assert kind_of(2.0 * np.ones((4, 3))).reason == "3 outputs"


@pytest.mark.parametrize(
    ("weight", "objective"),
    [([1, 1, 3], "log_loss"), ([1, 1, 2], "squared_error"), ([1, 1, 0.5], "log_loss")],
)
def test_whole_weights_count_rows(weight, objective):
    """Of other weights the ratios alone matter, so rows count as they are."""
    y = np.array([0] * 5 + [1] * 5 + ([2] if weight[2] != 0.5 else [2] * 3))
    kind = kind_of(y, np.array(weight)[y])
    assert kind.objective == objective


def test_values_of_rows_without_weight_do_not_count():
    y = np.arange(105) % 21
    assert kind_of(y).objective == "squared_error"
    assert kind_of(y, np.where(y == 7, 0.0, 1.0)).objective == "log_loss"


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (
            repeated(range(3, 8), [20] * 5),
            "y holds whole numbers, 5 of them distinct, and is taken for "
            "objective='log_loss'; set objective to 'log_loss' if they are classes",
        ),
        (
            repeated(range(30), [4] * 30),
            "y holds whole numbers, 30 of them distinct, and is taken for "
            "objective='squared_error'; .* or to 'squared_error' or 'poisson' if",
        ),
    ],
)
def test_a_guess_is_said_once(y, message):
    X = np.random.default_rng(0).standard_normal((len(y), 3))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        quick_selector(max_iter=1).fit(X, y)
    said = [w for w in caught if "y holds" in str(w.message)]
    assert len(said) == 1
    assert said[0].filename == __file__
    with pytest.warns(UserWarning, match=message):
        encode(y)
    encode(y, "log_loss")  # warnings are errors here
    encode(y, "squared_error")


def test_many_whole_numbers_keep_their_signal():
    """Of 40 different ones, which as classes drown it."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 30))
    y = np.round(20.0 + 7.0 * (X[:, 0] + X[:, 1] + X[:, 2]) / np.sqrt(3.0))
    assert 30 < len(np.unique(y)) < 45
    selector = GaussianGateSelector(random_state=0).fit(X, y)
    np.testing.assert_array_equal(selector.get_support(indices=True), [0, 1, 2])


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
    assert_same_fit(named, fitted_on("binary"))


@pytest.mark.parametrize("kind", ["intervals", "dates", "periods"])
def test_categories_of_any_type_are_classes_by_their_text(kind):
    X, y = make_table("regression")
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta((y > y.mean()) * 31, "D")
    labels = {
        "intervals": pd.cut(pd.Series(y), [-np.inf, y.mean(), np.inf]),
        "dates": pd.Categorical(days),
        "periods": pd.Series(days.to_period("M")).astype("category"),
    }[kind]
    text = pd.Series(labels).astype(str)
    found = quick_selector().fit(X, labels)
    assert_same_fit(found, quick_selector().fit(X, text))
    assert found.classes_.tolist() == sorted(set(text))
    as_frame = pd.DataFrame({"y": labels})
    assert_same_fit(quick_selector().fit(X, as_frame), found)


def test_categories_of_several_types_are_refused_not_merged():
    X, _ = make_table("binary")
    labels = pd.Series([1, "1", 2, "2"] * 30, dtype=object).astype("category")
    with pytest.raises(ValueError, match="of one type, got int, str"):
        quick_selector().fit(X, labels)


def test_no_rows_at_all_are_refused_as_scikit_learn_does():
    X, _ = make_table("binary")
    with pytest.raises(ValueError, match="0 sample"):
        quick_selector().fit(X[:0], np.array([], dtype=object))


def test_categories_and_missing_capable_types_as_labels():
    X, y = make_table("multiclass")
    expected = fitted_on("multiclass")
    names = pd.Series(np.array(["a", "b", "c"])[y])
    for labels in (names.astype("category"), names.astype("string")):
        assert_same_fit(quick_selector().fit(X, labels), expected)
    assert_same_fit(quick_selector().fit(X, pd.Series(y, dtype="Int64")), expected)


def test_column_of_responses_is_one_response():
    X, y = make_table("regression")
    for given in (y[:, None], y.tolist()):
        assert_same_fit(quick_selector().fit(X, given), fitted_on("regression"))
