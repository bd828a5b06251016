"""What notebooks show: the HTML display of selectors in every state."""

from __future__ import annotations

import pytest
from samples import make_table, quick_selector
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

X, Y = make_table("binary")
BADLY_SET = [
    {"threshold": 7},
    {"threshold": "x"},
    {"n_features_to_select": 99},
    {"n_features_to_select": True},
    {"objective": "hinge"},
]


@pytest.mark.parametrize("settings", [{}, *BADLY_SET], ids=str)
def test_display_before_and_after_fit(settings):
    assert "GaussianGateSelector" in quick_selector(**settings)._repr_html_()
    selector = quick_selector().fit(X, Y).set_params(**settings)
    assert "GaussianGateSelector" in selector._repr_html_()
    assert "GaussianGateSelector" in make_pipeline(selector)._repr_html_()


@pytest.mark.parametrize("settings", BADLY_SET, ids=str)
def test_support_is_missing_where_a_parameter_is_bad(settings):
    selector = quick_selector().fit(X, Y).set_params(**settings)
    (name,) = settings
    assert not hasattr(selector, "support_")
    with pytest.raises(AttributeError, match=name):
        _ = selector.support_
    with pytest.raises(ValueError, match=name):
        selector.get_support()


def test_every_property_raises_nothing_but_attribute_errors():
    for settings in BADLY_SET:
        fitted = quick_selector().fit(X, Y).set_params(**settings)
        for selector in (quick_selector(**settings), fitted):
            for name in dir(selector):
                hasattr(selector, name)


def test_reading_before_fit_says_so():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        _ = quick_selector().support_


def test_there_is_no_link_to_pages_that_have_no_address():
    assert quick_selector()._get_doc_link() == ""
