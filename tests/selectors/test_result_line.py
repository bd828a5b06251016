"""The result below scikit-learn's box, and that it takes no name for markup."""

from __future__ import annotations

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
import sklearn
from samples import make_table, quick_selector

from stg_select.selectors import selection_sentence, short_name
from stg_select.selectors._result_line import MOST_BARS, result_line

NAMES = ["<b>bold</b>", "\"quoted\" & 'so'", "c", "d" * 99, "e\nf", "</svg>"]
BADLY_SET = [{"threshold": 7}, {"threshold": "x"}, {"n_features_to_select": 99}]


class Elements(HTMLParser):
    """The elements of a piece of HTML, and the text in each kind of them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(html)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.texts.setdefault(tag, []).append("")

    def handle_startendtag(self, tag, attributes):
        self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts[self.open[-1]][-1] += data


@pytest.fixture
def selector():
    X, y = make_table("binary")
    return quick_selector(max_iter=20).fit(pd.DataFrame(X, columns=NAMES), y)


def test_sentence_names_the_selected_features_from_the_best_on(selector):
    selector.n_features_to_select = 2
    best = [NAMES[i] for i in np.argsort(selector.ranking_)[:2]]
    expected = f"2 of 6 features selected: {best[0]}, {best[1]} (log_loss)"
    assert selection_sentence(selector) == expected
    selector.set_params(n_features_to_select=None, threshold=1.0)
    selector.active_probs_[:] = 0.5
    assert selection_sentence(selector) == "None of 6 features selected (log_loss)"


def test_sentence_counts_what_it_does_not_name():
    X, y = make_table("binary")
    selector = quick_selector(n_features_to_select=1.0, max_iter=20)
    selector.fit(np.hstack([X, X**2]), y)
    sentence = selection_sentence(selector)
    assert sentence.startswith("12 of 12 features selected: x")
    assert sentence.count(",") == 5
    assert sentence.endswith(" and 6 more (log_loss)")


def test_display_ends_in_the_sentence_and_a_bar_for_each_feature(selector):
    for html in (selector._repr_html_(), selector._repr_mimebundle_()["text/html"]):
        assert html.endswith(result_line(selector))
    found = Elements(result_line(selector))
    assert set(found.texts) == {"div", "svg", "title", "g", "text", "rect"}
    assert found.texts["div"][1] == selection_sentence(selector)
    best = [NAMES[i] for i in np.argsort(selector.ranking_)]
    assert found.texts["text"] == [short_name(name) for name in best]
    assert len(found.texts["rect"]) == 6 <= MOST_BARS
    for name, tip in zip(best, found.texts["title"][1:], strict=True):
        assert tip.startswith(f"{name}: evidence ")


@pytest.mark.parametrize("settings", BADLY_SET, ids=str)
def test_no_result_where_there_is_none(selector, settings):
    assert result_line(selector) != ""
    selector.set_params(**settings)
    assert result_line(selector) == ""
    assert "GaussianGateSelector" in selector._repr_html_()
    assert result_line(quick_selector()) == ""


def test_plain_text_where_scikit_learn_shall_show_no_diagram(selector):
    with sklearn.config_context(display="text"):
        assert set(selector._repr_mimebundle_()) == {"text/plain"}
        assert not hasattr(selector, "_repr_html_")


def test_long_names_keep_both_ends_and_stay_on_one_line():
    assert short_name("x" * 28) == "x" * 28
    short = short_name("begin" + "x" * 90 + "end")
    assert len(short) == 28
    assert short.startswith("beginx")
    assert short.endswith("xend")
    assert short_name("two\nlines\u2028three\x07") == "two lines three\ufffd"
    assert short_name(3) == "3"
    assert short_name("x" * 40, 40) == "x" * 40


def test_columns_that_were_asked_for_are_counted():
    X, y = make_table("binary")
    sentence = selection_sentence(quick_selector(max_iter=20, keep=[5]).fit(X, y))
    assert " of 6 features selected, 1 by keep: " in sentence
