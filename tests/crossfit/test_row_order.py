"""A warning where neighbouring rows are alike."""

from __future__ import annotations

import numpy as np
import pytest
from samples import quick_selector
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine

from stg_select.columns import Components
from stg_select.crossfit._row_order import warn_of_dependence
from stg_select.datasets import make_subjects, make_time_series

MESSAGE = r"Neighbouring rows are alike, in y and in .* groups in fit, .* cross_fit="


@pytest.mark.parametrize("make", [make_subjects, make_time_series])
def test_subjects_and_series_are_noticed(make):
    X, y, _ = make(random_state=0)
    with pytest.warns(UserWarning, match=MESSAGE):
        warn_of_dependence(Components.of_array(X), y, np.ones(len(X)))
    order = np.random.default_rng(0).permutation(len(X))
    warn_of_dependence(Components.of_array(X[order]), y[order], np.ones(len(X)))


def test_the_warning_points_at_the_line_of_fit():
    X, y, _ = make_time_series(random_state=0)
    with pytest.warns(UserWarning, match=MESSAGE) as said:
        quick_selector(cross_fit=4).fit(X, y)
    assert {warning.filename for warning in said} == {__file__}


@pytest.mark.parametrize(
    "load", [load_breast_cancer, load_diabetes, load_iris, load_wine]
)
def test_ordinary_and_sorted_tables_are_not(load):
    X, y = load(return_X_y=True)
    for order in (np.arange(len(X)), np.argsort(y), np.argsort(X[:, 0])):
        warn_of_dependence(Components.of_array(X[order]), y[order], np.ones(len(X)))


def test_rows_without_weight_are_not_looked_at():
    X, y, _ = make_subjects(random_state=0)
    rng = np.random.default_rng(0)
    others = rng.normal(size=(400, X.shape[1])), rng.integers(0, 2, 400)
    weight = np.repeat([0.0, 1.0], (len(X), 400))
    X, y = np.vstack([X, others[0]]), np.r_[y, others[1]]
    warn_of_dependence(Components.of_array(X), y, weight)
    with pytest.warns(UserWarning, match=MESSAGE):
        warn_of_dependence(Components.of_array(X), y, 1.0 - weight)
