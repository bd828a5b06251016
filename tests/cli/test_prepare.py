"""What the command line learns from a target."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stg_select.cli._errors import InputError
from stg_select.cli._prepare import prepare_target


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["yes", "no"] * 5, "classification"),
        ([True, False] * 5, "classification"),
        (pd.Categorical([1.5, 2.5] * 5), "classification"),
        ([0, 1] * 5, "classification"),
        ([0.0, 1.0] * 5, "classification"),
        ([7, 1000] * 2, "classification"),
        ([0, 1, 2] * 5, "classification"),
        ([0, 1, 2] * 2, "regression"),
        (list(range(20)) * 5, "classification"),
        (list(range(21)) * 5, "regression"),
        ([0.5, 1.5] * 5, "regression"),
        (np.linspace(0, 1, 10), "regression"),
        (pd.date_range("2020-01-01", periods=9), "regression"),
        ([f"{i}.5%" for i in range(21)], "regression"),
        ([f"{i}.5%" for i in range(21)] * 2, "classification"),
        ([f"2020-03-{i:02}" for i in range(1, 25)], "regression"),
    ],
)
def test_task_is_inferred(values, task):
    assert prepare_target(pd.Series(values, name="y")).task == task


def test_numbers_and_dates_as_text_are_what_columns_take_them_for():
    money = pd.Series([" $1,234.50", "$7.25", "$80.00 "], name="y", index=[5, 6, 7])
    assert prepare_target(money, "regression").y.tolist() == [1234.5, 7.25, 80.0]
    dates = pd.Series(["31.01.2020", "02.02.2020", "01.01.2021"], name="y")
    days = prepare_target(dates, "regression").y
    np.testing.assert_array_equal(days - days[0], [0.0, 2.0, 336.0])
    classes = prepare_target(pd.Series(["1", "2"] * 30, name="y"))
    assert classes.reason == "2 distinct values, not numbers"
    many = pd.Series([f"{i}.0" for i in range(30)] * 2, name="y")
    assert prepare_target(many, "classification").y.tolist() == [*range(30)] * 2


def test_task_can_be_set():
    whole = pd.Series([0, 1, 2] * 5, name="y")
    np.testing.assert_array_equal(prepare_target(whole, "regression").y, whole)
    fractions = pd.Series([0.5, 1.5] * 5, name="y")
    assert prepare_target(fractions, "classification").y.tolist() == [0, 1] * 5


def test_classes_are_numbered():
    target = prepare_target(pd.Series(["u", "v", "u", "w"] * 3, name="y"))
    assert target.y.tolist() == [0, 1, 0, 2] * 3
    assert target.reason == "3 distinct values, not numbers"


@pytest.mark.parametrize(
    ("values", "task", "message"),
    [
        ([1.0, None, 2.0], None, "target 'y' is missing in 1 of 3 rows"),
        (["a", None, "b"], None, "target 'y' is missing in 1 of 3 rows"),
        ([1.0, np.inf, 2.5], None, "target 'y' holds infinite values"),
        ([3, 3, 3], None, "target 'y' has the same value in every row"),
        (["a", "a"], None, "target 'y' has the same value in every row"),
        (["a", "b"] * 5, "regression", "regression needs numbers.*such as 'a'"),
        (list("abcdefgh"), None, "'y' has 8 distinct values in 8 rows, too many for"),
        (np.arange(9) / 2, "classification", "too many for classes"),
        (
            [*map(str, np.arange(9) / 2), "n/k"],
            None,
            "'y' holds numbers, but text such as 'n/k' in 1 of 10 rows; remove them or",
        ),
        (
            ["0,5", "1,5", "2,5", "n/k"],
            "regression",
            "'y' holds numbers, but text such as 'n/k' in 1 of 4 rows; remove them",
        ),
        ([[1], [2]], None, "'y' holds neither numbers, dates nor text"),
        (["inf", "1", "2"], "regression", "target 'y' holds infinite values"),
        (["Nan", "1", "2", "3"], "regression", "numbers, but text such as 'Nan' in 1"),
        (
            ["03/04/2020", "05/06/2020"],
            "counts",
            "dates such as '03/04/2020', whose day and",
        ),
    ],
)
def test_unfit_targets(values, task, message):
    with pytest.raises(InputError, match=message):
        prepare_target(pd.Series(values, name="y"), task)
