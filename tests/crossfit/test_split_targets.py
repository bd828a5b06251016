"""Splits that leave networks nothing to learn are refused before any training."""

from __future__ import annotations

import numpy as np
import pytest
from samples import make_table, quick_selector
from sklearn.model_selection import GroupKFold, KFold, TimeSeriesSplit

from stg_select.crossfit import GATE_ROW, NETWORK_ROW, RowPlan
from stg_select.crossfit._split_targets import check_splits
from stg_select.objectives import OBJECTIVES

N_ROWS = 120
LATE = np.arange(N_ROWS) >= 60
RESPONSE = np.random.default_rng(0).exponential(size=N_ROWS)


def survival(event):
    y = np.zeros(N_ROWS, dtype=[("event", bool), ("time", float)])
    y["event"], y["time"] = event, RESPONSE
    return y


@pytest.mark.parametrize(
    ("y", "objective", "got"),
    [
        (LATE.astype(int), "auto", "one class only, 0, in"),
        (np.where(LATE, "late", "early"), "auto", "one class only, 'early', in"),
        (np.where(LATE, RESPONSE, 1.5), "squared_error", "one value only in"),
        (np.where(LATE, RESPONSE, 1.5), "huber", "one value only in"),
        (np.where(LATE, np.arange(N_ROWS), 0), "poisson", "one value only in"),
        (np.c_[LATE, LATE], "auto", "the same labels alone in"),
        (survival(LATE), "auto", "no event while other rows are at risk in"),
    ],
)
def test_train_rows_of_time_that_are_all_alike(y, objective, got):
    X, _ = make_table("binary")
    selector = quick_selector(cross_fit=TimeSeriesSplit(4), objective=objective)
    message = (
        f"^cross_fit expects splits whose train rows differ in y, got {got} those of "
        r"split 0; set cross_fit to fewer splits, or to ones that mix the rows\.$"
    )
    with pytest.raises(ValueError, match=message):
        selector.fit(X, y)
    assert not hasattr(selector, "mu_")


def test_the_split_is_named_and_rows_of_no_weight_do_not_count():
    encoded = OBJECTIVES["log_loss"](np.arange(6) % 3 > 1, np.ones(6))  # 001001
    roles = np.full((2, 6), NETWORK_ROW, dtype=np.int8)
    roles[0, 2], roles[1, 5] = GATE_ROW, GATE_ROW
    plan = RowPlan(2, roles=roles)
    check_splits(plan, encoded, np.ones(6))
    check_splits(RowPlan(2), encoded, np.zeros(6))
    with pytest.raises(ValueError, match=r"one class only, False, in those of split 1"):
        check_splits(plan, encoded, np.array([1.0, 1.0, 0.0, 1.0, 1.0, 1.0]))


def test_test_rows_may_be_alike():
    X, y = make_table("binary")
    selector = quick_selector(cross_fit=TimeSeriesSplit(4))
    assert np.isfinite(selector.fit(X, np.where(LATE, 0, y)).mu_).all()


def test_splits_that_sort_the_rows_are_told_with_and_without_groups():
    X, _ = make_table("binary")
    groups = np.arange(N_ROWS) // 10
    for cross_fit, y in ((KFold(2), LATE), (GroupKFold(12), groups == 3)):
        with pytest.raises(ValueError, match="cross_fit expects splits whose train"):
            quick_selector(cross_fit=cross_fit).fit(X, y.astype(int), groups=groups)


@pytest.mark.parametrize("kind", ["label", "response"])
def test_fits_in_which_something_is_left_to_learn_go_on_quietly(kind):
    """Without divisions by a residual of zero, which would be warnings."""
    X, y = make_table("binary")
    groups = np.arange(N_ROWS) // 10
    cross_fit, y = {
        "label": (TimeSeriesSplit(4), np.c_[LATE, y]),
        "response": (4, np.where(groups == 3, RESPONSE, 0.0)),
    }[kind]
    selector = quick_selector(cross_fit=cross_fit)
    selector.fit(X, y, groups=None if kind == "label" else groups)
    assert np.isfinite(selector.mu_).all()
    assert np.isfinite(selector.screen_scores_).all()


@pytest.mark.parametrize(
    ("lonely", "named"),
    [
        ({3: "b"}, "class 'b' in"),
        ({3: "b", 5: "c"}, "class 'b', 'c' in"),
        (dict(enumerate("bcdef")), "class 'b', 'c', 'd', 2 more in"),
    ],
)
def test_classes_of_one_group_are_told(lonely, named):
    X, _ = make_table("binary")
    groups = np.arange(N_ROWS) // 10
    y = np.array([lonely.get(group, "a") for group in groups])
    message = rf"^groups holds all rows of {named} one group, .* cannot be judged\.$"
    with pytest.warns(UserWarning, match=message) as said:
        selector = quick_selector(cross_fit=4).fit(X, y, groups=groups)
    assert said[0].filename == __file__  # it points at the caller's line
    assert np.isfinite(selector.mu_).all()
    assert np.isfinite(selector.screen_scores_).all()


def test_classes_of_several_groups_or_of_no_fold_go_on_quietly():
    X, y = make_table("binary")
    groups = np.arange(N_ROWS) // 10
    quick_selector(cross_fit=4).fit(X, y, groups=groups)
    quick_selector(cross_fit=None).fit(X, groups == 3, groups=groups)
