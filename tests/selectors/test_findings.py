"""What a fit says about how members agree and what the screen found."""

from __future__ import annotations

import numpy as np
import pytest
from samples import N_FEATURES, PLAIN, fitted_on, make_table, quick_selector

from stg_select.crossfit._agreement import stability


def test_attributes_of_a_fit():
    selector = fitted_on("regression")
    assert selector.open_share_.shape == (N_FEATURES,)
    n_members = selector.history_["n_open"].shape[1]
    counts = selector.open_share_ * n_members
    np.testing.assert_array_equal(counts, counts.round())
    np.testing.assert_array_equal(selector.open_share_[:2], [1.0, 1.0])
    # of two columns of as much variance each is half of the deviance, or more
    assert (selector.loss_without_[:2] > 0.3).all()
    assert (selector.loss_without_[2:] < 0.1).all()
    assert isinstance(selector.stability_, float)
    assert 0.0 < selector.stability_ <= 1.0
    assert selector.screen_scores_.shape == (N_FEATURES,)
    assert (selector.screen_scores_[:2] > 2.0).all()
    assert (selector.screen_scores_[2:] < 1.5).all()
    assert (selector.alone_scores_ <= selector.screen_scores_).all()
    np.testing.assert_array_equal(
        selector.alone_scores_[:2], selector.screen_scores_[:2]
    )
    assert selector.searched_in_pairs_.all()


def test_terms_of_a_fit():
    terms = fitted_on("regression").terms_
    strongest = terms["features"][:2]
    assert set(strongest[:, 0]) == {0, 1}
    assert (strongest[:, 1:] == -1).all()
    assert (np.diff(terms["score"]) <= 0.0).all()
    assert (terms["by_chance"][:2] < 1e-3).all()
    np.testing.assert_array_equal(terms["members"][:2], [1.0, 1.0])
    # two columns of as much variance
    np.testing.assert_allclose(terms["explained"][:2], 0.5, atol=0.2)
    assert {len(values) for values in terms.values()} == {len(terms["kind"])}


@pytest.mark.parametrize(
    "settings", [PLAIN, {"screening": None}], ids=["plain", "no screen"]
)
def test_without_a_screen_nothing_was_found(settings):
    selector = quick_selector(**settings).fit(*make_table("binary"))
    assert np.isnan(selector.screen_scores_).all()
    assert not selector.searched_in_pairs_.any()
    assert len(selector.terms_["kind"]) == 0
    assert (selector.open_share_ <= 1.0).all()


def test_a_single_member_has_no_stability():
    selector = quick_selector(**PLAIN, n_seeds=1).fit(*make_table("binary"))
    assert np.isnan(selector.stability_)
    assert set(selector.open_share_) <= {0.0, 1.0}


def test_stability_is_that_of_the_gates_of_the_members():
    """All of them agree about two gates of six; who agrees with whom is not kept."""
    selector = fitted_on("regression")
    if set(selector.open_share_) <= {0.0, 1.0}:
        assert selector.stability_ == 1.0
    p = selector.open_share_
    n_members = selector.history_["n_open"].shape[1]
    variance = (p * (1.0 - p)).mean() * n_members / (n_members - 1)
    expected = 1.0 - variance / (p.mean() * (1.0 - p.mean()))
    assert selector.stability_ == pytest.approx(expected)
    is_open = np.arange(n_members)[:, None] < (p * n_members).round()[None, :]
    assert stability(is_open) == pytest.approx(expected)


def test_columns_of_a_group_have_what_their_gate_has():
    groups = [0, 1, 2, 3, 4, 0]
    selector = quick_selector(feature_groups=groups).fit(*make_table("regression"))
    for name in (
        "open_share_",
        "loss_without_",
        "screen_scores_",
        "searched_in_pairs_",
    ):
        values = getattr(selector, name)
        assert values[0] == values[5]
    assert set(selector.terms_["features"][:2, 0]) == {0, 1}, "a term says which one"


def test_constant_columns_have_no_score():
    X, y = make_table("regression")
    X[:, 3] = 1.0
    selector = quick_selector().fit(X, y)
    assert selector.screen_scores_[3] == 0.0
    assert selector.open_share_[3] == 0.0
    assert not selector.searched_in_pairs_[3]


def test_of_many_columns_only_the_best_are_looked_at_in_pairs():
    """At 1000 rows 2048 of them, fewer of more rows."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((1000, 2200)).astype(np.float32)
    y = X[:, 5] + 0.5 * rng.standard_normal(1000)
    selector = quick_selector(cross_fit=2).fit(X, y)
    # later rounds look at the best anew, which may be others
    assert 2048 <= selector.searched_in_pairs_.sum() < 2100
    assert selector.searched_in_pairs_[5]
    left_out = selector.screen_scores_[~selector.searched_in_pairs_]
    assert left_out.max() < 1.0
