"""What a fitted selector says, and how settings change it."""

from __future__ import annotations

import sys
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from samples import (
    N_FEATURES,
    PLAIN,
    assert_same_fit,
    fitted_on,
    make_table,
    quick_selector,
)
from scipy.sparse import csc_array, csr_array
from scipy.stats import norm
from sklearn.exceptions import ConvergenceWarning

from stg_select import GaussianGateSelector
from stg_select.crossfit import _training
from stg_select.engine import train

KINDS = ("regression", "multioutput", "binary", "multiclass")
ROW_NOISE = {"gate_noise": "row"}
ONE_MEMBER = {"cross_fit": None, "embedding": None, "screening": None}


@pytest.fixture
def fitted():
    """A selector to read from; tests that change its parameters copy it."""
    return fitted_on("binary")


@pytest.mark.parametrize("settings", [{}, PLAIN, ROW_NOISE, {"embedding": None}])
@pytest.mark.parametrize("kind", KINDS)
def test_best_columns_of_every_kind_of_target(kind, settings):
    X, y = make_table(kind)
    selector = quick_selector(**settings)
    assert selector.fit(X, y) is selector
    assert set(np.flatnonzero(selector.ranking_ <= 2)) == {0, 1}
    assert selector.get_support()[:2].all()


def test_attributes(fitted):
    X, _ = make_table("binary")
    for name in ("mu_", "active_probs_", "gate_values_", "feature_importances_"):
        values = getattr(fitted, name)
        assert values.shape == (N_FEATURES,)
        assert values.dtype == np.float64
        assert np.isfinite(values).all()
    np.testing.assert_array_equal(fitted.gate_values_, np.clip(fitted.mu_, 0.0, 1.0))
    assert ((fitted.active_probs_ >= 0.0) & (fitted.active_probs_ <= 1.0)).all()
    assert sorted(fitted.ranking_) == list(range(1, N_FEATURES + 1))
    np.testing.assert_array_equal(fitted.support_, fitted.get_support())
    np.testing.assert_array_equal(
        fitted.support_, fitted.ranking_ <= fitted.n_features_to_select_
    )
    assert 2 <= fitted.n_features_to_select_ < N_FEATURES
    curve = fitted.selection_curve_
    np.testing.assert_array_equal(curve["n_features"][[0, -1]], [1, N_FEATURES])
    assert curve["loss"].shape == curve["n_features"].shape
    assert curve["loss"].argmin() > 0, "one column is not enough"
    np.testing.assert_array_equal(fitted.classes_, [0, 1])
    np.testing.assert_array_equal(fitted.transform(X), X[:, fitted.support_])
    assert fitted.n_features_in_ == N_FEATURES
    assert fitted.n_iter_ == fitted.max_iter
    assert fitted.reg_weight_ > 0.0
    assert not hasattr(fitted, "feature_names_in_")


def test_importances_put_the_best_columns_first(fitted):
    importances = fitted.feature_importances_
    assert set(np.argsort(importances)[-2:]) == {0, 1}
    assert (importances >= 0.0).all()


def test_history_has_a_score_of_every_member(fitted):
    shape = fitted.history_["step"].shape
    assert fitted.history_["step"][-1] == fitted.max_iter
    assert (np.diff(fitted.history_["step"]) > 0).all()
    n_members = fitted.cross_fit * fitted.n_seeds
    for name in ("score", "n_open"):
        assert fitted.history_[name].shape == (*shape, n_members)
        assert np.isfinite(fitted.history_[name]).all()


def test_classes_are_those_of_classification():
    assert not hasattr(quick_selector().fit(*make_table("regression")), "classes_")


@pytest.mark.parametrize("gate_std", [0.3, 0.5])
def test_probabilities_of_one_member_are_those_of_its_gates(gate_std):
    X, y = make_table("regression")
    selector = quick_selector(gate_std=gate_std, **ONE_MEMBER).fit(X, y)
    expected = norm.cdf(selector.mu_ / gate_std)
    np.testing.assert_allclose(selector.active_probs_, expected, atol=1e-6)


def test_reg_weight_is_a_price():
    X, y = make_table("regression")
    n_open = [
        quick_selector(reg_weight=price, cross_fit=None).fit(X, y).active_probs_.sum()
        for price in (0.0, 1e-2, 1.0)
    ]
    assert (np.diff(n_open) < 0.0).all()
    assert quick_selector(reg_weight=0.25).fit(X, y).reg_weight_ == 0.25


def test_price_is_a_share_of_the_null_deviance():
    """In other units of y the price of a column is the same."""
    X, y = make_table("regression")
    first, second = (
        quick_selector(reg_weight=3e-2, max_iter=100, **ONE_MEMBER).fit(X, scale * y)
        for scale in (1.0, 1e6)
    )
    np.testing.assert_allclose(first.mu_, second.mu_, atol=0.1)


def test_threshold_changes_the_selection_without_a_fit(fitted):
    selector = deepcopy(fitted)
    for threshold in (0.0, *selector.active_probs_, 1.0):
        selector.threshold = threshold
        np.testing.assert_array_equal(
            selector.get_support(), selector.active_probs_ >= threshold
        )
        np.testing.assert_array_equal(selector.support_, selector.get_support())
    assert_same_fit(selector, fitted)


@pytest.mark.parametrize(
    ("count", "n_selected"),
    [(1, 1), (4, 4), (np.int64(2), 2), (6, 6), (0.5, 3), (1.0, 6), (0.01, 1)],
)
def test_number_of_features_changes_without_a_fit(fitted, count, n_selected):
    selector = deepcopy(fitted)
    selector.n_features_to_select = count
    np.testing.assert_array_equal(
        selector.get_support(), selector.ranking_ <= n_selected
    )
    assert selector.get_support().sum() == n_selected
    selector.n_features_to_select = None
    np.testing.assert_array_equal(
        selector.support_, selector.ranking_ <= selector.n_features_to_select_
    )


@pytest.mark.parametrize(
    "convert", [np.asarray, pd.DataFrame, csc_array, csr_array, pl.DataFrame]
)
def test_empty_selection_warns_and_gives_no_columns(convert):
    X, y = make_table("binary")
    table = convert(X)
    selector = quick_selector(threshold=1.0).fit(table, y)
    with pytest.warns(UserWarning, match="No features were selected") as said:
        assert selector.transform(table).shape[1] == 0
    assert len(said) == 1


@pytest.mark.parametrize("settings", [{}, PLAIN], ids=["default", "plain"])
def test_constant_columns_are_never_selected(settings):
    X, y = make_table("regression")
    X[:, [0, 3]] = [-3.0, 0.0]
    constant = np.isin(np.arange(N_FEATURES), [0, 3])
    selector = quick_selector(n_features_to_select=1.0, **settings).fit(X, y)
    np.testing.assert_array_equal(selector.get_support(), ~constant)
    assert set(selector.ranking_[constant]) == {5, 6}
    selector.set_params(n_features_to_select=None, threshold=0.0)
    np.testing.assert_array_equal(selector.get_support(), ~constant)


def test_columns_that_vary_on_rows_without_weight_only_are_constant():
    X, y = make_table("regression")
    X[:, 3] = 0.0
    X[:5, 3] = 1.0
    weight = np.r_[np.zeros(5), np.ones(len(X) - 5)]
    selector = quick_selector(n_features_to_select=1.0).fit(X, y, weight)
    assert not selector.get_support()[3]


def test_ranking_table(fitted):
    table = fitted.ranking_table()
    assert list(table.columns) == [
        "feature",
        "rank",
        "mu",
        "active_prob",
        "selected",
        "members",
        "loss_without",
        "reason",
        "copy_of",
    ]
    assert list(table["rank"]) == list(range(1, N_FEATURES + 1))
    column = [int(name.removeprefix("x")) for name in table["feature"]]
    np.testing.assert_array_equal(table["rank"], fitted.ranking_[column])
    np.testing.assert_array_equal(table["mu"], fitted.mu_[column])
    np.testing.assert_array_equal(table["active_prob"], fitted.active_probs_[column])
    np.testing.assert_array_equal(table["selected"], fitted.get_support()[column])
    np.testing.assert_array_equal(table["members"], fitted.open_share_[column])


def test_ranking_table_has_a_row_for_every_column_of_a_group():
    X, y = make_table("binary")
    frame = pd.DataFrame(X, columns=list("abcdef"))
    groups = {"first": ["a", "c"]}
    table = quick_selector(feature_groups=groups).fit(frame, y).ranking_table()
    assert sorted(table["feature"]) == list("abcdef")
    assert table["rank"].is_monotonic_increasing
    ranks = table.set_index("feature")["rank"]
    assert ranks["a"] == ranks["c"]


def test_table_may_be_a_data_frame():
    X, y = make_table("binary")
    frame = pd.DataFrame(X, columns=list("abcdef"), index=np.arange(len(X))[::-1])
    selector = quick_selector().fit(frame, pd.Series(y, index=frame.index[::-1]))
    np.testing.assert_array_equal(selector.feature_names_in_, list("abcdef"))
    assert_same_fit(selector, fitted_on("binary"))
    with pytest.raises(ValueError, match="feature names should match"):
        selector.transform(frame[list("fedcba")])


def test_float32_gives_the_same_fit():
    X, y = make_table("binary")
    single = X.astype(np.float32)
    assert_same_fit(
        quick_selector().fit(single, y), quick_selector().fit(single.astype(float), y)
    )
    selector = quick_selector().fit(single, y)
    assert selector.transform(single).dtype == np.float32


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint64])
def test_tables_of_other_types(dtype):
    X, y = make_table("binary")
    whole = (X > 0.0).astype(dtype)
    assert_same_fit(
        quick_selector().fit(whole, y), quick_selector().fit(whole.astype(float), y)
    )
    assert quick_selector().fit_transform(whole, y).dtype == dtype


def test_extreme_values_are_ranks_like_others():
    X, y = make_table("regression")
    X[:, 2:] *= 1e300
    X[:3, 0] = [1e308, -1e308, 5e-324]
    selector = quick_selector().fit(X, y)
    assert set(np.flatnonzero(selector.ranking_ <= 2)) == {0, 1}


@pytest.mark.parametrize(
    ("screening", "n_trained"), [(2, 2), (4, 4), (N_FEATURES, 6), (None, 6)]
)
def test_screened_out_columns_rank_below_with_closed_gates(screening, n_trained):
    """Plain gates see all rows, so all members share one working set."""
    X, y = make_table("regression")
    selector = quick_selector(screening=screening, cross_fit=None).fit(X, y)
    closed = selector.ranking_ > n_trained
    assert (selector.active_probs_[closed] == 0.0).all()
    assert (selector.active_probs_[~closed] > 0.0).all()
    assert not selector.get_support()[closed].any()
    assert set(np.flatnonzero(selector.ranking_ <= 2)) == {0, 1}


def test_fewer_rows_than_the_working_set_and_more_columns():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20, 300))
    selector = quick_selector(max_iter=16).fit(X, X[:, 7] > 0.0)
    assert sorted(selector.ranking_) == list(range(1, 301))


def test_mini_batches():
    X, y = make_table("regression", n_rows=300)
    selector = quick_selector(batch_size=32).fit(X, y)
    assert set(np.flatnonzero(selector.ranking_ <= 2)) == {0, 1}
    whole = quick_selector(batch_size=300).fit(X, y)
    assert_same_fit(whole, quick_selector().fit(X, y))


@pytest.mark.filterwarnings("ignore:No gate can close")
@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "silu"])
@pytest.mark.parametrize("sizes", [8, [8], (4, 4), np.array([4, 2, 2]), ()])
def test_networks(activation, sizes):
    X, y = make_table("regression")
    selector = quick_selector(
        activation=activation, hidden_layer_sizes=sizes, max_iter=3, n_seeds=1
    )
    assert np.isfinite(selector.fit(X, y).mu_).all()


def test_one_hidden_layer_may_be_a_number():
    one = quick_selector(hidden_layer_sizes=8).fit(*make_table("regression"))
    assert_same_fit(one, fitted_on("regression"))  # which has (8,)


def test_more_seeds_are_more_members():
    X, y = make_table("regression")
    selector = quick_selector(n_seeds=3, cross_fit=2, max_iter=16).fit(X, y)
    assert selector.history_["score"].shape[1] == 6


@pytest.mark.all_deals
@pytest.mark.parametrize(("n_rows", "n_deals"), [(150, 6), (600, 4), (1300, 1)])
def test_few_rows_are_dealt_to_folds_more_often(n_rows, n_deals):
    X, y = make_table("regression", n_rows=n_rows)
    selector = quick_selector(n_seeds="auto", cross_fit=2, max_iter=16).fit(X, y)
    assert selector.history_["score"].shape[1] == 2 * n_deals


def test_early_stopping_ends_before_max_iter():
    X, y = make_table("regression")
    settings = {"max_iter": 5000, "n_iter_no_change": 10, "tol": 0.05}
    selector = quick_selector(**settings, **PLAIN).fit(X, y)
    assert selector.n_iter_ < 5000


def test_warning_when_max_iter_comes_first():
    X, y = make_table("regression")
    message = "4 of 4 members were still improving after max_iter=20 .* raise max_iter"
    selector = quick_selector(max_iter=20, n_iter_no_change=20, tol=0.0)
    with pytest.warns(ConvergenceWarning, match=message) as record:
        selector.fit(X, y)
    assert len(record) == 1
    assert record[0].filename == __file__


def test_fit_again_forgets_the_first_fit():
    X, y = make_table("multiclass")
    frame = pd.DataFrame(X, columns=list("abcdef"))
    selector = quick_selector().fit(frame, y)
    X, y = make_table("regression", seed=1)
    again = selector.fit(X[:, :5], y)
    fresh = quick_selector().fit(X[:, :5], y)
    assert_same_fit(again, fresh)
    assert set(vars(again)) == set(vars(fresh))


def test_progress_shows_on_stderr(capsys):
    X, y = make_table("binary")
    quick_selector(verbose=1).fit(X, y)
    out, err = capsys.readouterr()
    assert out == ""
    assert "members=4" in err
    assert "step=60" in err
    assert "100%" in err
    assert "open=" in err
    assert "gates" in err


def test_no_progress_leaves_no_residue(capfd):
    quick_selector().fit(*make_table("binary"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.filterwarnings("ignore:No gate can close")
def test_no_progress_does_not_need_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    X, y = make_table("binary")
    quick_selector(max_iter=2).fit(X, y)
    with pytest.raises(ImportError, match=r"verbose > 0 needs tqdm: pip install"):
        quick_selector(verbose=1).fit(X, y)


def test_defaults_are_quiet_and_of_known_types():
    defaults = GaussianGateSelector().get_params()
    assert defaults["verbose"] == 0
    assert defaults["n_features_to_select"] is None
    assert defaults["reg_weight"] == "auto"
    assert defaults["objective"] == "auto"


@pytest.fixture
def without_first_member(monkeypatch):
    """Let the first member of every fit come back as if its loss had been infinite."""

    def fail_first(*args):
        result = train(*args)
        finite, mu = result.finite.copy(), result.mu.copy()
        finite[0], mu[0] = False, np.nan
        return replace(result, finite=finite, mu=mu)

    monkeypatch.setattr(_training, "train", fail_first)


@pytest.mark.usefixtures("without_first_member")
def test_members_that_diverge_are_left_out():
    X, y = make_table("regression")
    message = "The loss of 1 of 4 members .* left out. Lower learning_rate_init"
    with pytest.warns(ConvergenceWarning, match=message):
        selector = quick_selector().fit(X, y)
    assert set(np.flatnonzero(selector.ranking_ <= 2)) == {0, 1}
    assert selector.mu_[:2].min() > 1.0


def test_too_few_steps_for_any_gate_to_close():
    X, y = make_table("binary")
    with pytest.warns(ConvergenceWarning, match=r"within max_iter=9 .* raise max_iter"):
        quick_selector(max_iter=9).fit(X, y)
