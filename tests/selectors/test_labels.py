"""Several labels a row, several outputs, and outliers as targets."""

from __future__ import annotations

import numpy as np
import pytest
from samples import assert_same_fit, make_table, quick_selector
from scipy import sparse

from stg_select import GaussianGateSelector


def draw_labels(n_rows=400, n_labels=5, n_features=20, seed=0):
    """Each label depends on a column of its own."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n_rows, n_features))
    noise = rng.logistic(size=(n_rows, n_labels))
    return X, (3.0 * X[:, :n_labels] + noise > 1.0).astype(int)


def test_columns_of_all_labels_are_found():
    X, y = draw_labels()
    selector = GaussianGateSelector(random_state=0).fit(X, y)
    assert selector.objective_ == "log_loss"
    assert not hasattr(selector, "classes_")
    np.testing.assert_array_equal(np.sort(selector.ranking_[:5]), range(1, 6))
    assert selector.support_[:5].all()
    assert selector.support_[5:].sum() <= 1


@pytest.mark.parametrize("kind", [sparse.csr_matrix, sparse.coo_array])
def test_labels_can_be_sparse(kind):
    X, y = draw_labels(n_rows=100, n_features=6)
    dense, held_sparse = (quick_selector().fit(X, labels) for labels in (y, kind(y)))
    assert_same_fit(held_sparse, dense)


@pytest.mark.filterwarnings("ignore:No features were selected:UserWarning")
def test_labels_without_signal_select_nothing():
    X, y = draw_labels()
    X = np.random.default_rng(9).permutation(X)
    assert GaussianGateSelector(random_state=0).fit(X, y).support_.sum() == 0


def test_six_outputs_of_different_scales_are_all_screened():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 20))
    y = (X[:, :6] + 0.5 * rng.standard_normal((400, 6))) * 10.0 ** np.arange(-3, 3)
    for objective in ("auto", "huber"):
        selector = GaussianGateSelector(objective=objective, random_state=0).fit(X, y)
        np.testing.assert_array_equal(np.sort(selector.ranking_[:6]), range(1, 7))
        assert selector.support_[:6].all()
        assert selector.support_[6:].sum() <= 1


@pytest.mark.parametrize("share", [0.0, 0.15])
def test_outliers_do_not_hide_columns_from_huber(share):
    X, y = make_table("regression", n_rows=300)
    rng = np.random.default_rng(1)
    rows = rng.random(len(y)) < share
    y[rows] = 1e3 * rng.standard_cauchy(rows.sum())
    selector = GaussianGateSelector(objective="huber", random_state=0).fit(X, y)
    assert selector.objective_ == "huber"
    np.testing.assert_array_equal(np.sort(selector.ranking_[:2]), [1, 2])
    assert selector.support_[:2].all()
    assert selector.support_[2:].sum() <= 1


@pytest.mark.filterwarnings("ignore:No features were selected:UserWarning")
@pytest.mark.parametrize("seed", range(2))
def test_heavy_tails_without_signal_select_nothing(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((300, 30)), rng.standard_cauchy(300)
    selector = GaussianGateSelector(objective="huber", random_state=0).fit(X, y)
    assert selector.support_.sum() == 0


TARGETS = {
    "huber": make_table("regression")[1],
    "several labels": (make_table("multioutput")[1] > 0).astype(int),
}


@pytest.mark.parametrize("kind", TARGETS)
def test_whole_weights_are_repeated_rows(kind):
    """Other targets have tests of their own for it."""
    X, y = make_table("regression")[0], TARGETS[kind]
    objective = "huber" if kind == "huber" else "auto"
    counts = np.random.default_rng(0).integers(0, 3, len(y))
    rows = np.repeat(np.arange(len(y)), counts)
    weighted = quick_selector(objective=objective).fit(X, y, counts)
    repeated = quick_selector(objective=objective).fit(X[rows], y[rows])
    np.testing.assert_array_equal(weighted.ranking_, repeated.ranking_)
    np.testing.assert_allclose(weighted.mu_, repeated.mu_, atol=1e-6)
