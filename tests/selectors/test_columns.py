"""Any table through the selector: what it is read as, and what comes out of it."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import torch
from samples import quick_selector
from scipy import sparse
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from stg_select import GaussianGateSelector
from stg_select.columns import MAX_LEVELS
from stg_select.columns.frames import read_frame

N_ROWS = 120


@pytest.fixture(scope="module")
def mixed() -> pd.DataFrame:
    """A frame of an analyst: numbers, text, dates, categories, truth values, holes."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "age": rng.integers(20, 80, N_ROWS),
            "city": rng.choice(["Rome", "Oslo", "Bonn"], N_ROWS),
            "joined": pd.Timestamp("2020-01-01")
            + pd.to_timedelta(rng.integers(0, 900, N_ROWS), "D"),
            "income": rng.normal(size=N_ROWS).round(3),
            "member": rng.random(N_ROWS) < 0.5,
            "plan": pd.Categorical(rng.choice(["a", "b"], N_ROWS)),
            "waited": pd.to_timedelta(rng.integers(0, 90, N_ROWS), "min"),
        },
        index=np.arange(N_ROWS)[::-1],
    )
    frame.loc[rng.random(N_ROWS) < 0.3, ["income", "city"]] = None
    return frame


@pytest.fixture(scope="module")
def labels(mixed) -> np.ndarray:
    return (mixed["city"].eq("Rome") ^ mixed["income"].isna()).to_numpy()


@pytest.fixture(scope="module")
def fitted(mixed, labels) -> GaussianGateSelector:
    return quick_selector().fit(mixed, labels)


def assert_same_fit(first, second):
    for name in ("mu_", "active_probs_", "feature_importances_", "ranking_"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


def test_every_column_is_one_feature(fitted, mixed):
    assert fitted.n_features_in_ == mixed.shape[1]
    assert fitted.feature_names_in_.tolist() == list(mixed.columns)
    assert fitted.feature_kinds_.tolist() == [
        *("number", "text", "date", "number", "boolean", "category", "duration"),
    ]
    assert fitted.varies_.all()


def test_a_frame_is_fitted_as_if_it_were_encoded_by_hand(fitted, mixed, labels):
    components = read_frame(mixed, np.ones(N_ROWS)).components
    every = np.arange(components.n_components)
    parts = components.by_components(np.arange(N_ROWS), every)
    encoded = np.hstack([values for _, values in parts])
    groups = components.feature
    by_hand = quick_selector(feature_groups=groups).fit(encoded, labels)
    first = np.unique(groups, return_index=True)[1]
    for name in ("mu_", "active_probs_", "feature_importances_", "ranking_"):
        found = getattr(by_hand, name)[first]
        np.testing.assert_array_equal(found, getattr(fitted, name))


@pytest.mark.parametrize(
    "convert",
    [
        pl.from_pandas,
        lambda frame: frame.convert_dtypes(),
        lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
        lambda frame: frame.astype(object),
        lambda frame: frame.reset_index(drop=True),
        lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
    ],
    ids=["polars", "nullable", "pyarrow", "objects", "index", "arrow-table"],
)
def test_the_types_of_a_frame_change_nothing(fitted, mixed, labels, convert):
    found = quick_selector().fit(convert(mixed), labels)
    assert_same_fit(found, fitted)
    assert list(found.feature_names_in_) == list(mixed)


def test_an_array_of_objects_is_read_like_a_frame(fitted, mixed, labels):
    cells = mixed.astype(object).to_numpy()
    for table in (cells, cells.tolist()):
        assert_same_fit(quick_selector().fit(table, labels), fitted)


def test_transform_gives_columns_as_they_came(fitted, mixed):
    names = fitted.get_feature_names_out()
    assert 0 < len(names) < mixed.shape[1]
    pd.testing.assert_frame_equal(fitted.transform(mixed), mixed[names])
    frame = pl.from_pandas(mixed)
    assert fitted.transform(frame).equals(frame[list(names)])


def test_new_rows_may_hold_levels_that_were_never_seen(fitted, mixed):
    changed = mixed.assign(city="Lima")
    kept = fitted.transform(changed)
    pd.testing.assert_frame_equal(kept, changed[kept.columns])


@pytest.mark.parametrize(("library", "kind"), [("pandas", pd), ("polars", pl)])
def test_set_output_chooses_the_library(mixed, labels, library, kind):
    selector = quick_selector().set_output(transform=library).fit(mixed, labels)
    for table in (mixed, pl.from_pandas(mixed)):
        kept = selector.transform(table)
        assert isinstance(kept, kind.DataFrame)
        assert list(kept.columns) == list(selector.get_feature_names_out())


def test_inverse_transform_puts_columns_back(fitted, mixed):
    kept = fitted.transform(mixed)
    for table in (kept, pl.from_pandas(kept)):
        back = fitted.inverse_transform(table)
        assert isinstance(back, type(table))
        assert list(back.columns) == list(mixed.columns)
        assert (back["age"] == 0).all() or fitted.support_[0]
    pd.testing.assert_frame_equal(fitted.inverse_transform(kept)[kept.columns], kept)
    with pytest.raises(ValueError, match=r"X must have the \d selected columns, got 1"):
        fitted.inverse_transform(mixed[["age"]])


def test_inverse_transform_of_arrays_with_holes():
    """And of nothing, where nothing was selected."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N_ROWS, 4))
    X[rng.random(X.shape) < 0.1] = np.nan
    selector = quick_selector(n_features_to_select=2)
    selector.fit(X, np.nan_to_num(X[:, 0]) + np.nan_to_num(X[:, 2]))
    expected = X * selector.get_support()
    expected[:, ~selector.get_support()] = 0.0
    for table in (X, np.ma.masked_invalid(X)):
        back = selector.inverse_transform(selector.transform(table))
        np.testing.assert_array_equal(back, expected)
    with pytest.raises(ValueError, match="X must have the 2 selected columns, got 4"):
        selector.inverse_transform(X)
    selector.set_params(n_features_to_select=None, threshold=1.0)
    back = selector.inverse_transform(np.empty((5, 0)))
    np.testing.assert_array_equal(back, np.zeros((5, 4)))


def test_a_column_that_matters_only_by_being_missing_is_found():
    rng = np.random.default_rng(1)
    X = rng.standard_normal((300, 8))
    gaps = rng.random(300) < 0.2
    X[gaps, 3] = np.nan
    y = gaps ^ (rng.random(300) < 0.1)
    selector = GaussianGateSelector(random_state=0).fit(X, y)
    assert selector.ranking_[3] == 1
    assert selector.support_[3]
    assert np.isnan(selector.transform(X)).any()


def test_unusable_cells_are_one_sentence_with_the_name_of_the_column(mixed, labels):
    for value in (np.inf, -np.inf):
        table = mixed.assign(income=value)
        with pytest.raises(ValueError, match="Column 'income' of X holds infinite"):
            quick_selector().fit(table, labels)
    numbers = mixed[["age", "income"]].astype(float)
    numbers.iloc[3, 1] = np.inf
    with pytest.raises(ValueError, match="Column 'income' of X holds infinite"):
        quick_selector().fit(numbers, labels)
    with pytest.raises(ValueError, match="Column 1 of X holds infinite"):
        quick_selector().fit(sparse.csr_array(numbers.fillna(0.0).to_numpy()), labels)
    lists = mixed.assign(city=[[1]] * N_ROWS)
    with pytest.raises(TypeError, match="Column 'city' of X holds cells of type list"):
        quick_selector().fit(lists, labels)
    with pytest.raises(TypeError, match="Column 1 of X holds cells of type dict"):
        quick_selector().fit([[1, {"a": 1}]] * N_ROWS, labels)


def test_frames_without_rows_or_columns_are_refused(mixed, labels):
    for table in (mixed[:1], mixed[[]]):
        y = labels[: len(table)]
        with pytest.raises(ValueError, match=r"minimum of 2|2 rows and a column"):
            quick_selector().fit(table, y)


def test_columns_that_name_rows_are_warned_of(mixed, labels):
    table = mixed.assign(id=[f"row {i}" for i in range(N_ROWS)])
    with pytest.warns(UserWarning, match="Column 'id' of X holds 120 distinct values"):
        selector = quick_selector().fit(table, labels)
    assert not selector.varies_[-1]


@pytest.mark.parametrize(
    "kind",
    ["array", "pandas", "numbered", "tuples", "nullable", "polars", "unsigned"],
)
def test_whole_numbers_that_floats_round_are_warned_of(kind):
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 40, (N_ROWS, 3))
    codes[:, 1] += 2**60
    frame = pd.DataFrame(codes, columns=["a", "k", "c"])
    table = {
        "array": codes,
        "pandas": frame,
        "numbered": frame.set_axis([5, 6, 7], axis=1),
        "tuples": frame.set_axis(pd.MultiIndex.from_product([["t"], frame]), axis=1),
        "nullable": frame.astype("Int64").where(codes > 2),
        "polars": pl.from_pandas(frame),
        "unsigned": frame.assign(k=codes[:, 2].astype(np.uint64) + np.uint64(2**63)),
    }[kind]
    columns = {"array": "1", "numbered": "6", "tuples": r"\('t', 'k'\)"}
    column = columns.get(kind, "'k'")
    message = rf"Column {column} of X holds whole numbers beyond 2\*\*53"
    with pytest.warns(UserWarning, match=message):
        quick_selector().fit(table, codes[:, 0] * 1.5)


def test_whole_numbers_that_are_masked_are_missing():
    codes = np.random.default_rng(0).integers(0, 40, (N_ROWS, 3))
    table = np.ma.array(codes, mask=np.zeros_like(codes) + (np.arange(3) == 1))
    assert quick_selector().fit(table, codes[:, 0] * 1.5).get_support()[0]


@pytest.mark.parametrize("top", [2**53, 2.0**60])
def test_numbers_that_floats_hold_are_not_warned_of(top):
    X = np.random.default_rng(0).integers(0, 40, (N_ROWS, 3)).astype(type(top))
    X[0, 1] = top
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        quick_selector().fit(X, X[:, 0] * 1.5)


def test_categories_are_those_that_the_user_names(mixed, labels):
    numbers = mixed[["age", "income", "member"]].assign(age=mixed["age"] // 20)
    for chosen in (["age"], [0], [True, False, False]):
        selector = quick_selector(categorical_features=chosen).fit(numbers, labels)
        assert selector.feature_kinds_.tolist() == ["category", "number", "boolean"]
    array = numbers.to_numpy(dtype=float)
    selector = quick_selector(categorical_features=[0]).fit(array, labels)
    assert selector.feature_kinds_.tolist() == ["category", "number", "number"]
    none = quick_selector(categorical_features=None)
    assert none.fit(numbers, labels).feature_kinds_[0] == "number"
    with pytest.raises(ValueError, match="but column 'city' of X holds text"):
        none.fit(mixed, labels)


@pytest.mark.parametrize("chosen", [["colour"], [7], [-1], [1.5], [[0]], [True]])
def test_unknown_categories_are_refused(mixed, labels, chosen):
    with pytest.raises(ValueError, match="categorical_features must be"):
        quick_selector(categorical_features=chosen).fit(mixed, labels)


def test_levels_beyond_the_most_frequent_share_one(labels):
    codes = np.arange(N_ROWS) % (MAX_LEVELS // 2)
    frame = pd.DataFrame({"a": codes.astype(str), "b": np.arange(N_ROWS)})
    frame["a"] = "level " + frame["a"]
    assert quick_selector().fit(frame, labels).feature_kinds_[0] == "text"


COUNTS = np.random.default_rng(2).poisson(0.3, (N_ROWS, 12)).astype(float)
RESPONSE = COUNTS[:, 0] - COUNTS[:, 1] + np.arange(N_ROWS) / N_ROWS


@pytest.mark.parametrize(
    "form",
    [
        *(sparse.csr_array, sparse.csc_array, sparse.coo_array),
        *(sparse.csr_matrix, sparse.csc_matrix, sparse.dok_array),
    ],
)
def test_sparse_tables_are_fitted_like_dense_ones(form):
    table = form(COUNTS)
    selector = quick_selector().fit(table, RESPONSE)
    assert_same_fit(selector, quick_selector().fit(COUNTS, RESPONSE))
    kept = selector.transform(table)
    dense = COUNTS[:, selector.get_support()]
    np.testing.assert_array_equal(kept.toarray(), dense)
    if table.format in ("csr", "csc"):
        assert type(kept) is type(table)
    back = selector.inverse_transform(kept)
    np.testing.assert_array_equal(back.toarray()[:, selector.get_support()], dense)


def test_sparse_tables_of_long_indices_and_gaps():
    gaps = COUNTS.copy()
    gaps[3, 2] = np.nan
    table = sparse.csr_array(gaps)
    table.indices, table.indptr = (
        part.astype(np.int64) for part in (table.indices, table.indptr)
    )
    selector = quick_selector().fit(table, RESPONSE)
    assert_same_fit(selector, quick_selector().fit(gaps, RESPONSE))


def test_categories_of_arrays_are_those_of_frames():
    settings = {"categorical_features": [0, 3]}
    expected = quick_selector(**settings).fit(COUNTS, RESPONSE)
    assert expected.feature_kinds_.tolist().count("category") == 2
    for table in (sparse.csr_array(COUNTS), pd.DataFrame(COUNTS)):
        assert_same_fit(quick_selector(**settings).fit(table, RESPONSE), expected)


@pytest.mark.parametrize(
    "convert",
    [
        torch.from_numpy,
        lambda x: torch.from_numpy(x).to(torch.bfloat16).requires_grad_(),
        lambda x: x.astype(np.float16),
        lambda x: x.astype(np.int8),
        lambda x: np.asfortranarray(x),
        lambda x: np.ma.masked_array(x, np.zeros(x.shape, dtype=bool)),
        lambda x: x.tolist(),
    ],
    ids=["tensor", "bfloat16", "half", "int", "columns", "masked", "lists"],
)
def test_array_likes_of_every_type(convert):
    expected = quick_selector().fit(COUNTS, RESPONSE)
    table = convert(COUNTS)
    selector = quick_selector().fit(table, RESPONSE)
    assert_same_fit(selector, expected)
    kept = selector.transform(table)
    assert type(kept) is np.ndarray
    np.testing.assert_array_equal(kept, expected.transform(COUNTS))


def test_masked_cells_are_missing():
    mask = np.zeros(COUNTS.shape, dtype=bool)
    mask[5, 1] = True
    gaps = np.where(mask, np.nan, COUNTS)
    masked = np.ma.masked_array(COUNTS, mask)
    expected = quick_selector(n_features_to_select=1.0).fit(gaps, RESPONSE)
    selector = quick_selector(n_features_to_select=1.0).fit(masked, RESPONSE)
    assert_same_fit(selector, expected)
    kept = selector.transform(masked)
    assert type(kept) is np.ndarray
    np.testing.assert_array_equal(kept, expected.transform(gaps))
    assert np.isnan(kept).any()


def test_a_memory_map_is_read_without_a_copy(tmp_path, monkeypatch):
    path = tmp_path / "table.npy"
    np.save(path, COUNTS)
    seen = []
    table = np.load(path, mmap_mode="r")
    build = "stg_select.selectors._fitting.read_features"
    from stg_select.selectors._columns import read_features

    def spy(x, *rest):
        seen.append(x)
        return read_features(x, *rest)

    monkeypatch.setattr(build, spy)
    selector = quick_selector().fit(table, RESPONSE)
    assert np.shares_memory(seen[0], table)
    monkeypatch.undo()
    assert_same_fit(selector, quick_selector().fit(COUNTS, RESPONSE))


def test_a_frame_goes_through_a_pipeline_and_its_folds(mixed, labels):
    numbers = mixed[["age", "income", "member"]]
    pipeline = make_pipeline(
        quick_selector(n_features_to_select=2), DecisionTreeClassifier(random_state=0)
    )
    y = mixed["income"].isna()
    scores = cross_val_score(pipeline, numbers, y, cv=3, error_score="raise")
    assert scores.mean() > 0.7


def test_large_sparse_tables_are_selected_like_dense_ones(monkeypatch):
    monkeypatch.setattr("stg_select.screening._budget.KEPT_COLUMNS", 8)
    expected = quick_selector().fit(COUNTS, RESPONSE)
    monkeypatch.setattr("stg_select.columns._encoding.DENSE_CELLS", 0)
    selector = quick_selector().fit(sparse.csr_array(COUNTS), RESPONSE)
    np.testing.assert_array_equal(selector.support_, expected.support_)
    np.testing.assert_allclose(selector.mu_, expected.mu_, atol=1e-5)
    copies = np.hstack([COUNTS, COUNTS[:, :2]])
    selector = quick_selector(max_correlation=0.9)
    selector.fit(sparse.csr_array(copies), RESPONSE)
    assert (selector.copy_of_ >= 0).sum() == 2
