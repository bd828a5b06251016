from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from samples import make_table, quick_selector

from stg_select.inspection import RankingDisplay
from stg_select.inspection._axes import KEPT, NOT_SELECTED, SELECTED
from stg_select.selectors import short_name


def many(n_features, n_selected=3):
    return RankingDisplay(
        features=[f"column {i}" for i in range(n_features)],
        importances=np.linspace(1.0, 0.0, n_features),
        active_probs=np.linspace(0.9, 0.0, n_features),
        selected=np.arange(n_features) < n_selected,
    )


def labels(display):
    return [label.get_text() for label in display.ax_.get_yticklabels()]


def test_bars_and_points_are_what_the_selector_says(fitted):
    display = RankingDisplay.from_estimator(fitted)
    best = np.argsort(fitted.ranking_)
    np.testing.assert_array_equal(
        [bar.get_width() for bar in display.bars_], fitted.feature_importances_[best]
    )
    np.testing.assert_array_equal(
        display.points_.get_xdata(), fitted.active_probs_[best]
    )
    blue = [bar.get_facecolor()[:3] == to_rgb(SELECTED) for bar in display.bars_]
    np.testing.assert_array_equal(blue, fitted.support_[best])
    np.testing.assert_array_equal(
        labels(display), [short_name(fitted.feature_names_in_[i], 40) for i in best]
    )


def test_best_feature_is_on_top():
    display = many(5).plot()
    bottom, top = display.ax_.get_ylim()
    assert bottom > top
    assert labels(display)[0] == "column 0"


@pytest.mark.parametrize(
    ("max_features", "n_shown", "title"),
    [
        (30, 30, "30 best of 3000 features, 3 selected"),
        (2, 2, "2 best of 3000 features, 3 selected"),
        (None, 3000, "3000 features, 3 selected"),
        (5000, 3000, "3000 features, 3 selected"),
    ],
)
def test_so_many_as_asked_for(max_features, n_shown, title):
    display = many(3000).plot(max_features=max_features)
    assert len(display.bars_) == n_shown
    assert display.ax_.get_title() == title
    height = display.figure_.get_size_inches()[1]
    assert height < 10.0
    if n_shown > 80:
        assert display.ax_.get_ylabel() == "rank"
        assert len(labels(display)) < 20
    else:
        assert len(labels(display)) == n_shown


def test_one_feature():
    display = many(1, n_selected=0).plot()
    assert display.ax_.get_title() == "1 feature, 0 selected"
    assert display.bars_[0].get_facecolor()[:3] == to_rgb(NOT_SELECTED)


def test_lines_span_most_networks(fitted):
    display = RankingDisplay.from_estimator(fitted)
    best = np.argsort(fitted.ranking_)
    low, high = fitted.active_probs_range_[:, best]
    ends = np.array([path.vertices[:, 0] for path in display.ranges_.get_paths()])
    np.testing.assert_array_equal(ends, np.stack([low, high], axis=1))
    assert (low <= fitted.active_probs_[best] + 1e-12).all()
    assert (low < high).any()
    assert many(90).plot(max_features=None).ranges_ is None
    unknown = many(4)
    unknown.prob_ranges = np.full((2, 4), np.nan)
    assert unknown.plot().ranges_ is None


def test_columns_that_the_user_keeps_are_told_apart():
    display = many(5)
    display.kept = np.arange(5) < 1
    display.plot()
    colours = [bar.get_facecolor()[:3] for bar in display.bars_]
    assert colours[0] == to_rgb(KEPT)
    assert colours[1] == to_rgb(SELECTED)
    assert colours[4] == to_rgb(NOT_SELECTED)
    assert display.ax_.get_title() == "5 features, 3 selected, 1 by keep"
    legend = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert legend == ["selected", "by keep", "not selected", "gate open"]


def test_kept_columns_of_a_fit_and_names_of_columns_that_have_none():
    X, y = make_table("binary")
    selector = quick_selector(keep=[5], max_iter=20).fit(X, y)
    names = [f"gene {i}" for i in range(6)]
    display = RankingDisplay.from_estimator(selector, feature_names=names)
    assert labels(display)[0] == "gene 5"
    assert np.asarray(display.kept).tolist() == [True] + [False] * 5
    assert display.prob_ranges[:, 0].tolist() == [1.0, 1.0]
    with pytest.raises(ValueError, match=r"feature_names must hold a name for each"):
        RankingDisplay.from_estimator(selector, feature_names=names[1:])


@pytest.mark.parametrize("max_features", [0, -1])
def test_no_feature_at_all_is_refused(max_features):
    with pytest.raises(ValueError, match=r"max_features must be at least 1 .*got"):
        many(3).plot(max_features=max_features)
