"""Columns that are kept whatever happens."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from commands import fails, rank

from stg_select.cli import main


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """The age and the dose count, the other numbers and the constant do not."""
    rng = np.random.default_rng(0)
    numbers = pd.DataFrame(rng.normal(size=(200, 4)).round(3), columns=list("abcd"))
    numbers.insert(0, "age", rng.normal(size=200).round(3))
    numbers.insert(1, "site", "north")
    numbers["y"] = (numbers["age"] + numbers["c"]).round(2)
    return numbers


def test_columns_are_written_whatever_they_tell(frame, table, out):
    args = ["prune", table, "--target", "y", "--output", out, "-q"]
    keep = ["--keep", "b", "--keep", "site"]
    assert main([*args, *keep, "--n-features", "2"]) == 0
    pd.testing.assert_frame_equal(
        pd.read_csv(out), frame[["age", "site", "b", "c", "y"]]
    )


def test_they_are_ranked_first(table, capsys):
    ranking = rank(capsys, table, "--target", "y", "--keep", "d")
    assert ranking["feature"][0] == "d"
    assert {"d", "age", "c"} <= set(ranking.loc[ranking["selected"], "feature"])
    ranking = rank(capsys, table, "--target", "y", "--keep", "d", "--n-features", "1")
    assert ranking["selected"].sum() == 2


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--keep", "weight"], "weight"),
        (["--keep", "y"], "--keep 'y' has another option as well."),
        (["--keep", "a", "--drop", "a"], "--keep 'a' has another option as well."),
        (
            ["--keep", "a", "--n-features", "6"],
            "--n-features 6 is more than the 5 columns that can be judged.",
        ),
    ],
)
def test_what_cannot_be_kept(table, capsys, args, sentence):
    assert sentence in fails(capsys, "rank", table, "--target", "y", *args)
