from __future__ import annotations

import numpy as np

from stg_select.inspection import GateHistoryDisplay


def test_lines_are_the_members(fitted):
    display = GateHistoryDisplay.from_estimator(fitted)
    history = fitted.history_
    assert len(display.lines_) == history["n_open"].shape[1]
    for line, n_open in zip(display.lines_, history["n_open"].T, strict=True):
        np.testing.assert_array_equal(line.get_xdata(), history["step"])
        np.testing.assert_array_equal(line.get_ydata(), n_open)
    np.testing.assert_array_equal(
        display.mean_line_.get_ydata(), history["n_open"].mean(axis=1)
    )


def test_members_that_have_stopped_count_with_their_last_number():
    n_open = [[4.0, 2.0, np.nan], [np.nan, 1.0, np.nan], [np.nan, 0.0, np.nan]]
    display = GateHistoryDisplay(step=[1, 2, 3], n_open=n_open).plot()
    np.testing.assert_allclose(
        display.mean_line_.get_ydata(), np.array([6.0, 5.0, 4.0]) / 3.0
    )


def test_hundreds_of_members_are_drawn_faintly():
    few, many = (
        GateHistoryDisplay(step=[1, 2], n_open=np.ones((2, n_members))).plot()
        for n_members in (8, 400)
    )
    assert many.lines_[0].get_alpha() < few.lines_[0].get_alpha()
