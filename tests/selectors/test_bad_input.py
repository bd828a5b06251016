"""Every input that cannot be used gives one sentence that says what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from samples import N_FEATURES, PLAIN, make_table, quick_selector
from sklearn.exceptions import NotFittedError

from stg_select.engine import available_devices

X, Y = make_table("binary")
RESPONSE = make_table("regression")[1]
TEXT = np.array([["a", "b"]] * len(X), dtype=object)


def with_value(array, value):
    """The array with one value put into its third row."""
    changed = np.array(array, dtype=float)
    changed[2, ...] = value
    return changed


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        (with_value(X, np.inf), ValueError, "Column 0 of X holds infinite values"),
        (X * 1j, ValueError, "Complex data not supported"),
        (TEXT, ValueError, "column that varies, got constant columns only"),
        (X[:, 0], ValueError, "Expected 2D array, got 1D array"),
        (X[:, :, None], ValueError, "Found array with dim 3"),
        (X[:, :0], ValueError, r"0 feature\(s\) .* minimum of 1 is required"),
        (np.ones_like(X), ValueError, "column that varies, got constant columns only"),
        (np.ones((len(X), 1)), ValueError, "got constant columns only"),
        (pl.LazyFrame(X), TypeError, r"got LazyFrame; X\.collect\(\) makes one of it"),
        (dict(enumerate(X.T)), TypeError, r"got dict; pandas\.DataFrame\(X\)"),
        (pd.DataFrame(X).to_records(), TypeError, r"got recarray; pandas\.DataFrame"),
        ("table.csv", TypeError, r"rows and columns, got str; read the file first"),
        (Path("table.csv"), TypeError, r"Path; read the file first, as by pandas"),
    ],
)
def test_unusable_table(table, error, message):
    with pytest.raises(error, match=message):
        quick_selector().fit(table, np.arange(len(X)) % 2)


def test_all_columns_constant_without_folds():
    with pytest.raises(ValueError, match="got constant columns only"):
        quick_selector(cross_fit=None).fit(np.ones_like(X), Y)


def test_columns_beyond_single_precision_as_they_are():
    huge = with_value(X, 1e39)
    message = "X must fit into float32 where embedding=None and standardize=False"
    with pytest.raises(ValueError, match=rf"{message}, got .* 1e\+39"):
        quick_selector(**PLAIN).fit(huge, Y)
    quick_selector(**{**PLAIN, "standardize": True}).fit(huge, Y)


@pytest.mark.parametrize("n_rows", [0, 1])
def test_too_few_rows_for_anything(n_rows):
    with pytest.raises(ValueError, match=rf"{n_rows} sample\(s\).* minimum of [12]"):
        quick_selector().fit(X[:n_rows], Y[:n_rows])


@pytest.mark.parametrize("rows", [[0, 1, 2], [0, 1, 2] * 3])
def test_fewer_rows_than_folds(rows):
    with pytest.raises(ValueError, match="cross_fit=4 expects at least"):
        quick_selector().fit(X[rows], RESPONSE[rows])


def test_fewer_rows_than_folds_have_a_weight():
    weight = np.zeros(len(X))
    weight[:3] = 1.0
    with pytest.raises(ValueError, match=r"cross_fit=4 expects .*n_samples = 3"):
        quick_selector().fit(X, RESPONSE, weight)


@pytest.mark.parametrize(
    ("target", "settings", "message"),
    [
        (with_value(RESPONSE, np.nan), {}, "Input y contains NaN"),
        (with_value(RESPONSE, -np.inf), {}, "Input y contains infinity"),
        (RESPONSE * 1j, {}, "Complex data not supported"),
        (Y[:-1], {}, r"inconsistent numbers of samples: \[120, 119\]"),
        (None, {}, "requires y to be passed"),
        (np.ones(len(X), dtype=int), {}, "two classes, got one class only: 1"),
        (np.full(len(X), "yes"), {}, "two classes, got one class only: 'yes'"),
        (np.ones(len(X)), {"objective": "squared_error"}, r"constant in output \[0\]"),
        (
            np.column_stack([RESPONSE, np.ones(len(X))]),
            {},
            r"y must vary in every output, got a constant in output \[1\]",
        ),
        (
            np.where(Y, "a", "b"),
            {"objective": "squared_error"},
            "objective='squared_error' expects numbers in y, got dtype",
        ),
        (RESPONSE, {"objective": "log_loss"}, "expects class labels in y"),
        (
            np.column_stack([Y, Y + 1]),
            {"objective": "log_loss"},
            r"labels in y of shape \(n_samples,\), or .*, got shape \(120, 2\)",
        ),
        (np.array([["a", "b"]] * len(X)), {}, "y must hold classes or numbers, got"),
        (
            np.array([1, "a"] * 60, dtype=object),
            {},
            "y must hold labels or numbers of one type, got int, str",
        ),
        (
            np.array(["a", None] * 60, dtype=object),
            {},
            "y must hold a value in each row, got none in row 1",
        ),
        (
            pd.Series(["a", "a", pd.NA, "b"] * 30, dtype="string"),
            {},
            "y must hold a value in each row, got none in row 2",
        ),
        (
            pl.Series([True, False, True, None] * 30),
            {},
            "y must hold a value in each row, got none in row 3",
        ),
        (
            pd.Series(["a", "b", None, "c"] * 30, dtype="category"),
            {},
            "y must hold a value in each row, got none in row 2",
        ),
        (
            [10**400, 1] * 60,
            {},
            "y must hold numbers that floats can hold, got larger ones",
        ),
    ],
)
def test_unusable_target(target, settings, message):
    with pytest.raises(ValueError, match=message):
        quick_selector(**settings).fit(X, target)


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (-np.ones(len(X)), "Negative values in data passed to `sample_weight`"),
        (with_value(np.ones(len(X)), np.nan), "Input sample_weight contains NaN"),
        (np.zeros(len(X)), r"(?i)sample.weight.* at least one"),
        (np.ones(3), r"sample_weight.shape == \(3,\), expected \(120,\)"),
    ],
)
def test_unusable_weights(weight, message):
    with pytest.raises(ValueError, match=message):
        quick_selector().fit(X, Y, weight)


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([0, 1], r"one id for each column, expected shape \(6,\), got \(2,\)"),
        (np.zeros((N_FEATURES, 1)), r"expected shape \(6,\), got \(6, 1\)"),
        ([0, 1, None, None, 2, 3], "hold an id for each column, got .*None"),
        ([0, 1, 2, 3, 4, np.nan], "hold an id for each column, got .*nan"),
        ([1, "1", 1.0, True, 2, 3], "numbers, or texts, .* got bool, float, int, str"),
        ([0, 1, 2, 3, 4, True], "numbers, or texts, or truth values, got bool, int"),
        ([{}, {}, 1, 2, 3, 4], "or truth values, got dict, int"),
        ([[1], [2, 3], 3, 4, 5, 6], "or truth values, got int, list"),
        ({"g": ["zip"]}, "columns of X or positions 0 to 5, got 'zip'"),
        ({"g": [0, N_FEATURES]}, "columns of X or positions 0 to 5, got 6"),
        ({"g": [-1]}, "columns of X or positions 0 to 5, got -1"),
        ({"g": [True, False]}, "columns of X or positions 0 to 5, got True"),
        ({"g": [0, 1], "h": [1, 2]}, "name a column once, got 1 twice"),
        ({"g": []}, "at least one column a group, got none in 'g'"),
    ],
)
def test_unusable_groups(groups, message):
    with pytest.raises(ValueError, match=f"feature_groups must .*{message}"):
        quick_selector(feature_groups=groups).fit(X, Y)


@pytest.mark.parametrize("value", [-1.0, np.inf, -np.inf, np.nan, "best"])
def test_unusable_reg_weight(value):
    message = f"'reg_weight' .* must be .*'auto'.* Got {value!r} instead"
    with pytest.raises(ValueError, match=message):
        quick_selector(reg_weight=value).fit(X, Y)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_features_to_select", 0),
        ("n_features_to_select", 1.5),
        ("threshold", 1.2),
        ("objective", "hinge"),
        ("gate_std", 0.0),
        ("gate_std", 1e39),
        ("gate_std", 1e-300),
        ("reg_weight", 1e39),
        ("reg_weight", 10**400),
        ("learning_rate_init", 1e39),
        ("gate_learning_rate_init", 1e39),
        ("alpha", 1e7),
        ("screening", 10**30),
        ("max_iter", 10**30),
        ("feature_groups", "gender"),
        ("cross_fit", 1),
        ("n_seeds", 0),
        ("embedding", "fourier"),
        ("screening", 0),
        ("standardize", "yes"),
        ("gate_noise", "none"),
        ("hidden_layer_sizes", 0),
        ("activation", "gelu"),
        ("learning_rate_init", 0.0),
        ("gate_learning_rate_init", -1.0),
        ("alpha", -0.1),
        ("batch_size", 0),
        ("max_iter", 0),
        ("n_iter_no_change", 0),
        ("tol", -1e-3),
        ("device", 3),
        ("random_state", -1),
        ("verbose", -1),
    ],
)
def test_unusable_setting(name, value):
    got = re.escape(repr(value))
    message = f"'{name}' parameter of GaussianGateSelector must be .* Got {got}"
    with pytest.raises(ValueError, match=message):
        quick_selector(**{name: value}).fit(X, Y)


@pytest.mark.parametrize(
    "sizes", [(8, 0), (2.5,), [True], [[4, 3], [2]], [10**30], [2**16 + 1]]
)
def test_unusable_layer_sizes(sizes):
    message = f"hidden_layer_sizes must hold integers .* got {re.escape(repr(sizes))}"
    with pytest.raises(ValueError, match=message):
        quick_selector(hidden_layer_sizes=sizes).fit(X, Y)


@pytest.mark.parametrize("device", ["tpu", "CPU", ""])
def test_unknown_device(device):
    message = f"device must be 'auto', 'cpu', 'cuda', .* got '{device}'"
    with pytest.raises(ValueError, match=message):
        quick_selector(device=device).fit(X, Y)


@pytest.mark.skipif("cuda" in available_devices(), reason="there is a CUDA device")
def test_cuda_where_there_is_none():
    with pytest.raises(
        ValueError, match=r"device='cuda' is not available here; expected"
    ):
        quick_selector(device="cuda").fit(X, Y)


@pytest.mark.parametrize(
    ("groups", "n_gates"), [(None, N_FEATURES), ([0, 0, 1, 1, 2, 2], 3)]
)
def test_more_gates_asked_for_than_there_are(groups, n_gates):
    message = f"n_features_to_select must be at most .*, {n_gates}, got {n_gates + 1}"
    selector = quick_selector(n_features_to_select=n_gates + 1, feature_groups=groups)
    with pytest.raises(ValueError, match=message):
        selector.fit(X, Y)
    selector.set_params(n_features_to_select=n_gates).fit(X, Y)
    selector.n_features_to_select = n_gates + 1
    with pytest.raises(ValueError, match=message):
        selector.get_support()


@pytest.mark.parametrize("settings", [{}, PLAIN], ids=["default", "plain"])
def test_settings_are_looked_at_before_training(settings):
    """A refused fit leaves nothing behind that looks fitted."""
    selector = quick_selector(n_features_to_select=99, **settings)
    with pytest.raises(ValueError, match="n_features_to_select"):
        selector.fit(X, Y)
    with pytest.raises(NotFittedError):
        selector.get_support()


def test_training_that_diverges():
    selector = quick_selector(learning_rate_init=1e5)
    with pytest.raises(ValueError, match=r"lower learning_rate_init, got 100000.0"):
        selector.fit(X, RESPONSE)


@pytest.mark.parametrize("attribute", ["support_", "gate_values_"])
def test_reading_before_fit(attribute):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        getattr(quick_selector(), attribute)
    with pytest.raises(NotFittedError, match="not fitted yet"):
        quick_selector().ranking_table()


def test_device_of_a_number_that_is_not_there():
    with pytest.raises(ValueError, match=r"device='cuda:99' is not available here"):
        quick_selector(device="cuda:99").fit(X, Y)


@pytest.mark.parametrize(("kind", "name"), [("M", "dates"), ("m", "durations")])
def test_dates_as_target(kind, name):
    y = np.arange(len(X)).astype(f"{kind}8[D]")
    with pytest.raises(ValueError, match=f"must hold labels or numbers, got {name} of"):
        quick_selector().fit(X, y)


def test_labels_that_come_once():
    y = np.array([f"row {i}" for i in range(len(X))])
    with pytest.raises(ValueError, match="labels that come more than once, got"):
        quick_selector().fit(X, y)


def test_a_truth_value_is_no_number_of_features():
    with pytest.raises(ValueError, match="n_features_to_select must be a number"):
        quick_selector(n_features_to_select=True).fit(X, Y)


def test_group_that_lists_no_columns():
    with pytest.raises(
        ValueError, match="feature_groups must list the columns of 'a', got"
    ):
        quick_selector(feature_groups={"a": None}).fit(X, Y)


@pytest.mark.parametrize(
    ("parameter", "value"), [("n_features_to_select", -3), ("threshold", "x")]
)
def test_parameters_changed_after_fit(parameter, value):
    selector = quick_selector().fit(X, Y).set_params(**{parameter: value})
    with pytest.raises(ValueError, match=f"The '{parameter}' parameter"):
        selector.get_support()


@pytest.mark.parametrize("alpha", [51.0, 1e5])
def test_decay_of_more_than_there_is(alpha):
    message = rf"alpha must be at most 1 / learning_rate_init = 50.0, got {alpha}"
    with pytest.raises(ValueError, match=message):
        quick_selector(alpha=alpha).fit(X, Y)
