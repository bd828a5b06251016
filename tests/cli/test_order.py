"""Rows that belong together, and rows in the order of time."""

from __future__ import annotations

import io
import re
import sys

import numpy as np
import pandas as pd
import pytest
from commands import QUICK, fails, rank
from sklearn.model_selection import TimeSeriesSplit

import stg_select
from stg_select.cli import main
from stg_select.cli._order import order_in_time
from stg_select.datasets import make_subjects


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Subjects of ten rows; days in no order, as text and as numbers."""
    rng = np.random.default_rng(1)
    n_rows = 300
    subject = rng.permutation(np.arange(n_rows) // 10)
    day = rng.permutation(n_rows)
    x = rng.normal(size=(n_rows, 3)).round(4)
    return pd.DataFrame(
        {
            "subject": [f"s{i:02d}" for i in subject],
            "day": day,
            "date": pd.Timestamp("2020-01-01") + pd.to_timedelta(day, "D"),
            "a": x[:, 0],
            "b": x[:, 1],
            "c": x[:, 2],
            "y": np.where(x[:, 0] + 0.1 * rng.normal(size=n_rows) > 0, "up", "down"),
        }
    )


def selected(frame, **settings):
    """The ranking of a, b and c by the selector itself, as the command gives it."""
    rows = {key: settings.pop(key) for key in ("groups",) if key in settings}
    selector = stg_select.GaussianGateSelector.func(
        **QUICK, objective="log_loss", random_state=0, n_jobs=1, **settings
    )
    codes = pd.factorize(frame["y"])[0]
    return selector.fit(frame[["a", "b", "c"]], codes, **rows).ranking_table()


def test_groups_are_handed_over_and_not_judged(frame, table, capsys):
    drop = ["--drop", "day", "--drop", "date"]
    ranking = rank(capsys, table, "--target", "y", "--groups", "subject", *drop)
    expected = selected(frame, groups=frame["subject"].to_numpy())
    pd.testing.assert_frame_equal(ranking, expected)


@pytest.mark.parametrize(("time", "other"), [("day", "date"), ("date", "day")])
def test_rows_are_split_in_the_order_of_time(frame, table, capsys, time, other):
    drop = ["--drop", other, "--drop", "subject"]
    ranking = rank(capsys, table, "--target", "y", "--time", time, *drop)
    expected = selected(frame.sort_values("day"), cross_fit=TimeSeriesSplit())
    pd.testing.assert_frame_equal(ranking, expected)


@pytest.mark.parametrize("option", ["--time", "--groups"])
def test_rows_are_written_in_the_order_of_the_file(frame, table, out, option):
    column = "day" if option == "--time" else "subject"
    args = ["prune", table, "--target", "y", "--output", out, option, column]
    drop = ["--drop", "date", "--drop", "subject", "--drop", "day"]
    assert main([*args, "-q", *drop]) == 0
    pd.testing.assert_frame_equal(pd.read_csv(out), frame[["a", "y"]])
    keep = ["--carry", column, "--drop", "date", "--force"]
    keep += ["--drop", "subject" if column == "day" else "day"]
    assert main([*args, "-q", *keep]) == 0
    pd.testing.assert_frame_equal(pd.read_csv(out), frame[[column, "a", "y"]])


def test_equal_times_stay_in_the_order_of_the_file():
    times = pd.Series(["03/01/2020", "13/12/2019", "03/01/2020", "14/12/2019"])
    assert order_in_time(times).tolist() == [1, 3, 0, 2]
    assert order_in_time(pd.Series([2.5, 1, 2.5, -1])).tolist() == [3, 1, 0, 2]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--groups", "subjects"], "--groups 'subjects' .*did you mean 'subject'"),
        (["--groups", "y"], "--groups 'y' is the target, or the event"),
        (["--time", "y"], "--time 'y' is the target, or the event"),
        (
            ["--time", "subject"],
            "--time 'subject' must hold numbers, or dates of one form, got 's",
        ),
        (["--time", "late"], "--time 'late' must hold .* of one form, got 'yesterday'"),
        (["--time", "gaps"], "--time 'gaps' is missing in 1 of 300 rows; remove"),
        (["--groups", "gaps"], "--groups 'gaps' is missing in 1 of 300 rows; remove"),
        (
            ["--groups", "few"],
            "--groups 'few' has 3 distinct values; at least 4 are .* folds",
        ),
        (["--time", "day", "--groups", "subject"], "exclude each other, got 'subject'"),
    ],
)
def test_unfit_groups_and_times(frame, tmp_path, capsys, args, message):
    frame = frame.assign(
        gaps=[np.nan, *range(1, 300)],
        few=np.arange(300) % 3,
        true=True,
        late=["2020-01-01"] * 280 + ["yesterday"] + ["2020-01-02"] * 19,
    )
    path = tmp_path / "unfit.csv"
    frame.to_csv(path, index=False)
    sentence = fails(capsys, "rank", str(path), "--target", "y", *args)
    assert re.search(message, sentence)


@pytest.mark.parametrize(
    ("n_rows", "more", "message"),
    [
        (0, [], "has no rows; at least 4 are needed, as they are dealt to 4 folds."),
        (1, [], "has 1 row; at least 4 are needed, as they are dealt to 4 folds."),
        (2, [], "has 2 rows; at least 4 are needed, as they are dealt to 4 folds."),
        (
            5,
            ["--time", "day"],
            "has 5 rows; at least 6 are needed, as --time cuts them into 6 parts.",
        ),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_too_few_rows(frame, tmp_path, capsys, n_rows, more, message, ending):
    """Said before columns are looked at: the target of this one does not exist."""
    path = tmp_path / f"short.{ending}"
    few = frame.head(n_rows)
    few.to_csv(path, index=False) if ending == "csv" else few.to_parquet(path)
    sentence = fails(capsys, "rank", str(path), "--target", "why", *more)
    assert sentence.endswith(f"short.{ending}' {message}")


def test_too_few_rows_of_standard_input(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a,y\n1,2\n")))
    sentence = fails(capsys, "rank", "-", "--target", "y")
    assert "error: standard input has 1 row; at least 4 are needed" in sentence


def test_too_few_distinct_rows(tmp_path, capsys):
    path = tmp_path / "copies.csv"
    path.write_text("a,b,y\n" + "1,2,0\n3,4,1\n5,6,1\n" * 2)
    sentence = fails(capsys, "rank", str(path), "--target", "y")
    assert sentence.endswith(
        "The table has 3 distinct rows; at least 4 are needed, as they are dealt to 4 "
        "folds."
    )


def test_neighbours_that_are_alike_are_told_in_words_of_the_command_line(
    tmp_path, capsys
):
    X, y, _ = make_subjects(random_state=0)
    path = tmp_path / "subjects.csv"
    X = np.asarray(X)
    pd.DataFrame(X).add_prefix("x").assign(y=y).to_csv(path, index=False)
    assert main(["rank", str(path), "--target", "y", "--n-features", "1"]) == 0
    said = capsys.readouterr().err
    assert "which rows belong together by --groups, or that they follow each" in said
    assert "other in time by --time." in said
    assert said.count("warning: ") == 1


def test_early_rows_of_one_class_are_told_in_words_of_the_command_line(
    frame, tmp_path, capsys
):
    path = tmp_path / "late.csv"
    frame.assign(y=np.where(frame["day"] < 60, "no", frame["y"])).to_csv(path)
    sentence = fails(capsys, "rank", str(path), "--target", "y", "--time", "day")
    assert sentence.endswith(
        "error: --time trains networks on the earliest sixth of the rows first, whose "
        "target holds one class only; leave out these rows, or --time."
    )
