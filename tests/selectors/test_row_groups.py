"""Rows that belong together, and splits, as a caller gives them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import sklearn
from samples import quick_selector
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    LeaveOneGroupOut,
    PredefinedSplit,
    StratifiedGroupKFold,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline

from stg_select.crossfit import GATE_ROW, NETWORK_ROW, RowPlan
from stg_select.selectors._row_groups import read_plan

N_ROWS, N_GROUPS = 60, 12
GROUPS = np.repeat(np.arange(N_GROUPS), N_ROWS // N_GROUPS)


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((N_ROWS, 5))
    return X, (X[:, 0] + rng.standard_normal(N_ROWS) > 0).astype(int)


def plan_of(table, cross_fit, groups=None) -> RowPlan:
    return read_plan(cross_fit, groups, *table)


@pytest.mark.parametrize(
    "groups",
    [
        GROUPS,
        [f"subject {group:02}" for group in GROUPS],
        pd.Series(GROUPS, index=np.arange(N_ROWS)[::-1]),
        pd.Categorical(GROUPS),
    ],
)
def test_labels_of_any_kind_are_groups(table, groups):
    np.testing.assert_array_equal(plan_of(table, 4, groups).group, GROUPS)


@pytest.mark.parametrize(
    "splitter",
    [
        GroupKFold(3),
        StratifiedGroupKFold(3),
        LeaveOneGroupOut(),
        StratifiedKFold(3),
        TimeSeriesSplit(3),
        PredefinedSplit(np.arange(N_ROWS) % 3 - 1),
    ],
)
def test_splits_are_those_of_the_splitter(table, splitter):
    by_group = "Group" in type(splitter).__name__
    groups = GROUPS if by_group else None
    plan = plan_of(table, splitter, groups)
    splits = list(splitter.split(*table, groups))
    assert plan.n_folds == len(splits) == len(plan.roles)
    for roles, (train, test) in zip(plan.roles, splits, strict=True):
        np.testing.assert_array_equal(np.flatnonzero(roles == NETWORK_ROW), train)
        np.testing.assert_array_equal(np.flatnonzero(roles == GATE_ROW), test)
    assert plan.in_time == isinstance(splitter, TimeSeriesSplit)


def test_an_iterator_is_read_once(table):
    splits = [(np.arange(40), np.arange(40, 60)), (np.arange(20, 60), np.arange(20))]
    listed = quick_selector(cross_fit=splits).fit(*table)
    read = quick_selector(cross_fit=iter(splits)).fit(*table)
    np.testing.assert_array_equal(listed.mu_, read.mu_)
    with pytest.raises(ValueError, match=r"cross_fit expects at least one split, got"):
        read.fit(*table)


def test_masks_are_splits(table):
    mask = np.arange(N_ROWS) < 40
    plan = plan_of(table, [(mask, ~mask)])
    np.testing.assert_array_equal(plan.roles[0], np.where(mask, NETWORK_ROW, GATE_ROW))


ALL = np.arange(N_ROWS)


@pytest.mark.parametrize(
    ("cross_fit", "groups", "message"),
    [
        (4, GROUPS[:-1], r"groups must hold one label for each of the 60 rows, got an"),
        (
            4,
            np.where(GROUPS, 1.0, np.nan),
            r"groups must .* row, got nan in row 0",
        ),
        (4, np.array([1, "a"] * 30, dtype=object), r"labels of one kind, got int and"),
        ([], None, r"cross_fit expects at least one split, got none from \[\]"),
        ([(ALL,)], None, r"cross_fit expects pairs of .*, got tuple of 1 as split 0"),
        ([3], None, r"cross_fit expects pairs of .*, got int of 0 as split 0"),
        ([(ALL[:9], ALL[8:])], None, r"expects a row on one side, got row 8 on both"),
        ([(ALL[:9], ALL[:0])], None, r"expects test rows by position, got dtype .*0"),
        ([(ALL[:9], ALL[9:] / 2)], None, r"expects test rows by position, got dtype"),
        ([(ALL[:9], ALL[9:] + 1)], None, r"positions from 0 to 59, got 60 in the tes"),
        ([(ALL[9:] - 10, ALL[:9])], None, r"positions from 0 to 59, got -1 in the tr"),
        (KFold(7), GROUPS, r"every group on one side, got group 1 on both .* split 0"),
    ],
)
def test_bad_rows_give_one_sentence(table, cross_fit, groups, message):
    with pytest.raises(ValueError, match=message):
        plan_of(table, cross_fit, groups)


def test_of_one_group_nothing_is_said_but_the_error(table):
    X, y = table
    with pytest.raises(ValueError, match=r"cross_fit.* got 1 "):
        quick_selector(cross_fit=3).fit(X, y > np.median(y), groups=np.zeros(N_ROWS))


@pytest.mark.parametrize("cross_fit", ["four", 1, 2.5])
def test_cross_fit_is_a_number_a_splitter_or_splits(table, cross_fit):
    with pytest.raises(ValueError, match=r"cross_fit.* must be .*split"):
        quick_selector(cross_fit=cross_fit).fit(*table)


@pytest.mark.parametrize("cross_fit", [3, GroupKFold(3)])
def test_order_of_rows_in_groups_does_not_matter(table, cross_fit):
    X, y = table
    order = np.random.default_rng(1).permutation(N_ROWS)
    selector = quick_selector(cross_fit=cross_fit, screening=3)
    first = selector.fit(X, y, groups=GROUPS).mu_
    second = selector.fit(X[order], y[order], groups=GROUPS[order]).mu_
    np.testing.assert_array_equal(first, second)


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.mark.usefixtures("routing")
def test_groups_are_routed(table):
    selector = quick_selector(cross_fit=GroupKFold(2), n_features_to_select=2)
    pipeline = make_pipeline(
        selector.set_fit_request(groups=True), LogisticRegression()
    ).fit(*table, groups=GROUPS)
    alone = quick_selector(cross_fit=GroupKFold(2)).fit(*table, groups=GROUPS)
    np.testing.assert_array_equal(pipeline[0].mu_, alone.mu_)
    params = {"groups": GROUPS}
    scores = cross_val_score(pipeline, *table, cv=GroupKFold(2), params=params)
    assert np.isfinite(scores).all()
    grid = {"gaussiangateselector__gate_std": [0.4, 0.5]}
    search = GridSearchCV(pipeline, grid, cv=GroupKFold(2), error_score="raise")
    assert search.fit(*table, groups=GROUPS).best_score_ > 0.0
