"""Near-copies of better features: found, left out on request, kept by default."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from stg_select import GaussianGateSelector
from stg_select.datasets import make_near_copies

# fits that tests share are made before a test can say how rows are dealt
pytestmark = pytest.mark.all_deals


@pytest.fixture(scope="module")
def table():
    return make_near_copies(task="regression", random_state=3)


@pytest.fixture(scope="module")
def without_copies(table):
    X, y, _ = table
    return GaussianGateSelector(max_correlation=0.8, random_state=0).fit(X, y)


def test_of_near_copies_the_best_is_selected(table, without_copies):
    _, _, informative = table
    np.testing.assert_array_equal(without_copies.get_support(indices=True), informative)


def test_copies_are_kept_by_default(table, without_copies):
    X, y, _ = table
    selector = GaussianGateSelector(random_state=0).fit(X, y)
    np.testing.assert_array_equal(selector.copy_of_, -1)
    np.testing.assert_array_equal(selector.ranking_, without_copies.ranking_)
    assert selector.support_.sum() > without_copies.support_.sum()


def test_copies_follow_the_rank_correlation(table, without_copies):
    X, _, _ = table
    correlation = np.abs(spearmanr(X)[0])
    copy_of, ranking = without_copies.copy_of_, without_copies.ranking_
    own = np.flatnonzero(copy_of < 0)
    for column in np.argsort(ranking):
        better = own[ranking[own] < ranking[column]]
        above = correlation[column, better] > 0.8
        if copy_of[column] < 0:
            assert not above.any()
        else:
            assert copy_of[column] == better[correlation[column, better].argmax()]
            assert above.any()
    assert (copy_of >= 0).any()


def test_a_number_counts_features_without_copies(without_copies):
    chosen = without_copies.set_params(n_features_to_select=7).support_
    without_copies.set_params(n_features_to_select=None)
    assert chosen.sum() == 7
    assert (without_copies.copy_of_[chosen] < 0).all()


def test_groups_of_several_columns_are_no_copies():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 8))
    X[:, 6:] = X[:, [0, 1]]
    y = X[:, 0] + 0.1 * rng.normal(size=200)
    groups = [0, 0, 1, 2, 3, 4, 5, 6]
    selector = GaussianGateSelector(
        feature_groups=groups, max_correlation=0.9, random_state=0
    ).fit(X, y)
    np.testing.assert_array_equal(selector.copy_of_, -1)


@pytest.mark.parametrize("value", [1.0, -0.1, "all"])
def test_correlations_that_bound_nothing_are_refused(table, value):
    X, y, _ = table
    with pytest.raises(ValueError, match=r"'max_correlation' parameter .* must be"):
        GaussianGateSelector(max_correlation=value).fit(X, y)
