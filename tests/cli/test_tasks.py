"""Times with events, and counts, from a table on disk."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from commands import fails, rank

from stg_select.cli import main
from stg_select.datasets import make_survival


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Columns a to t, of which a few tell about `days` until `seen`."""
    X, y, _ = make_survival(400, 20, signal=1.5, random_state=0)
    columns = [chr(ord("a") + i) for i in range(20)]
    return pd.DataFrame(X, columns=columns).assign(days=y["time"], seen=y["event"])


@pytest.fixture
def path(frame, tmp_path) -> str:
    path = tmp_path / "survival.csv"
    frame.to_csv(path, index=False)
    return str(path)


def informative():
    return {chr(ord("a") + i) for i in make_survival(400, 20, random_state=0)[2]}


@pytest.mark.parametrize("more", [[], ["--task", "survival"]])
def test_rank_by_times_and_events(path, capsys, more):
    ranking = rank(capsys, path, "--target", "days", "--event", "seen", *more)
    assert len(ranking) == 20
    assert set(ranking["feature"][:4]) <= informative()


def test_prune_keeps_times_and_events(path, out, capsys):
    args = ["prune", path, "--target", "days", "--event", "seen", "-o", out]
    assert main([*args, "--n-features", "4"]) == 0
    kept = pd.read_csv(out).columns
    assert set(kept) - informative() == {"days", "seen"}
    assert len(kept) == 6
    assert "Target 'days': survival (as asked)." in capsys.readouterr().err


@pytest.mark.parametrize("words", [(0, 1), (0.0, 1.0), ("FALSE", "true")])
def test_events_may_be_written_in_several_ways(frame, tmp_path, capsys, words):
    frame = frame[["a", "b", "c", "days", "seen"]].head(100)
    expected = frame.assign(seen=np.where(frame["seen"], words[1], words[0]))
    path = tmp_path / "words.csv"
    expected.to_csv(path, index=False)
    options = ["--target", "days", "--event", "seen"]
    ranking = rank(capsys, str(path), *options)
    frame.to_csv(path, index=False)
    pd.testing.assert_frame_equal(ranking, rank(capsys, str(path), *options))


def test_times_may_be_written_as_text(frame, tmp_path, capsys):
    frame = frame[["a", "b", "c", "days", "seen"]].head(100).round({"days": 3})
    path, options = tmp_path / "times.csv", ["--target", "days", "--event", "seen"]
    frame.to_csv(path, index=False)
    expected = rank(capsys, str(path), *options)
    written = frame["days"].map("{:.3f}".format).str.replace(".", ",", regex=False)
    frame.assign(days=written).to_csv(path, index=False)
    assert pd.read_csv(path)["days"].dtype != float
    pd.testing.assert_frame_equal(rank(capsys, str(path), *options), expected)


@pytest.mark.parametrize(
    ("changes", "args", "message"),
    [
        ({}, ["--event", "saw"], "--event 'saw' is not a column of the table"),
        ({}, ["--event", "days"], "--event 'days' is the target, or dropped"),
        ({}, ["--event", "seen", "--drop", "seen"], "--event 'seen' is the target, or"),
        ({}, ["--event", "seen", "--task", "counts"], "--task counts and --event must"),
        (
            {},
            ["--task", "survival"],
            "--task survival and --event must agree, got",
        ),
        (
            {"seen": "maybe"},
            ["--event", "seen"],
            "values or 0 and 1, got 'maybe'",
        ),
        (
            {"seen": 0},
            ["--event", "seen"],
            "--event expects events in the target, got c",
        ),
        ({"days": "soon"}, ["--event", "seen"], "--event needs times, but the target"),
    ],
)
def test_unfit_survival(frame, tmp_path, capsys, changes, args, message):
    path = tmp_path / "unfit.csv"
    frame.assign(**changes).to_csv(path, index=False)
    assert message in fails(capsys, "rank", str(path), "--target", "days", *args)


@pytest.mark.parametrize("column", ["days", "seen"])
@pytest.mark.parametrize("decimal", [".", ","])
def test_missing_times_and_events(frame, tmp_path, capsys, column, decimal):
    path = tmp_path / "missing.csv"
    written = frame["days"].map("{:.3f}".format).str.replace(".", decimal, regex=False)
    frame = frame.astype({"seen": float}).assign(days=written)
    frame.loc[3, column] = None
    frame.to_csv(path, index=False)
    message = fails(capsys, "rank", str(path), "--target", "days", "--event", "seen")
    assert "is missing in 1 of 400 rows" in message


def test_counts_have_to_be_asked_for(tmp_path, capsys):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.standard_normal((300, 5)), columns=list("abcde"))
    frame["visits"] = rng.poisson(np.exp(1.0 + frame["a"] - frame["b"]))
    path = tmp_path / "counts.csv"
    frame.to_csv(path, index=False)
    ranking = rank(capsys, str(path), "--target", "visits", "--task", "counts")
    assert set(ranking["feature"][:2]) == {"a", "b"}
    frame.assign(visits=frame["visits"] - 1).to_csv(path, index=False)
    message = fails(capsys, "rank", str(path), "--target", "visits", "--task", "counts")
    assert (
        "--task counts expects numbers of at least 0 in the target, got -1" in message
    )
