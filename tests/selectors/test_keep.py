"""Columns that stay whatever happens."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from samples import make_table, quick_selector
from sklearn.compose import make_column_selector

from stg_select import GaussianGateSelector
from stg_select.selectors._gate_options import kept_features

NAMES = np.array(["age", "sex", "dose"], dtype=object)


def clinic(seed=0, n=500):
    """Age and the dose count; two surrogates of age add nothing to it."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(n, 12)), columns=[f"x{i}" for i in range(12)])
    X = X.rename(columns={"x0": "age", "x5": "dose"})
    X["x1"] = X["age"] + 0.3 * rng.normal(size=n)
    X["x2"] = X["age"] + 0.5 * rng.normal(size=n)
    y = 2 * X["age"] + 0.7 * X["dose"] + 0.5 * rng.normal(size=n)
    return X, y


@pytest.mark.parametrize(
    "keep",
    [
        ["age", "dose"],
        [0, 2],
        ("age", 2),
        np.array([True, False, True]),
        [True, False, True],
        pd.Series(["age", "dose"]),
        pd.Series([True, False, True]),
        *(
            pd.Series([True, True, False], index=["dose", "age", "sex"]).astype(kind)
            for kind in (bool, "boolean", "bool[pyarrow]", object)
        ),
        pd.Series([True, False, True], index=[2, 1, 0]),
        lambda X: ["age", "dose"],
        lambda X: X.columns != "sex",
    ],
    ids=[
        *("names", "positions", "both", "mask", "list", "series", "series of truth"),
        *(f"{kind} by name" for kind in ("mask", "nullable", "arrow", "objects")),
        *("mask by position", "function", "of X"),
    ],
)
def test_ways_to_name_columns(keep):
    X = pd.DataFrame(np.zeros((2, 3)), columns=NAMES)
    kept = kept_features(keep, X, NAMES, 3)
    np.testing.assert_array_equal(kept, [True, False, True])


def test_a_single_name_or_position_will_do():
    for keep in ("sex", 1, np.int64(1)):
        np.testing.assert_array_equal(
            kept_features(keep, None, NAMES, 3), [False, True, False]
        )
    assert not kept_features(None, None, NAMES, 3).any()
    assert not kept_features([], None, NAMES, 3).any()


@pytest.mark.parametrize("keep", ["weight", ["age", "weight"], 3, [-1], [1.5]])
def test_an_unknown_column_is_told_before_any_training(keep):
    X = pd.DataFrame(np.zeros((9, 3)), columns=NAMES)
    with pytest.raises(
        ValueError, match=r"keep must be None, .* got ('weight'|3|-1|1\.5)"
    ):
        GaussianGateSelector(keep=keep).fit(X, np.arange(9.0))


@pytest.mark.parametrize(
    ("mask", "got"),
    [
        (pd.Series([True, False], index=["age", "weight"]), "'weight'"),
        (pd.Series([True, None, True], dtype="boolean"), "<NA>"),
    ],
)
def test_a_mask_that_names_no_column_or_leaves_one_open(mask, got):
    with pytest.raises(ValueError, match=f"a mask of 3 truth values, .* got {got}"):
        kept_features(mask, None, NAMES, 3)


def test_others_count_for_what_they_add():
    X, y = clinic()
    selector = GaussianGateSelector(keep="age", random_state=0).fit(X, y)
    assert list(selector.get_feature_names_out()) == ["age", "dose"]
    assert selector.n_features_to_select_ == 1
    assert selector.ranking_[0] == 1
    assert selector.feature_importances_[0] == 1.0
    assert selector.active_probs_[0] == 1.0
    np.testing.assert_array_equal(selector.kept_, X.columns == "age")
    assert selector.selection_curve_["n_features"][0] == 0


def test_where_they_say_it_all_nothing_else_is_selected():
    X, _ = clinic()
    noise = np.random.default_rng(1).normal(size=len(X))
    selector = GaussianGateSelector(keep="age", random_state=0)
    selector.fit(X, 2 * X["age"] + 0.5 * noise)
    assert list(selector.get_feature_names_out()) == ["age"]
    assert selector.n_features_to_select_ == 0


def test_useless_columns_stay_too():
    """A constant one, and one without a signal; the true columns are still found."""
    X, y = clinic()
    X[["x1", "x2"]] = X[["x10", "x11"]] ** 2
    X["x8"] = 1.0
    selector = GaussianGateSelector(keep=["x7", "x8"], random_state=0).fit(X, y)
    assert list(selector.get_feature_names_out()) == ["age", "dose", "x7", "x8"]
    assert list(selector.transform(X).columns) == ["age", "dose", "x7", "x8"]


@pytest.mark.parametrize("signal", [0.5, 0.0])
def test_useless_columns_that_stay_do_not_close_the_gates_of_others(signal):
    """Networks fit too much to them: the others open where they are known to help."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 16))
    y = signal * (X[:, 0] + X[:, 1]) + rng.normal(size=400)
    selector = GaussianGateSelector(keep=range(2, 8), random_state=0).fit(X, y)
    share, probs = selector.open_share_, selector.active_probs_
    if signal:
        assert share[:2].min() > 0.6
        assert probs[:2].min() > 0.6
        selector.set_params(threshold=0.5)
        assert selector.get_support()[:8].all()
    else:
        assert np.delete(share, range(2, 8)).max() < 0.25
        assert selector.get_support().sum() == 6


def test_a_partner_of_a_kept_column_is_found():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(500, 15))
    y = X[:, 3] * X[:, 9] > 0
    selector = GaussianGateSelector(keep=[3], random_state=0).fit(X, y)
    np.testing.assert_array_equal(selector.get_support(indices=True), [3, 9])


def test_all_columns_may_stay():
    X, y = make_table("binary", n_rows=61)
    selector = quick_selector(keep=np.ones(X.shape[1], dtype=bool)).fit(X, y)
    assert selector.support_.all()
    assert selector.n_features_to_select_ == 0


@pytest.mark.filterwarnings("ignore:1 of 4 members were still improving")
@pytest.mark.parametrize(
    "mode",
    [
        {},
        {"screening": None},
        {"cross_fit": None, "screening": None, "embedding": None},
        {"gate_noise": "row", "batch_size": 16},
        {"n_iter_no_change": 2},
    ],
    ids=["default", "no screen", "plain", "mini-batches", "stopping"],
)
def test_in_every_mode(mode):
    X, y = make_table("binary", n_rows=61)
    selector = quick_selector(keep=[5], **mode).fit(X, y)
    assert selector.support_[5]
    assert selector.ranking_[5] == 1
    assert np.isfinite(selector.mu_).all()
    assert np.isfinite(selector.feature_importances_).all()


def test_they_come_on_top_of_a_number_and_a_threshold():
    X, y = clinic()
    selector = GaussianGateSelector(1, keep="x7", random_state=0).fit(X, y)
    assert list(selector.get_feature_names_out()) == ["age", "x7"]
    selector.set_params(n_features_to_select=11)
    assert selector.support_.all()
    selector.set_params(n_features_to_select=None, threshold=1.0)
    assert selector.support_[7]
    selector.set_params(n_features_to_select=12, threshold=None)
    with pytest.raises(ValueError, match="that keep does not name, 11, got 12"):
        selector.get_support()


def test_near_copies_of_them_are_left_out_and_they_are_no_copies():
    X, y = clinic()
    X["x3"] = X["age"] + 1e-6
    selector = GaussianGateSelector(keep=["x3", "age"], max_correlation=0.9)
    selector.set_params(random_state=0).fit(X, y)
    assert list(selector.get_feature_names_out()) == ["age", "x3", "dose"]
    assert selector.copy_of_[1] in (0, 3)


def test_a_gate_stays_if_one_of_its_columns_does():
    X, y = clinic(seed=2)
    selector = GaussianGateSelector(
        keep="x7", feature_groups={"pair": ["x7", "x8"]}, random_state=0
    ).fit(X, y)
    np.testing.assert_array_equal(selector.kept_, X.columns.isin(["x7", "x8"]))
    assert list(selector.get_feature_names_out()) == ["age", "dose", "x7", "x8"]


def test_columns_chosen_by_a_function_of_the_table():
    X, y = clinic()
    X["x7"] = X["x7"].astype("float32")
    keep = make_column_selector(dtype_include="float32")
    selector = GaussianGateSelector(keep=keep, random_state=0).fit(X, y)
    assert selector.kept_.sum() == 1
    assert selector.kept_[7]


def test_in_groups_of_rows():
    X, y = clinic()
    groups = np.arange(len(X)) // 10
    selector = GaussianGateSelector(keep="age", random_state=0)
    selector.fit(X, y, groups=groups)
    assert list(selector.get_feature_names_out()) == ["age", "dose"]
