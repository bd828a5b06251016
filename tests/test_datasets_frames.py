"""A data frame of text, dates and holes, whose informative columns are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stg_select.datasets import make_mixed_frame


def test_columns_are_of_the_kinds_that_their_names_say():
    X, y, informative = make_mixed_frame(200, 30, random_state=0)
    assert X.shape == (200, 30)
    assert y.dtype == np.float64
    for name, cells in X.items():
        kind = name.partition("_")[0]
        expected = {"date": "M", "flag": "b", "number": "f", "gap": "f"}
        assert cells.dtype.kind in expected.get(kind, "OU"), name
    assert X["amount_0"].str.fullmatch(r"[\d,]+\.\d\d").all()
    assert sorted(X.columns[informative]) == [
        *("amount_0", "date_0", "gap_0", "number_0", "number_1", "text_0", "text_1"),
    ]


@pytest.mark.parametrize("missing", [0.01, 0.5])
def test_cells_are_missing_as_often_as_asked(missing):
    X, _, _ = make_mixed_frame(5000, 12, missing=missing, random_state=0)
    for name in ("gap_0", "gap_1", "number_1"):
        assert X[name].isna().mean() == pytest.approx(missing, abs=0.02)
    assert not X["number_0"].isna().any()


def test_a_column_matters_by_being_missing_and_a_number_by_the_town():
    X, y, _ = make_mixed_frame(20000, 12, noise=0.1, missing=0.5, random_state=0)
    for values in (X["gap_0"].isna(), X["date_0"].dt.day_of_week >= 5):
        assert np.corrcoef(values, y)[0, 1] > 0.3
    for towns, sign in ((["Bonn", "Lima"], 1), (["Oslo", "Rome", "Wien"], -1)):
        rows = X["text_0"].isin(towns)
        assert sign * np.corrcoef(X["number_0"][rows], y[rows])[0, 1] > 0.3


def test_a_seed_repeats_and_classes_cut_the_response():
    X, response, informative = make_mixed_frame(101, 20, random_state=1)
    again, y, same = make_mixed_frame(101, 20, task="classification", random_state=1)
    pd.testing.assert_frame_equal(X, again)
    np.testing.assert_array_equal(informative, same)
    np.testing.assert_array_equal(y, response > np.median(response))
    assert not X.equals(make_mixed_frame(101, 20, random_state=2)[0])


@pytest.mark.parametrize("missing", [0.0, 1.0, -1, 2])
def test_impossible_shares_are_refused(missing):
    with pytest.raises(ValueError, match=r"missing must be between 0 and 1, got"):
        make_mixed_frame(missing=missing)
