from __future__ import annotations

import numpy as np
import pytest
from samples import PLAIN, make_table, quick_selector

from stg_select.inspection import SelectionCurveDisplay


def test_curve_and_chosen_number_are_those_of_the_fit(fitted):
    display = SelectionCurveDisplay.from_estimator(fitted)
    curve = fitted.selection_curve_
    np.testing.assert_array_equal(display.line_.get_xdata(), curve["n_features"])
    np.testing.assert_array_equal(display.line_.get_ydata(), curve["loss"])
    assert set(display.chosen_line_.get_xdata()) == {fitted.n_features_to_select_}
    assert display.ax_.get_xscale() == "log"
    assert set(display.null_line_.get_ydata()) == {1.0}


def test_nothing_chosen():
    display = SelectionCurveDisplay(
        n_features=[1, 2, 4], loss=[1.1, 1.0, 1.2], n_chosen=0
    ).plot()
    assert display.chosen_line_ is None
    assert "chose no feature" in display.ax_.get_title()


@pytest.mark.parametrize(
    ("n_chosen", "title"),
    [
        (2, "features beside those that stay"),
        (0, "none adds to those that stay"),
    ],
)
def test_columns_that_stay_are_the_line_to_beat(n_chosen, title):
    """A logarithmic axis has no place for no other column."""
    display = SelectionCurveDisplay(
        n_features=[0, 1, 2], loss=[0.6, 0.5, 0.3], n_chosen=n_chosen
    ).plot()
    np.testing.assert_array_equal(display.line_.get_xdata(), [1, 2])
    assert set(display.null_line_.get_ydata()) == {0.6}
    assert title in display.ax_.get_title()


def test_where_all_columns_stay_the_picture_is_drawn():
    display = SelectionCurveDisplay(n_features=[0], loss=[0.6], n_chosen=0).plot()
    display.figure_.canvas.draw()
    assert not len(display.line_.get_xdata())


def test_losses_of_networks_that_diverged_leave_a_gap():
    display = SelectionCurveDisplay(
        n_features=[1, 2, 4], loss=[0.9, np.inf, 0.5], n_chosen=4
    ).plot()
    np.testing.assert_array_equal(display.line_.get_ydata(), [0.9, np.nan, 0.5])
    display.figure_.canvas.draw()


def test_chosen_number_beyond_the_curve_is_seen():
    display = SelectionCurveDisplay(
        n_features=[1, 2], loss=[0.9, 0.8], n_chosen=40
    ).plot()
    display.figure_.canvas.draw()
    assert display.ax_.get_xlim()[1] > 40
    ticks = [label.get_text() for label in display.ax_.get_xticklabels()]
    assert ticks == ["1", "2", "4", "8", "16", "32"]


def test_fit_without_a_curve_is_refused():
    selector = quick_selector(**PLAIN, max_iter=20).fit(*make_table("binary"))
    with pytest.raises(ValueError, match="selection_curve_ is empty"):
        SelectionCurveDisplay.from_estimator(selector)
