from __future__ import annotations

import io
import pickle

import matplotlib.pyplot as plt
import numpy as np
import pytest
from figures import assert_nothing_is_cut_off
from matplotlib.collections import QuadMesh
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from stg_select.inspection import EffectDisplay
from stg_select.selectors import effect_of

NUMBERS = np.linspace(-2.0, 2.0, 30)
COUNTS = np.arange(5.0)
DATES = np.datetime64("2024-01-01") + 30 * np.arange(40)
LEVELS = np.array(["red $x", "green " + "m" * 80, "missing"])
GRIDS = {"numbers": NUMBERS, "counts": COUNTS, "dates": DATES, "levels": LEVELS}
LONG = "w" * 50


def display_of(x, y=None, *, name="column", prediction="response", is_open=None):
    grids = [GRIDS[of_axis] for of_axis in (x, y) if of_axis is not None]
    rng = np.random.default_rng(0)
    rows = [rng.choice(grid, 60) for grid in grids]
    return EffectDisplay(
        features=(name, f"other {name}")[: len(grids)],
        values=rng.uniform(0.2, 0.8, (6, *map(len, grids))),
        prediction=prediction,
        x=grids[0],
        x_data=rows[0],
        y=grids[1] if y else None,
        y_data=rows[1] if y else None,
        is_open=is_open,
    )


PAIRS = [(x, y) for x in GRIDS for y in [None, *GRIDS]]
every_pair = pytest.mark.parametrize(("x", "y"), PAIRS)


@pytest.mark.parametrize(
    ("x", "y", "style"),
    [*((*pair, "default") for pair in PAIRS), (*PAIRS[0], "dark_background")],
)
def test_names_of_any_length_have_room(x, y, style):
    with plt.style.context(style):
        display = display_of(x, y, name=LONG, prediction="m" * 90).plot()
        assert_nothing_is_cut_off(display.figure_)


@pytest.mark.parametrize("x", ["numbers", "levels"])
def test_a_title_of_the_users_own_is_above_the_legend(x):
    display = display_of(x).plot(plt.subplots(figsize=(6.0, 4.0))[1])
    display.ax_.set_title("A title of my own")
    display.figure_.savefig(io.BytesIO(), format="png")
    title = display.ax_.title.get_window_extent()
    texts = display.ax_.get_legend().get_texts()
    assert max(text.get_window_extent().y1 for text in texts) <= title.y0


@every_pair
def test_pickled_and_drawn_again(x, y):
    display = display_of(x, y).plot()
    data = {n: v for n, v in vars(display).items() if not n.endswith("_")}
    again = pickle.loads(pickle.dumps(EffectDisplay(**data)))
    ax = Figure().subplots()
    assert again.plot(ax) is again
    assert again.ax_ is ax
    assert again.figure_ is ax.figure
    assert ax.get_title() == display.ax_.get_title() == "Mean of 6 networks"
    assert ax.get_xlabel() == display.ax_.get_xlabel()


def test_a_line_is_the_mean_and_its_band_holds_most_networks():
    display = display_of("numbers").plot()
    values = np.asarray(display.values)
    np.testing.assert_array_equal(display.line_.get_xdata(), NUMBERS)
    np.testing.assert_allclose(display.line_.get_ydata(), values.mean(axis=0))
    corners = display.band_.get_paths()[0].vertices
    low, high = np.quantile(values, [0.1, 0.9], axis=0)
    assert corners[:, 1].min() == pytest.approx(low.min())
    assert corners[:, 1].max() == pytest.approx(high.max())
    assert display.map_ is None
    assert display.points_ is None
    legend = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert legend == ["mean", "middle 80 % of the networks", "rows"]
    bottom, _ = display.ax_.get_ylim()
    assert bottom < low.min() - 0.1 * np.ptp([low.min(), high.max()])  # for the bars


def test_few_values_are_points():
    assert display_of("counts").plot().line_.get_marker() == "o"
    assert display_of("numbers").plot().line_.get_marker() == "None"


def test_levels_stand_below_each_other():
    display = display_of("levels", name="colour").plot()
    names = [label.get_text() for label in display.ax_.get_yticklabels()]
    assert [names[0], names[2]] == ["red $x", "missing"]
    assert display.ax_.get_xlabel() == "response"
    assert display.ax_.get_ylabel() == "colour"
    np.testing.assert_array_equal(display.line_.get_ydata(), [0, 1, 2])
    widths = np.array([bar.get_width() for bar in display.bars_])
    counts = np.array([(display.x_data == level).sum() for level in LEVELS])
    np.testing.assert_allclose(widths / widths.max(), counts / counts.max())


def test_two_columns_are_contours_or_cells():
    smooth = display_of("numbers", "dates").plot()
    assert isinstance(smooth.map_, QuadContourSet)
    assert isinstance(display_of("numbers", "counts").plot().map_, QuadMesh)
    assert smooth.ax_.get_ylabel() == "other column"
    assert smooth.line_ is None
    assert len(smooth.points_.get_xdata()) == 60
    # no row moves the limits of the map
    assert smooth.ax_.get_xlim() == (NUMBERS[0], NUMBERS[-1])


def test_rows_stay_in_the_cells_of_their_levels():
    display = display_of("levels", "numbers").plot()
    places = display.points_.get_xdata()
    expected = [LEVELS.tolist().index(level) for level in display.x_data]
    assert (np.abs(places - expected) < 0.5).all()
    assert len(np.unique(places)) > 50


@pytest.mark.parametrize(
    ("is_open", "y", "title"),
    [
        ((True,), None, "Mean of 6 networks"),
        ((False,), None, "The gate is closed in all networks"),
        ((True, False), "numbers", "One of the gates is closed in all networks"),
        ((False, False), "numbers", "Both gates are closed in all networks"),
    ],
)
def test_what_is_closed_is_said(is_open, y, title):
    assert display_of("numbers", y, is_open=is_open).plot().ax_.get_title() == title


def test_what_is_flat_is_drawn():
    display = display_of("numbers", "numbers")
    display.values = np.ones((6, 30, 30))
    assert isinstance(display.plot().map_, QuadMesh)
    line = display_of("numbers")
    line.values = np.zeros((6, 30))
    bottom, top = line.plot().ax_.get_ylim()
    assert bottom < 0.0 < top


def test_one_value():
    display = EffectDisplay(
        features=("constant",),
        values=np.ones((4, 1)),
        prediction="mean",
        x=np.array([3.0]),
        x_data=np.full(9, 3.0),
    ).plot()
    left, right = display.ax_.get_xlim()
    assert left < 3.0 < right


def test_from_estimator_draws_the_effect(fitted, table):
    X, _ = table
    effect = effect_of(fitted, X, X.columns[0])
    display = EffectDisplay.from_estimator(fitted, X, X.columns[0])
    np.testing.assert_array_equal(display.values, effect.values)
    assert display.ax_.get_ylabel() == "probability of 'no'"
    assert display.ax_.get_xlabel() == "</script><b>bold"
    assert_nothing_is_cut_off(display.figure_)
    ax = Figure().subplots()
    pair = EffectDisplay.from_estimator(fitted, X, (1, 4), target="<yes>", ax=ax)
    assert pair.ax_ is ax
    assert pair.ax_.get_xlabel() == "$x and $ \\frac{"
    assert pair.prediction == "probability of '<yes>'"
    named = EffectDisplay.from_estimator(
        fitted, X, "b", feature_names=["a", "b", "c", "d", "e", "f"]
    )
    assert named.features == ("b",)


def test_what_cannot_be_drawn_is_refused(fitted, table):
    X, _ = table
    with pytest.raises(TypeError, match=r"a fitted GaussianGateSelector .*Pipeline"):
        EffectDisplay.from_estimator(make_pipeline(fitted), X, 0)
    with pytest.raises(NotFittedError, match="not fitted yet"):
        EffectDisplay.from_estimator(type(fitted)(), X, 0)
