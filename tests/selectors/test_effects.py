"""Partial dependence against its definition, and on the scale of every target."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from samples import PLAIN, fitted_on, make_table, quick_selector
from scipy import sparse
from sklearn.exceptions import NotFittedError
from torch import nn

from stg_select.columns import legendre_polynomials, rank_uniform
from stg_select.selectors import effect_of


def outputs(selector, X, moved):
    """Raw outputs of all members at rows whose values come from X, by torch."""
    weight = np.ones(len(X))
    ranks = rank_uniform(X, weight).astype(np.float32)
    roots, scales = legendre_polynomials(ranks, weight)
    u = np.empty(moved.shape, dtype=np.float32)
    for column in range(X.shape[1]):
        _, place, back = np.unique(X[:, column], return_index=True, return_inverse=True)
        known = dict(zip(X[place, column], ranks[place, column], strict=True))
        assert len(back) == len(X)
        u[:, column] = [known[value] for value in moved[:, column]]
    u = torch.from_numpy(u)
    roots, scales = map(torch.from_numpy, (roots, scales * [[1.0], [0.25]]))
    straight = scales[0] * (u - roots[0])
    square = scales[1] * (u - roots[1]) * (u - roots[2])
    state = selector._networks
    features = state["reader"]["feature"]
    result = []
    for inputs, weights, biases in zip(
        state["inputs"], state["weights"], state["biases"], strict=True
    ):
        columns = features[inputs]
        x = torch.stack([straight[:, columns], square[:, columns]], -1).flatten(1)
        layers = []
        for w, b in zip(weights, biases, strict=True):
            layer = nn.Linear(*w.T.shape)
            layer.weight.data = torch.from_numpy(w)
            layer.bias.data = torch.from_numpy(b)
            layers += [layer, nn.ReLU()]
        result.append(nn.Sequential(*layers[:-1])(x.float()).detach().numpy())
    return np.array(result)


def by_definition(selector, X, features, grid):
    """Mean raw outputs of members over all rows, each with every value of the grid."""
    means = []
    for point in np.ndindex(*map(len, grid)):
        moved = X.copy()
        for feature, values, at in zip(features, grid, point, strict=True):
            moved[:, feature] = values[at]
        means.append(outputs(selector, X, moved))
    return np.array(means), tuple(map(len, grid))


@pytest.mark.parametrize("features", [(0,), (4,), (1, 0)])
def test_values_are_those_of_the_definition(features):
    X, y = make_table("regression")
    selector = fitted_on("regression")
    effect = effect_of(selector, X, features if len(features) > 1 else features[0])
    raw, shape = by_definition(selector, X, features, effect.grid)
    expected = y.mean() + y.std() * raw[..., 0].mean(axis=2).T
    np.testing.assert_allclose(
        effect.values, expected.reshape(-1, *shape), rtol=1e-4, atol=1e-4
    )
    assert effect.prediction == "response"


def test_probabilities_are_those_of_the_definition():
    X, _ = make_table("binary")
    selector = fitted_on("binary")
    effect = effect_of(selector, X, 0)
    raw, _ = by_definition(selector, X, (0,), effect.grid)
    share = (1.0 / (1.0 + np.exp(-raw[..., 0]))).mean(axis=2).T
    if selector._networks["places"][1] == 0:
        share = 1.0 - share
    np.testing.assert_allclose(effect.values, share, rtol=1e-5)
    other = effect_of(selector, X, 0, target=0)
    np.testing.assert_allclose(effect.values + other.values, 1.0)
    assert (effect.prediction, other.prediction) == (
        "probability of 1",
        "probability of 0",
    )
    assert np.diff(effect.values.mean(axis=0)[[0, -1]]) > 0.3


def test_probabilities_of_classes_add_up_and_rise_where_the_class_lies():
    X, y = make_table("multiclass")
    names = np.array(["low", "middle", "high"])
    selector = quick_selector().fit(X, names[y])
    found = {name: effect_of(selector, X, "x0", target=name) for name in names}
    np.testing.assert_allclose(sum(e.values for e in found.values()), 1.0)
    rises = {n: np.diff(e.values.mean(axis=0)[[0, -1]]) for n, e in found.items()}
    assert rises["high"] > 0.2
    assert rises["low"] < -0.2
    assert found["low"].prediction == "probability of 'low'"


def test_outputs_and_labels_have_positions():
    X, y = make_table("multioutput")
    selector = fitted_on("multioutput")
    first, second = (effect_of(selector, X, 1, target=t) for t in (0, 1))
    assert np.ptp(second.values.mean(axis=0)) > 5 * np.ptp(first.values.mean(axis=0))
    assert second.prediction == "response 1"
    labels = quick_selector().fit(X, (y > 0).astype(int))
    effect = effect_of(labels, X, 1, target=1)
    assert effect.prediction == "probability 1"
    assert 0.0 < effect.values.min() < 0.4 < 0.6 < effect.values.max() < 1.0


@pytest.mark.parametrize(
    ("objective", "prediction"),
    [("squared_error", "response"), ("huber", "response"), ("poisson", "mean")],
)
def test_numbers_in_their_own_units(objective, prediction):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((300, 4))
    y = 1000.0 * np.exp(0.5 * X[:, 0]) + 20.0 * rng.standard_normal(300)
    selector = quick_selector(objective=objective, max_iter=150).fit(X, np.abs(y))
    effect = effect_of(selector, X, 0)
    mean = effect.values.mean(axis=0)
    expected = 1000.0 * np.exp(0.5 * effect.grid[0])
    assert np.corrcoef(mean, expected)[0, 1] > 0.95
    middle = slice(10, 40)
    np.testing.assert_allclose(mean[middle], expected[middle], rtol=0.2)
    assert effect.prediction == prediction


def test_log_hazards():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((200, 4))
    time = rng.exponential(np.exp(-1.5 * X[:, 0]))
    y = pd.DataFrame({"event": rng.random(200) < 0.8, "time": time})
    effect = effect_of(quick_selector().fit(X, y), X, 0)
    assert effect.prediction == "log hazard"
    assert np.diff(effect.values.mean(axis=0)[[0, -1]]) > 1.0


def test_a_square_is_a_valley_and_a_product_changes_its_sign():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 5))
    y = X[:, 0] ** 2 + 2.0 * X[:, 1] * X[:, 2]
    selector = quick_selector(max_iter=150, hidden_layer_sizes=(32, 16)).fit(X, y)
    effect = effect_of(selector, X, 0)
    mean = effect.values.mean(axis=0)
    assert abs(effect.grid[0][mean.argmin()]) < 0.5
    assert min(mean[0], mean[-1]) > mean.min() + 1.5
    pair = effect_of(selector, X, (1, 2))
    assert pair.values.shape[1:] == (20, 20)
    corners = pair.values.mean(axis=0)[np.ix_([2, -3], [2, -3])] - y.mean()
    assert (np.sign(corners) == [[1, -1], [-1, 1]]).all()
    turned = effect_of(selector, X, (2, 1))
    np.testing.assert_allclose(turned.values, pair.values.transpose(0, 2, 1), rtol=1e-4)


@pytest.mark.parametrize(
    "settings",
    [
        {"cross_fit": None},
        {"screening": None},
        {"embedding": None},
        PLAIN,
        {"keep": [5]},
        {"feature_groups": [0, 0, 1, 2, 3, 4]},
        {"activation": "silu"},
    ],
    ids=str,
)
def test_any_kind_of_fit(settings):
    X, y = make_table("regression")
    effect = effect_of(quick_selector(**settings).fit(X, y), X, 0)
    mean = effect.values.mean(axis=0)
    assert np.diff(mean[[0, -1]]) > 2.0
    assert effect.is_open == (True,)


def mixed_frame(n=300):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "colour": np.array(["red", "green", "blue", None])[rng.integers(0, 4, n)],
            "day": pd.date_range("2024-01-01", periods=n, freq="D")[rng.permutation(n)],
            "flag": rng.integers(0, 2, n) == 1,
            "size": rng.standard_normal(n),
            "grade": pd.Categorical.from_codes(
                rng.integers(0, 3, n), ["low", "mid", "high"], ordered=True
            ),
        }
    )
    frame.loc[::7, "size"] = np.nan
    y = 3.0 * (frame["colour"] == "red") + 2.0 * frame["flag"]
    y += (frame["day"] - frame["day"].min()).dt.days / 100 + frame["size"].fillna(1)
    return frame, y + 1.5 * frame["grade"].cat.codes


def test_columns_of_any_kind():
    frame, y = mixed_frame()
    selector = quick_selector(max_iter=150).fit(frame, y)
    colour = effect_of(selector, frame, "colour")
    assert set(colour.grid[0]) == {"red", "green", "blue", "missing"}
    best = colour.grid[0][colour.values.mean(axis=0).argmax()]
    assert best == "red"
    flag = effect_of(selector, frame, "flag")
    assert flag.grid[0].tolist() == ["False", "True"]
    assert np.diff(flag.values.mean(axis=0)) > 1.0
    day = effect_of(selector, frame, "day")
    assert day.grid[0].dtype.kind == "M"
    assert day.grid[0].min() > np.datetime64("2023-12-31")
    assert np.diff(day.values.mean(axis=0)[[0, -1]]) > 1.0
    size = effect_of(selector, frame, "size")
    assert np.isfinite(size.grid[0]).all()
    assert np.isnan(size.data[0]).any()
    grade = effect_of(selector, frame, "grade")
    assert grade.grid[0].tolist() == ["low", "mid", "high"]
    assert (np.diff(grade.values.mean(axis=0)) > 0.3).all()
    pair = effect_of(selector, frame, ("colour", "size"))
    assert pair.values.shape[1:] == (4, len(pair.grid[1]))


def test_other_rows_of_a_table_mean_the_same():
    frame, y = mixed_frame()
    selector = quick_selector().fit(frame, y)
    whole = effect_of(selector, frame, "colour").values.mean(axis=0)
    part = effect_of(selector, frame.iloc[40:], "colour").values.mean(axis=0)
    np.testing.assert_allclose(part - part[0], whole - whole[0], atol=0.2)


def test_polars_and_pandas_agree():
    frame, y = mixed_frame()
    frame = frame.drop(columns="grade")
    other = pl.DataFrame(
        {n: [None if pd.isna(c) else c for c in frame[n]] for n in frame}
    )
    first = effect_of(quick_selector().fit(frame, y), frame, "colour")
    second = effect_of(quick_selector().fit(other, y), other, "colour")
    assert first.grid[0].tolist() == second.grid[0].tolist()
    np.testing.assert_allclose(first.values, second.values, rtol=1e-6)


def test_sparse_tables_and_categories_of_numbers():
    rng = np.random.default_rng(0)
    X = sparse.random(300, 6, density=0.4, random_state=0, format="csr")
    codes = rng.integers(0, 3, 300)
    dense = np.column_stack([X.toarray(), codes])
    y = 4.0 * dense[:, 0] + 2.0 * (codes == 1) + 0.1 * rng.standard_normal(300)
    table = sparse.csr_array(dense)
    thick = quick_selector(categorical_features=[6]).fit(dense, y)
    thin = quick_selector(categorical_features=[6]).fit(table, y)
    for feature in (0, 6):
        first, second = (
            effect_of(s, t, feature) for s, t in ((thick, dense), (thin, table))
        )
        np.testing.assert_allclose(first.values, second.values, rtol=1e-5)
    assert sorted(first.grid[0]) == ["0.0", "1.0", "2.0"]
    assert first.grid[0][first.values.mean(axis=0).argmax()] == "1.0"


def test_long_tables_are_thinned_out_and_still_exact_enough():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((6000, 3))
    y = X[:, 0] + 0.1 * rng.standard_normal(6000)
    selector = quick_selector(n_seeds=1, max_iter=200).fit(X, y)
    effect = effect_of(selector, X, 0)
    assert len(effect.data[0]) == 200
    assert len(selector._networks["knots"][0][0]) == 256
    inside = slice(5, 45)
    np.testing.assert_allclose(
        effect.values.mean(axis=0)[inside], effect.grid[0][inside], atol=0.15
    )
    again = effect_of(selector, X, 0)
    np.testing.assert_array_equal(again.values, effect.values)


def test_knots_are_close_where_rows_are_many():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4000, 3))
    X[:, 0] = np.floor(rng.pareto(0.5, 4000)).clip(max=1e9)
    selector = quick_selector().fit(X, (X[:, 0] > 2) + 0.01 * X[:, 1])
    component = selector._networks["reader"]["feature"].tolist().index(0)
    values, inputs = selector._networks["knots"][component]
    assert len(np.unique(X[:, 0])) > 300
    assert set(range(9)) <= set(values)
    ranks = rank_uniform(X[:, :1], np.ones(4000))[:, 0]
    again = np.interp(X[:, 0], values, inputs)
    np.testing.assert_allclose(again, ranks, atol=2 / 256)


def test_what_no_network_sees_is_flat():
    rng = np.random.default_rng(0)
    X, y = make_table("regression")
    X[:, 3] = rng.integers(0, 4, len(X))
    selector = quick_selector(max_iter=200).fit(X, y)
    assert selector.open_share_[3] == 0.0
    effect = effect_of(selector, X, 3)
    assert effect.is_open == (False,)
    assert effect.grid[0].tolist() == [0.0, 1.0, 2.0, 3.0]
    assert np.ptp(effect.values, axis=1).max() == 0.0
    frame = pd.DataFrame(X).add_prefix("c")
    frame["c3"] = np.where(X[:, 3] > 1, "yes", "no")
    named = quick_selector(max_iter=200).fit(frame, y)
    assert set(effect_of(named, frame, "c3").grid[0]) == {"yes", "no"}


def test_networks_are_few_plain_bytes_that_pickle():
    X, y = make_table("regression", n_rows=400)
    selector = quick_selector(hidden_layer_sizes=(64, 32), n_seeds=6).fit(X, y)
    state = pickle.dumps(selector._networks)
    assert b"stg_select" not in state
    assert len(state) < 700_000
    again = pickle.loads(pickle.dumps(selector))
    np.testing.assert_array_equal(
        effect_of(again, X, 0).values, effect_of(selector, X, 0).values
    )
    selector.set_params(device="cuda")
    assert effect_of(selector, X, 0).values.shape[0] == 24


@pytest.mark.parametrize(
    "features", ["nothing", 6, -1, True, (0, 0), (0, 1, 2), (), None, 1.5, ("x0", "y")]
)
def test_columns_that_are_not_there_are_refused(features):
    X, _ = make_table("binary")
    with pytest.raises(ValueError, match=r"features must be a column of X.*, got"):
        effect_of(fitted_on("binary"), X, features)


@pytest.mark.parametrize(
    ("kind", "target", "message"),
    [
        ("binary", 7, r"target must be one of the classes 0, 1, got 7\."),
        ("multiclass", None, r"target must be one of the classes 0, 1, 2, got None\."),
        ("regression", 0, r"target must be None for y of 1 columns, got 0\."),
        ("multioutput", None, r"target must be a position 0 to 1 .* got None\."),
        ("multioutput", 2, r"target must be a position 0 to 1 .* got 2\."),
    ],
)
def test_targets_that_are_not_there_are_refused(kind, target, message):
    X, _ = make_table(kind)
    with pytest.raises(ValueError, match=message):
        effect_of(fitted_on(kind), X, 0, target=target)


def test_tables_of_other_columns_are_refused():
    X, _ = make_table("binary")
    with pytest.raises(ValueError, match=r"X has 5 features, but .* 6 features"):
        effect_of(fitted_on("binary"), X[:, :5], 0)
    frame, y = mixed_frame()
    selector = quick_selector().fit(frame, y)
    other = frame.assign(size=[f"text {i % 3}" for i in range(len(frame))])
    with pytest.raises(
        ValueError, match=r"a column 'size' that holds something else .* \(number\)"
    ):
        effect_of(selector, other, "colour")


@pytest.mark.parametrize("as_other", [lambda X: dict(enumerate(X.T)), pl.LazyFrame])
def test_what_is_no_table_is_refused(as_other):
    X, _ = make_table("binary")
    with pytest.raises(
        TypeError, match=r"X must be a table .*, got (dict|LazyFrame); "
    ):
        effect_of(fitted_on("binary"), as_other(X), 0)
    with pytest.raises(
        TypeError, match=r"X must be a table .*, got (dict|LazyFrame); "
    ):
        fitted_on("binary").transform(as_other(X))


def test_columns_without_values_are_refused():
    frame, y = mixed_frame()
    selector = quick_selector().fit(frame, y)
    empty = frame.assign(size=np.nan)
    with pytest.raises(ValueError, match=r"X must hold values of column 'size', got m"):
        effect_of(selector, empty, "size")
    assert np.isfinite(effect_of(selector, empty, "colour").values).all()


def test_names_for_columns_that_have_none():
    X, _ = make_table("binary")
    names = [f"gene {i}" for i in range(6)]
    effect = effect_of(fitted_on("binary"), X, "gene 1", feature_names=names)
    assert effect.features == ("gene 1",)
    with pytest.raises(ValueError, match=r"feature_names must hold a name for each of"):
        effect_of(fitted_on("binary"), X, 0, feature_names=names[:3])


def test_fits_without_networks():
    X, y = make_table("binary")
    with pytest.raises(NotFittedError):
        effect_of(quick_selector(), X, 0)
    selector = quick_selector(max_iter=20).fit(X, y)
    del selector._networks
    with pytest.raises(ValueError, match=r"estimator must be fitted anew to show"):
        effect_of(selector, X, 0)
    state = {"inputs": [], "weights": [], "biases": []}
    noise = quick_selector(max_iter=20).fit(X, y)
    noise._networks = {**noise._networks, **state}
    with pytest.raises(ValueError, match=r"estimator must have networks that predict"):
        effect_of(noise, X, 0)
