"""Pruned tables."""

from __future__ import annotations

import functools
import io
import sys
from pathlib import Path

import pandas as pd
import pytest
from commands import fails
from pandas.testing import assert_frame_equal

from stg_select.cli import main

READERS = {
    "csv": pd.read_csv,
    "tsv": functools.partial(pd.read_csv, sep="\t"),
    "parquet": pd.read_parquet,
    "feather": pd.read_feather,
}


@pytest.mark.parametrize("ending", READERS)
def test_prune_keeps_what_tells_about_the_target(frame, tmp_path, ending, capsys):
    frame = frame.astype({"level": "category", "noise two": "int8"})
    path = tmp_path / f"table.{ending}"
    if ending in ("csv", "tsv"):
        frame.to_csv(path, index=False, sep="," if ending == "csv" else "\t")
    else:
        getattr(frame, f"to_{ending}")(path)
    pruned = tmp_path / f"pruned.{ending}"
    args = ["prune", str(path), "--target", "y", "--output", str(pruned)]
    assert main(args) == 0
    expected = READERS[ending](path)[["level", "y", "size"]]
    assert_frame_equal(READERS[ending](pruned), expected)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Target 'y': classification (inferred from 2 distinct" in captured.err
    assert "Left out, constant: 'unit'." in captured.err
    assert "no value occurs in 5 rows: 'id'." in captured.err
    assert "Kept 2 of 4 columns." in captured.err
    assert f"Wrote {pruned} with 3 columns, target included." in captured.err


def test_prune_through_pipes_is_plain_csv(frame, table, capsys, monkeypatch):
    raw = io.TextIOWrapper(io.BytesIO(Path(table).read_bytes()))
    monkeypatch.setattr(sys, "stdin", raw)
    assert main(["prune", "-", "--target", "y", "--output", "-", "-q"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    expected = frame[["level", "y", "size"]].to_csv(index=False)
    assert captured.out == expected


def test_dropped_columns_are_neither_judged_nor_written(table, out):
    args = ["prune", table, "--target", "y", "--output", out, "--quiet"]
    assert main([*args, "--drop", "level", "--drop", "noise"]) == 0
    assert pd.read_csv(out).columns.tolist() == ["y", "size"]


@pytest.mark.parametrize(("n_features", "n_kept"), [("3", 3), ("0.25", 1), ("1.0", 4)])
def test_number_of_columns_can_be_set(table, out, n_features, n_kept):
    args = ["prune", table, "--target", "y", "-o", out, "--n-features", n_features]
    assert main([*args, "--quiet"]) == 0
    assert pd.read_csv(out).shape[1] == n_kept + 1


@pytest.mark.parametrize("flags", [[], ["--quiet"]])
def test_nothing_kept_leaves_the_target(frame, out, capsys, tmp_path, flags):
    path = tmp_path / "noise.csv"
    frame[["noise", "noise two", "y"]].to_csv(path, index=False)
    args = [str(path), "--target", "y", "--output", out, *flags]
    assert main(["prune", *args]) == 3
    assert pd.read_csv(out).columns.tolist() == ["y"]
    said = capsys.readouterr().err
    assert said.endswith(
        "stg-select: no column is kept, as none was found to tell about the target; "
        "--n-features keeps the best ones all the same.\n"
    )
    assert (said.count("\n") == 1) == bool(flags)
    assert main(["rank", *args, "--force"]) == 3
    assert len(pd.read_csv(out)) == 2


def test_carried_columns_are_written_and_not_judged(frame, table, out, capsys):
    args = ["prune", table, "--target", "y", "--output", out]
    assert main([*args, "--carry", "id", "--carry", "size"]) == 0
    assert_frame_equal(pd.read_csv(out), frame[["id", "level", "y", "size"]])
    said = capsys.readouterr().err
    assert "'id'" not in said
    assert "of 3 columns" in said
    assert "--carry 'ID' is not a column of the table; did you mean 'id'?" in fails(
        capsys, *args, "--carry", "ID", "--force"
    )
    both = ["--carry", "id", "--drop", "id"]
    assert "--carry 'id' is dropped as well" in fails(capsys, *args, *both)
