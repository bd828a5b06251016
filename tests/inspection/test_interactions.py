from __future__ import annotations

import numpy as np
import pytest
from figures import assert_nothing_is_cut_off
from matplotlib.colors import to_rgb
from samples import quick_selector

from stg_select.inspection import InteractionDisplay
from stg_select.inspection._axes import NOT_SELECTED, SELECTED


def display_of(*sets, selected=(), **changed):
    features = np.empty(len(sets), dtype=object)
    features[:] = sets
    data = {
        "features": features,
        "scores": np.linspace(9.0, 2.0, len(sets)),
        "explained": np.linspace(0.5, 0.1, len(sets)),
        "selected": np.array(selected, dtype=object),
    }
    return InteractionDisplay(**{**data, **changed})


def names(display):
    return [label.get_text() for label in display.ax_.get_yticklabels()]


def below(display):
    return [label.get_text() for label in display.ax_.get_xticklabels()]


@pytest.fixture(scope="module")
def products():
    rng = np.random.default_rng(0)
    X = rng.uniform(-1.0, 1.0, (600, 8))
    y = X[:, 2] * X[:, 5] + 0.7 * X[:, 1] * X[:, 6]
    return quick_selector().fit(X, y + 0.05 * rng.standard_normal(600))


def test_picture_is_what_the_selector_says(products):
    display = InteractionDisplay.from_estimator(products)
    table = products.interactions()
    assert len(display.lines_) == len(table) == 2
    assert sorted(names(display)) == ["x1", "x2", "x5", "x6"]
    for position, (line, chosen) in enumerate(
        zip(display.lines_, table["features"], strict=True)
    ):
        assert set(line.get_xdata()) == {position}
        ends = {names(display)[int(row)] for row in line.get_ydata()}
        assert ends == set(chosen)
    expected = [
        f"{score:.1f}\n{share:.0%}"
        for score, share in zip(table["score"], table["explained"], strict=True)
    ]
    assert below(display) == expected
    assert display.ax_.get_title() == "2 sets of features act together"


def test_selected_features_are_blue_and_others_pale():
    display = display_of(("a", "b"), ("a", "c", "d"), selected=["a", "c"]).plot()
    kept, left = display.points_
    shown = names(display)
    assert to_rgb(kept.get_color()) == to_rgb(SELECTED)
    assert to_rgb(left.get_color()) == to_rgb(NOT_SELECTED)
    cells = [
        {(int(x), shown[int(y)]) for x, y in zip(*points.get_data(), strict=True)}
        for points in (kept, left)
    ]
    assert cells == [{(0, "a"), (1, "a"), (1, "c")}, {(0, "b"), (1, "d")}]
    legend = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert legend == ["selected", "not selected"]


def test_names_for_columns_that_have_none():
    X = np.random.default_rng(0).standard_normal((300, 6))
    selector = quick_selector(max_iter=20).fit(X, X[:, 1] * X[:, 2])
    genes = [f"gene {i}" for i in range(6)]
    display = InteractionDisplay.from_estimator(selector, feature_names=genes)
    assert names(display)[:2] == ["gene 1", "gene 2"]
    assert selector.ranking_table(genes)["feature"].str.startswith("gene").all()


def test_what_is_not_there_is_not_in_the_legend():
    display = display_of(("a", "b"), selected=["a", "b"]).plot()
    legend = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert legend == ["selected"]


def test_a_line_spans_all_features_of_a_set():
    display = display_of(("a", "b"), ("c", "d"), ("a", "c", "d")).plot()
    assert names(display) == ["a", "b", "c", "d"]
    np.testing.assert_array_equal(display.lines_[2].get_ydata(), [0, 3])


def test_one_set_and_a_share_that_is_not_known():
    display = display_of(("a", "b"), explained=np.array([np.nan])).plot()
    assert display.ax_.get_title() == "1 set of features acts together"
    assert below(display) == ["9.0"]


def test_nothing_acts_together():
    display = display_of().plot()
    assert display.ax_.get_title() == "Features act alone"
    assert display.lines_ == []
    (text,) = display.ax_.texts
    assert text.get_text() == "No columns were found to act together."


@pytest.mark.parametrize(
    ("max_sets", "n_shown", "title"),
    [
        (20, 20, "20 clearest of 30 sets of features act together"),
        (None, 30, "30 sets of features act together"),
        (2, 2, "2 clearest of 30 sets of features act together"),
    ],
)
def test_so_many_as_asked_for(max_sets, n_shown, title):
    sets = [(f"a{i}", f"b{i}") for i in range(30)]
    display = display_of(*sets).plot(max_sets=max_sets)
    assert len(display.lines_) == n_shown
    assert len(names(display)) == 2 * n_shown
    assert display.ax_.get_title() == title


def test_no_set_at_all_is_refused():
    with pytest.raises(ValueError, match=r"max_sets must be at least 1 .*got 0"):
        display_of(("a", "b")).plot(max_sets=0)


@pytest.mark.parametrize("length", [1, 50, 500])
@pytest.mark.parametrize("n_sets", [1, 16])
def test_names_of_any_length_have_room(n_sets, length):
    sets = [(f"{i}$" + "m" * length, "\\frac{" + "w" * length) for i in range(n_sets)]
    figure = display_of(*sets).plot().figure_
    assert_nothing_is_cut_off(figure)
