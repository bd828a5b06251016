"""Columns of numbers and of levels, put together to components."""

from __future__ import annotations

import numpy as np

from stg_select.columns import Column, Levels, join_columns
from stg_select.columns._components import MISSING, NUMBER

LEVELS = Levels(np.array([0, 1, 0, 2, -1, 0, 1, 0, 1, 1, 0, 1]), np.array(list("xyz")))


def test_frequent_levels_come_first_and_rare_ones_share_one():
    codes, indicated, known = LEVELS.merged(np.ones(12))
    assert codes.tolist() == [0, 1, 0, 2, 3, 0, 1, 0, 1, 1, 0, 1]
    assert list(indicated) == [0, 1, 2, 3]  # x, y, others and missing
    assert known.names.tolist() == ["x", "y"]
    assert known.missing == 3


def test_levels_are_known_again():
    _, _, known = LEVELS.merged(np.ones(12))
    again = Levels(np.array([0, 1, 2, -1]), np.array(list("yxq")))
    assert known.codes(again).tolist() == [1, 0, 2, 3]
    few = known._replace(has_others=False)
    assert few.codes(again).tolist() == [1, 0, -1, 2]


def test_rows_without_weight_have_no_levels():
    weight = (LEVELS.codes >= 0) & (LEVELS.codes != 2)
    indicated = LEVELS.merged(weight.astype(float)).indicated
    assert list(indicated) == [0]  # of x and y


def test_broken_weights_count_no_rows():
    np.testing.assert_array_equal(LEVELS.counts(np.full(12, 0.5)), [5, 5, 1])
    np.testing.assert_array_equal(LEVELS.counts(np.full(12, 2.0)), [10, 10, 2])


def test_a_feature_has_its_components_side_by_side():
    gaps = np.arange(12.0)
    gaps[3] = np.nan
    columns = [
        Column("date", (gaps, gaps % 3)),
        Column("text", levels=LEVELS, note="look"),
        Column("number", (np.arange(12.0),)),
    ]
    features = join_columns(columns, np.ones(12))
    found = features.components
    assert found.feature.tolist() == [0, 0, 0, 1, 1, 1, 1, 2]
    assert found.level.tolist() == [NUMBER, NUMBER, MISSING, 0, 1, 2, 3, NUMBER]
    assert features.kinds == ["date", "text", "number"]
    assert features.notes == ["look"]
    assert found.numbers.shape == (12, 3)


def test_levels_alone_need_no_numbers():
    found = join_columns([Column("text", levels=LEVELS)], np.ones(12)).components
    assert found.numbers.shape == (12, 0)
    ((_, values),) = found.by_components(np.arange(12), np.arange(4))
    np.testing.assert_array_equal(values.sum(axis=1), np.ones(12))
