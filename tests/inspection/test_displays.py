"""What all pictures have in common."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from figures import assert_nothing_is_cut_off
from matplotlib.figure import Figure
from samples import quick_selector
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from stg_select.inspection import (
    GateHistoryDisplay,
    InteractionDisplay,
    RankingDisplay,
    SelectionCurveDisplay,
)

DISPLAYS = [
    RankingDisplay,
    SelectionCurveDisplay,
    GateHistoryDisplay,
    InteractionDisplay,
]

every_display = pytest.mark.parametrize("display_class", DISPLAYS)


@every_display
def test_figure_of_its_own(display_class, fitted):
    display = display_class.from_estimator(fitted)
    assert isinstance(display, display_class)
    assert display.ax_.figure is display.figure_
    assert display.ax_.get_title()
    assert display.ax_.get_xlabel()


@every_display
def test_axes_of_the_caller(display_class, fitted):
    ax = Figure().subplots()
    display = display_class.from_estimator(fitted, ax=ax)
    assert display.ax_ is ax
    other = Figure().subplots()
    assert display.plot(other) is display
    assert display.ax_ is other
    assert display.figure_ is other.figure


@every_display
def test_nothing_is_written_beyond_the_figure(display_class, fitted):
    """No name is cut off: the figure holds all that belongs to it."""
    figure = display_class.from_estimator(fitted).figure_
    assert_nothing_is_cut_off(figure)


@every_display
@pytest.mark.parametrize("own_figure", [True, False])
def test_a_title_of_the_users_own_is_above_the_legend(display_class, own_figure, table):
    X, _ = table
    selector = quick_selector(max_iter=20, keep=[3])
    selector.fit(X, X.iloc[:, 0] * X.iloc[:, 1])
    ax = None if own_figure else plt.subplots(figsize=(6.0, 4.0))[1]
    display = display_class.from_estimator(selector, ax=ax)
    display.ax_.set_title("A title of my own")
    figure = display.figure_
    figure.savefig(io.BytesIO(), format="png")
    renderer = figure.canvas.get_renderer()
    title = display.ax_.title.get_window_extent(renderer)
    assert title.y1 <= figure.bbox.height
    texts = display.ax_.get_legend().get_texts()
    if display_class is not GateHistoryDisplay:  # whose legend is inside
        highest = max(text.get_window_extent(renderer).y1 for text in texts)
        assert highest <= title.y0


@every_display
def test_pickled_and_drawn_again(display_class, fitted):
    display = display_class.from_estimator(fitted)
    data = {
        name: value
        for name, value in vars(display).items()
        if not name.endswith("_")  # the artists
    }
    again = pickle.loads(pickle.dumps(display_class(**data)))
    for name, value in data.items():
        np.testing.assert_array_equal(getattr(again, name), value)
    assert again.plot().ax_.get_title() == display.ax_.get_title()


@every_display
def test_selector_is_fitted_later_without_changing_a_picture(display_class, table):
    X, _ = table
    product = X.iloc[:, 0] * X.iloc[:, 1]
    selector = quick_selector(max_iter=20, n_features_to_select=2, keep=[5])
    selector.fit(X, product)
    display = display_class.from_estimator(selector)
    for attribute in ("active_probs_", "active_probs_range_", "feature_importances_"):
        getattr(selector, attribute)[:] = 0.0
    selector.kept_[:] = False
    for values in (*selector.history_.values(), *selector.selection_curve_.values()):
        values[:] = 0
    selector.terms_["score"][:] = 0.0
    selector.terms_["explained"][:] = 0.0
    held = [v for n, v in vars(display).items() if not n.endswith("_")]
    assert all(np.asarray(values).astype(bool).any() for values in held)


@every_display
def test_what_is_not_fitted_is_refused(display_class):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        display_class.from_estimator(quick_selector())


@every_display
def test_what_is_no_selector_is_refused(display_class, fitted):
    with pytest.raises(TypeError, match=r"a fitted GaussianGateSelector .*Pipeline"):
        display_class.from_estimator(make_pipeline(fitted))


def test_without_matplotlib_only_drawing_fails():
    code = (
        "import sys\n"
        "sys.modules['matplotlib'] = sys.modules['matplotlib.pyplot'] = None\n"
        "from stg_select.inspection import SelectionCurveDisplay\n"
        "display = SelectionCurveDisplay(n_features=[1], loss=[1.0], n_chosen=1)\n"
        "try:\n"
        "    display.plot()\n"
        "except ImportError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == (
        "SelectionCurveDisplay needs matplotlib: "
        "python -m pip install 'stg-select[plot]'.\n"
    )
