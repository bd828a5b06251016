from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from stg_select.inspection import RankingDisplay
from stg_select.inspection._axes import NOT_SELECTED, SELECTED
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


@pytest.mark.parametrize("max_features", [0, -1])
def test_no_feature_at_all_is_refused(max_features):
    with pytest.raises(ValueError, match=r"max_features must be at least 1 .*got"):
        many(3).plot(max_features=max_features)
