"""Dummies of one category share a gate without being asked for one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from samples import quick_selector
from sklearn.preprocessing import OneHotEncoder

from stg_select.columns import Components
from stg_select.selectors._dummies import groups_of_dummies

RNG = np.random.default_rng(0)
CATEGORIES = pd.DataFrame(
    {
        "color": RNG.choice(["red", "green", "blue"], 60),
        "eye_color": RNG.choice(["brown", "grey"], 60),
        "size": np.arange(60) % 4,
    }
)


def groups(frame: pd.DataFrame) -> list[list[str]]:
    """Names of the columns of each group of several."""
    components = Components.of_array(frame.to_numpy(dtype=float))
    ids = groups_of_dummies(frame.columns.to_numpy(), components)
    by_id = frame.columns.to_series().groupby(ids, sort=False).agg(list)
    return [names for names in by_id if len(names) > 1]


COLORS = ["color_blue", "color_green", "color_red"]
EYES = ["eye_color_brown", "eye_color_grey"]


def test_dummies_of_pandas():
    frame = pd.get_dummies(CATEGORIES).assign(age=np.arange(60))
    assert groups(frame) == [COLORS, EYES]


def test_dummies_of_scikit_learn():
    encoder = OneHotEncoder(sparse_output=False).set_output(transform="pandas")
    frame = encoder.fit_transform(CATEGORIES)
    assert groups(frame) == [COLORS, EYES, [f"size_{i}" for i in range(4)]]


def test_a_dropped_level_is_no_hindrance():
    frame = pd.get_dummies(CATEGORIES[["size"]].astype(str), drop_first=True)
    assert groups(frame) == [["size_1", "size_2", "size_3"]]


def test_a_level_may_be_absent():
    frame = pd.get_dummies(CATEGORIES[["color"]])
    assert groups(frame.loc[~frame["color_red"]]) == [COLORS]


def test_other_zeros_and_ones_stay_alone():
    flags = RNG.random((60, 4)) < 0.5
    frame = pd.DataFrame(flags, columns=["is_a", "is_b", "is_c", "is_d"])
    assert groups(frame) == []
    # two flags that happen to exclude each other are no category
    frame = pd.DataFrame({"is_a": [1, 0, 0], "is_b": [0, 1, 0]})
    assert groups(frame) == []


def test_numbers_whose_names_begin_alike_stay_alone():
    frame = pd.DataFrame(RNG.random((60, 3)), columns=["x_1", "x_2", "x_3"])
    assert groups(frame) == []


def test_the_selector_lets_dummies_share_a_gate():
    frame = pd.get_dummies(CATEGORIES).assign(age=RNG.random(60))
    y = CATEGORIES["color"].eq("red") ^ (RNG.random(60) < 0.05)
    selector = quick_selector(feature_groups="auto", n_features_to_select=1)
    selector.fit(frame, y)
    assert selector.get_feature_names_out().tolist() == COLORS
    with pytest.raises(ValueError, match="feature_groups='auto' goes by the names"):
        selector.fit(frame.to_numpy(dtype=float), y)
