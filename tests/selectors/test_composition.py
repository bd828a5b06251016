"""The selector inside scikit-learn's tools, on disk, and with data frames."""

from __future__ import annotations

import io
import pickle

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import skops.io
from samples import N_FEATURES, assert_same_fit, make_table, quick_selector
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.feature_selection import RFE, SelectFromModel
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

NAMES = list("abcdef")


@pytest.fixture(scope="module")
def binary():
    return make_table("binary")


@pytest.fixture(scope="module")
def fitted(binary):
    return quick_selector(n_features_to_select=2).fit(*binary)


def mixed_columns(library):
    """A data frame whose columns have types of their own; "a" and "d" say it all."""
    X, y = make_table("binary")
    columns = {
        "a": X[:, 0].astype(np.float32),
        "b": (X[:, 2] > 0.0),
        "c": np.round(X[:, 3]).astype(np.int8),
        "d": np.round(100.0 * X[:, 1]).astype(np.int64),
        "e": X[:, 4],
    }
    return library.DataFrame(columns), y


def test_pipeline(binary):
    X, y = binary
    pipeline = make_pipeline(
        StandardScaler(), quick_selector(n_features_to_select=2), LogisticRegression()
    )
    assert pipeline.fit(X, y).score(X, y) > 0.9
    assert pipeline[-1].coef_.shape == (1, 2)
    np.testing.assert_array_equal(
        pipeline[:-1].get_feature_names_out(NAMES), ["a", "b"]
    )
    assert cross_val_score(pipeline, X, y, cv=2).shape == (2,)


def test_column_transformer(binary):
    X, y = binary
    frame = pd.DataFrame(X, columns=NAMES)
    transformer = ColumnTransformer(
        [
            ("kept", "passthrough", ["f"]),
            ("chosen", quick_selector(n_features_to_select=2), list("abcd")),
        ]
    )
    out = transformer.set_output(transform="pandas").fit_transform(frame, y)
    assert list(out.columns) == ["kept__f", "chosen__a", "chosen__b"]
    np.testing.assert_array_equal(out, X[:, [5, 0, 1]])


def test_grid_search_over_reg_weight():
    X, y = make_table("regression")
    pipeline = Pipeline([("select", quick_selector()), ("model", Ridge())])
    prices = [1e-3, 1e-2]
    search = GridSearchCV(pipeline, {"select__reg_weight": prices}, cv=2, n_jobs=2)
    search.fit(X, y)
    assert search.best_estimator_["select"].reg_weight_ in prices
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    alone = clone(search.best_estimator_["select"]).fit(X, y)
    assert_same_fit(search.best_estimator_["select"], alone)


def test_select_from_model(binary):
    X, y = binary
    outer = SelectFromModel(quick_selector(), max_features=2, threshold=-np.inf)
    np.testing.assert_array_equal(outer.fit(X, y).get_support(True), [0, 1])
    above_mean = SelectFromModel(quick_selector()).fit(X, y)
    assert above_mean.get_support()[:2].all()
    refit = SelectFromModel(outer.estimator_, prefit=True, threshold=0.5).fit(X, y)
    important = outer.estimator_.feature_importances_ >= 0.5
    np.testing.assert_array_equal(refit.get_support(), important)


def test_rfe(binary):
    X, y = binary
    outer = RFE(quick_selector(), n_features_to_select=2, step=2).fit(X, y)
    np.testing.assert_array_equal(outer.get_support(True), [0, 1])
    assert outer.estimator_.n_features_in_ == 2


def test_clone_and_set_params(fitted):
    copy = clone(fitted)
    assert not hasattr(copy, "mu_")
    assert copy.get_params() == fitted.get_params()
    copy.set_params(threshold=0.9, reg_weight=0.5)
    assert (copy.threshold, copy.reg_weight) == (0.9, 0.5)
    assert "n_features_to_select=2" in repr(fitted)


def through_pickle(selector):
    return pickle.loads(pickle.dumps(selector))


def through_joblib(selector):
    file = io.BytesIO()
    joblib.dump(selector, file)
    file.seek(0)
    return joblib.load(file)


def through_skops(selector):
    data = skops.io.dumps(selector)
    unknown = skops.io.get_untrusted_types(data=data)
    assert [name for name in unknown if not name.startswith("stg_select.")] == []
    return skops.io.loads(data, trusted=unknown)


@pytest.mark.parametrize(
    "through", [through_pickle, through_joblib, through_skops, clone]
)
@pytest.mark.parametrize(
    "settings", [{}, {"feature_groups": {"g": ["a", "c"]}, "random_state": None}]
)
def test_persistence(through, settings):
    X, y = make_table("binary")
    frame, labels = pd.DataFrame(X, columns=NAMES), np.array(["no", "yes"])[y]
    selector = quick_selector(**settings).fit(frame, labels)
    loaded = through(selector)
    assert loaded.get_params() == selector.get_params()
    if through is clone:
        return
    assert_same_fit(loaded, selector)
    assert set(vars(loaded)) == set(vars(selector))
    np.testing.assert_array_equal(loaded.get_support(), selector.get_support())
    np.testing.assert_array_equal(loaded.transform(frame), selector.transform(frame))
    np.testing.assert_array_equal(loaded.classes_, ["no", "yes"])
    pd.testing.assert_frame_equal(loaded.ranking_table(), selector.ranking_table())
    loaded.n_features_to_select = 1
    assert loaded.get_support().sum() == (2 if settings and loaded.support_[0] else 1)


def test_feature_names_out(fitted, binary):
    assert list(fitted.get_feature_names_out()) == ["x0", "x1"]
    assert list(fitted.get_feature_names_out(NAMES)) == ["a", "b"]
    named = quick_selector(n_features_to_select=2)
    named.fit(pd.DataFrame(binary[0], columns=NAMES), binary[1])
    assert list(named.get_feature_names_out()) == ["a", "b"]
    with pytest.raises(ValueError, match="input_features is not equal"):
        named.get_feature_names_out(NAMES[::-1])


def test_inverse_transform_puts_zeros(fitted, binary):
    X, _ = binary
    back = fitted.inverse_transform(fitted.transform(X))
    assert back.shape == (len(X), N_FEATURES)
    np.testing.assert_array_equal(back[:, :2], X[:, :2])
    assert not back[:, 2:].any()


@pytest.mark.parametrize(("name", "library"), [("pandas", pd), ("polars", pl)])
def test_data_frames_keep_their_types(name, library):
    frame, y = mixed_columns(library)
    selector = quick_selector(n_features_to_select=2).set_output(transform=name)
    out = selector.fit_transform(frame, y)
    assert isinstance(out, library.DataFrame)
    assert list(out.columns) == ["a", "d"]
    assert list(out.dtypes) == list(frame[["a", "d"]].dtypes)
    assert out.equals(frame[["a", "d"]])
    selector.n_features_to_select = 5
    assert selector.transform(frame).equals(frame)


def test_pandas_output_keeps_the_index():
    frame, y = mixed_columns(pd)
    frame.index = pd.date_range("2020-01-01", periods=len(frame))
    selector = quick_selector(n_features_to_select=1).set_output(transform="pandas")
    pd.testing.assert_index_equal(selector.fit_transform(frame, y).index, frame.index)


def test_types_of_frames_do_not_matter_to_the_fit():
    in_pandas, y = mixed_columns(pd)
    in_polars, _ = mixed_columns(pl)
    first = quick_selector().fit(in_pandas, y)
    assert_same_fit(first, quick_selector().fit(in_polars, y))
    assert_same_fit(first, quick_selector().fit(in_pandas.astype(float), y))
    assert list(quick_selector().fit(in_polars, y).feature_names_in_) == list("abcde")


def test_weights_reach_the_selector_through_a_pipeline():
    X, y = make_table("regression")
    counts = np.random.default_rng(0).integers(0, 3, len(X))
    with config_context(enable_metadata_routing=True):
        selector = quick_selector().set_fit_request(sample_weight=True)
        model = Ridge().set_fit_request(sample_weight=False)
        pipeline = Pipeline([("select", selector), ("model", model)])
        pipeline.fit(X, y, sample_weight=counts)
    routed = pipeline["select"]
    assert_same_fit(routed, quick_selector().fit(X, y, counts))
    assert (routed.mu_ != quick_selector().fit(X, y).mu_).any()


def test_weights_nobody_asked_for_are_refused():
    X, y = make_table("regression")
    with config_context(enable_metadata_routing=True):
        pipeline = make_pipeline(quick_selector(), Ridge())
        with pytest.raises(ValueError, match="sample_weight"):
            pipeline.fit(X, y, sample_weight=np.ones(len(X)))
