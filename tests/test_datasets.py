from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stg_select import datasets

GENERATORS = {
    name: getattr(datasets, name)
    for name in datasets.__all__
    if name != "make_mixed_frame"  # no array; see test_datasets_frames
}
NONLINEAR = ("make_ring", "make_xor", "make_ring_xor", "make_ring_xor_sum")
WITH_TASK = [
    name
    for name, make in GENERATORS.items()
    if "task" in inspect.signature(make).parameters
]


@pytest.mark.parametrize("name", GENERATORS)
def test_returns_a_table_a_target_and_the_truth(name):
    make = GENERATORS[name]
    X, y, informative = make(120, 110, random_state=0)
    assert X.shape == (120, 110)
    assert X.dtype == np.float64
    assert np.isfinite(X).all()
    assert y.shape == (120,)
    if y.dtype.names is None:  # events and times have a test of their own
        assert np.isfinite(y).all()
    assert np.array_equal(informative, np.unique(informative))
    assert np.isin(informative, np.arange(110)).all()
    assert (informative.size == 0) == (name == "make_noise")


@pytest.mark.parametrize("name", GENERATORS)
def test_an_int_repeats_and_the_global_generator_is_left_alone(name):
    make = GENERATORS[name]
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, again = make(80, 110, random_state=3), make(80, 110, random_state=3)
    other, fresh = make(80, 110, random_state=4), make(80, 110)
    for left, right in zip(first, again, strict=True):
        np.testing.assert_array_equal(left, right)
    assert not np.array_equal(first[0], other[0])
    assert not np.array_equal(first[0], fresh[0])
    after = np.random.get_state()[1]  # noqa: NPY002
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_is_used_up(name):
    rng = np.random.default_rng(3)
    X, _, _ = GENERATORS[name](40, 110, random_state=rng)
    np.testing.assert_array_equal(X, GENERATORS[name](40, 110, random_state=3)[0])
    assert not np.array_equal(X, GENERATORS[name](40, 110, random_state=rng)[0])


@pytest.mark.parametrize("name", WITH_TASK)
def test_classification_cuts_the_same_response_at_its_median(name):
    make = GENERATORS[name]
    X, response, informative = make(101, 110, task="regression", random_state=1)
    X_cut, y, informative_cut = make(101, 110, task="classification", random_state=1)
    np.testing.assert_array_equal(X, X_cut)
    np.testing.assert_array_equal(informative, informative_cut)
    assert y.dtype == np.int64
    np.testing.assert_array_equal(y, response > np.median(response))
    assert y.sum() == 50


@pytest.mark.parametrize(
    "name", [n for n in GENERATORS if n not in NONLINEAR and n != "make_noise"]
)
def test_informative_columns_lie_anywhere(name):
    places = {tuple(GENERATORS[name](20, 110, random_state=s)[2]) for s in range(5)}
    assert len(places) == 5


@pytest.mark.parametrize("name", NONLINEAR)
def test_nonlinear_tables_are_uniform_and_balanced(name):
    X, y, _ = GENERATORS[name](4000, 8, random_state=0)
    assert X.min() >= -1.0
    assert X.max() <= 1.0
    for column in X.T:
        assert stats.kstest(column, "uniform", args=(-1, 2)).pvalue > 1e-4
    assert set(np.unique(y)) == {0, 1}
    assert abs(y.mean() - 0.5) < 0.03


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 60), p=st.integers(6, 12))
def test_nonlinear_labels_follow_the_published_formulas(seed, n, p):
    def on_ring(u, width):
        radius = ((u[0] - 0.5) ** 2 + (u[1] - 0.5) ** 2) ** 0.5
        return abs(radius - 0.35) <= width

    X, ring, _ = datasets.make_ring(n, p, random_state=seed)
    for row, label in zip((X + 1) / 2, ring, strict=True):
        assert label == on_ring(row, 0.1151)
    X, xor, _ = datasets.make_xor(n, p, random_state=seed)
    for row, label in zip((X + 1) / 2, xor, strict=True):
        assert label == ((row[0] > 0.5) != (row[1] > 0.5))
    X, both, _ = datasets.make_ring_xor(n, p, random_state=seed)
    for row, label in zip((X + 1) / 2, both, strict=True):
        joint = (row[2] - 0.5) * (0.5 - row[3]) >= 0.0337
        assert label == (on_ring(row, 0.0704) or joint)
    X, three, _ = datasets.make_ring_xor_sum(n, p, random_state=seed)
    for row, label in zip((X + 1) / 2, three, strict=True):
        joint = (row[2] - 0.5) * (0.5 - row[3]) >= 0.0598
        certain = on_ring(row, 0.0479) or joint
        # the noise of the sum, sd .2, moves no row by 1.2
        if certain or row[4] + row[5] > 1.4074 + 1.2:
            assert label == 1
        elif row[4] + row[5] < 1.4074 - 1.2:
            assert label == 0


def test_noisy_sum_has_the_published_noise():
    X, y, _ = datasets.make_ring_xor_sum(200_000, 6, random_state=0)
    U = (X + 1) / 2
    radius = np.hypot(U[:, 0] - 0.5, U[:, 1] - 0.5)
    joint = (U[:, 2] - 0.5) * (0.5 - U[:, 3]) >= 0.0598
    rest = ~((np.abs(radius - 0.35) <= 0.0479) | joint)
    total = U[rest, 4] + U[rest, 5]
    for low in (1.0, 1.2, 1.4, 1.6):
        inside = (total >= low) & (total < low + 0.05)
        expected = stats.norm.cdf((low + 0.025 - 1.4074) / 0.2)
        assert abs(y[rest][inside].mean() - expected) < 0.03


def test_linear_columns_are_autoregressive_and_noise_has_its_size():
    X, y, informative = datasets.make_linear(
        20_000, 30, n_informative=4, noise=0.5, random_state=0
    )
    correlation = np.corrcoef(X.T)
    for lag in (1, 2, 3):
        assert np.allclose(np.diagonal(correlation, lag), 0.7**lag, atol=0.03)
    beta = np.linalg.lstsq(X, y, rcond=None)[0]
    assert set(np.argsort(-np.abs(beta))[:4]) == set(informative)
    assert np.std(y - X @ beta) == pytest.approx(0.5, rel=0.05)
    assert np.std(X @ beta) == pytest.approx(1.0, rel=0.05)


@pytest.mark.parametrize(
    ("name", "degree"), [("make_products", 2), ("make_three_way", 3)]
)
def test_products_have_no_effect_below_their_order(name, degree):
    X, y, informative = GENERATORS[name](50_000, 8, noise=0.0, random_state=0)
    columns = X[:, informative]
    assert np.abs(columns.T @ y).max() / len(y) < 0.03
    groups = columns.reshape(len(y), 6 // degree, degree)
    signal = sum(group.prod(axis=1) for group in groups.transpose(1, 0, 2))
    np.testing.assert_allclose(y, signal / signal.std())
    if degree == 3:
        pairs = np.einsum("ni,nj,n->ij", columns, columns, y) / len(y)
        assert np.abs(pairs).max() < 0.03


def test_near_copies_stand_three_to_an_original():
    X, _, informative = datasets.make_near_copies(4000, 60, random_state=0)
    correlation = np.abs(np.corrcoef(X.T))
    np.fill_diagonal(correlation, 0.0)
    for column in informative:
        copies = np.flatnonzero(correlation[column] > 0.9)
        assert copies.size == 3
        expected = 1 / np.sqrt(1 + 0.3**2)
        assert np.allclose(correlation[column, copies], expected, atol=0.01)
        # two copies are less alike than a copy and its original
        assert correlation[np.ix_(copies, copies)].max() < 0.94


def test_very_wide_columns_come_in_blocks():
    X, _, informative = datasets.make_very_wide(5000, 200, random_state=0)
    correlation = np.corrcoef(X.T)
    block = np.arange(200) // 10
    same = (block[:, None] == block) & ~np.eye(200, dtype=bool)
    assert np.allclose(correlation[same], 0.5, atol=0.07)
    assert np.abs(correlation[block[:, None] != block]).max() < 0.1
    assert len(set(block[informative])) == 10


def test_heteroscedastic_noise_has_its_mean_square():
    clean = datasets.make_heteroscedastic(40_000, 5, noise=0.0, random_state=0)[1]
    X, y, informative = datasets.make_heteroscedastic(40_000, 5, random_state=0)
    error = y - clean
    assert np.mean(error**2) == pytest.approx(1.0, abs=0.25)
    log_scale = stats.linregress(X[:, informative[0]], np.log(np.abs(error)))
    assert log_scale.slope == pytest.approx(1.0, abs=0.05)


def test_mixed_columns_have_their_types():
    X, _, informative = datasets.make_mixed_types(3000, 31, random_state=0)
    assert set(np.unique(X[:, 0::3])) == {0.0, 1.0}
    counts = X[:, 1::3]
    assert np.array_equal(counts, counts.round())
    assert counts.mean() == pytest.approx(3.0, abs=0.1)
    assert X[:, 2::3].std() == pytest.approx(1.0, abs=0.05)
    assert sorted(informative % 3) == [0, 0, 1, 1, 2, 2]


def test_sparse_multiclass_shifts_two_columns_for_each_class():
    X, y, informative = datasets.make_sparse_multiclass(
        6001, 40, n_classes=4, shift=1.2, random_state=0
    )
    assert sorted(np.bincount(y)) == [1500, 1500, 1500, 1501]
    means = np.array([X[y == label].mean(axis=0) for label in range(4)])
    expected = np.zeros((4, 40))
    expected[np.arange(8) // 2, informative] = 1.2
    assert np.abs(means - expected).max() < 0.15


def test_heavy_tails_have_outliers_and_monotone_classes():
    X, y, _ = datasets.make_heavy_tails(2000, 20, random_state=0)
    assert np.abs(X).max() > 50.0
    assert np.abs(y).max() > 5.0


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: datasets.make_ring(1), ValueError, "n_samples must be at least 2"),
        (lambda: datasets.make_xor(10, 1), ValueError, "n_features must be at least 2"),
        (lambda: datasets.make_xor(10.0), TypeError, "n_samples must be an int, got"),
        (lambda: datasets.make_xor(9, True), TypeError, "n_features must be an int"),
        (lambda: datasets.make_near_copies(9, 19), ValueError, "at least 20, got 19"),
        (lambda: datasets.make_very_wide(9, 99), ValueError, "at least 100, got 99"),
        (
            lambda: datasets.make_products(task="survival"),
            ValueError,
            "task must be 'regression' or 'classification', got 'survival'",
        ),
        (
            lambda: datasets.make_linear(n_informative=0),
            ValueError,
            "n_informative must be at least 1, got 0",
        ),
        (
            lambda: datasets.make_linear(correlation=1.0),
            ValueError,
            r"correlation must be in \[0, 1\), got 1.0",
        ),
        (
            lambda: datasets.make_sparse_multiclass(n_classes=1),
            ValueError,
            "n_classes must be at least 2, got 1",
        ),
    ],
)
def test_wrong_arguments_are_named(call, error, match):
    with pytest.raises(error, match=match):
        call()


@pytest.mark.parametrize("censoring", [0.0, 0.3, 0.9])
def test_survival_is_censored_as_asked(censoring):
    X, y, informative = datasets.make_survival(
        2000, 20, censoring=censoring, random_state=0
    )
    assert y.dtype.names == ("event", "time")
    assert 1.0 - y["event"].mean() == pytest.approx(censoring, abs=1e-3)
    assert np.isfinite(y["time"]).all()
    assert (y["time"] > 0.0).all()
    if not censoring:
        a, b, c, d, e = X[:, informative].T
        log_hazard = 0.8 * (a - b) + 0.6 * (c**2 - 1.0) + d * e
        # the hazard times the time is a standard exponential variable
        unit = np.exp(log_hazard) * y["time"]
        assert stats.kstest(unit, "expon").pvalue > 0.01


def test_survival_without_signal_is_independent_of_the_columns():
    X, y, _ = datasets.make_survival(
        2000, 20, censoring=0.0, signal=0.0, random_state=0
    )
    p = [stats.spearmanr(column, y["time"]).pvalue for column in X.T]
    assert min(p) > 0.01 / 20


@pytest.mark.parametrize("censoring", [-0.1, 1.0])
def test_survival_cannot_be_censored_as_asked(censoring):
    with pytest.raises(ValueError, match=rf"censoring must be in .*, got {censoring}"):
        datasets.make_survival(censoring=censoring)
