"""Rankings, and who reads them."""

from __future__ import annotations

import io
import json
import re

import numpy as np
import pandas as pd
import pytest
from commands import fails, rank, varying
from joblib import parallel_config
from pandas.testing import assert_frame_equal

import stg_select
from stg_select.cli import main


def test_rank_has_a_row_for_each_column_that_varies(table, capsys):
    ranking = rank(capsys, table, "--target", "y")
    columns = ["feature", "rank", "mu", "active_prob", "selected"]
    columns += ["members", "loss_without", "reason", "copy_of"]
    assert ranking.columns.tolist() == columns
    assert ranking["rank"].tolist() == [1, 2, 3, 4]
    assert set(ranking["feature"][:2]) == {"level", "size"}
    assert set(ranking["feature"][2:]) == {"noise", "noise two"}
    assert ranking["selected"].tolist() == [True, True, False, False]
    assert ranking["mu"].is_monotonic_decreasing


def test_same_seed_same_ranking(table, capsys):
    first = rank(capsys, table, "--target", "y")
    assert_frame_equal(rank(capsys, table, "--target", "y", "--seed", "0"), first)
    other = rank(capsys, table, "--target", "y", "--seed", "1")
    assert set(other["mu"]) != set(first["mu"])


def test_any_number_of_jobs_same_ranking(table, capsys, monkeypatch):
    first = rank(capsys, table, "--target", "y")
    asked, quick = [], stg_select.GaussianGateSelector

    def note(**settings):
        asked.append(settings["n_jobs"])
        return quick(**settings)

    monkeypatch.setattr(stg_select, "GaussianGateSelector", note)
    with parallel_config("threading"):
        several = rank(capsys, table, "--target", "y", "--jobs", "2")
    assert asked == [2]
    assert_frame_equal(several, first)


@pytest.mark.parametrize("command", ["rank", "prune"])
def test_of_copies_only_the_best_is_kept(frame, tmp_path, capsys, out, command):
    path = tmp_path / "copies.csv"
    size = frame["size"].fillna(0.0)
    frame.assign(size=size, twice=2 * size + 1).to_csv(path, index=False)
    arguments = [command, str(path), "--target", "y", "--n-features", "3"]
    arguments += ["--output", out]
    kept = []
    for more in ([], ["--max-correlation", "0.9", "--force"]):
        assert main([*arguments, *more]) == 0
        written = pd.read_csv(out)
        if command == "rank":
            written = written.loc[written["selected"]].set_index("feature").T
        kept.append(set(written.columns) - {"y"})
    assert {"level", "size", "twice"} == kept[0]
    assert "level" in kept[1]
    assert len({"size", "twice"} & kept[1]) == 1


def test_threshold_decides_what_is_selected(table, capsys):
    ranking = rank(capsys, table, "--target", "y", "--threshold", "0")
    assert ranking["selected"].all()


def test_rank_equals_the_selector(frame, table, capsys):
    numbers = frame[["noise", "size", "noise two"]].fillna(frame["size"].median())
    missing = frame["size"].isna().to_numpy(dtype=float)
    X = np.column_stack([numbers.iloc[:, :2], missing, numbers.iloc[:, 2]])
    selector = stg_select.GaussianGateSelector(
        objective="log_loss", feature_groups=[0, 1, 1, 2], random_state=3
    )
    codes = pd.factorize(frame["y"])[0]
    selector.fit(X, codes)
    args = ["--target", "y", "--drop", "level", "--seed", "3"]
    ranking = rank(capsys, table, *args).set_index("feature").loc[numbers.columns]
    np.testing.assert_array_equal(ranking["rank"], selector.ranking_[[0, 1, 3]])
    np.testing.assert_allclose(ranking["mu"], selector.mu_[[0, 1, 3]], rtol=1e-6)


def test_regression_can_be_asked_for(table, capsys):
    args = ["rank", table, "--target", "noise two", "--csv", "--n-features", "1"]
    assert main([*args, "--task", "regression"]) == 0
    assert "regression (as asked)" in capsys.readouterr().err
    assert main(args) == 0
    captured = capsys.readouterr()
    assert "classification (inferred from whole numbers, 9 of them" in captured.err
    ranking = pd.read_csv(io.StringIO(captured.out))
    assert sorted(ranking["feature"]) == ["level", "noise", "size", "y"]


def test_rank_writes_files(table, tmp_path, capsys):
    expected = rank(capsys, table, "--target", "y")
    for flags in ([], ["--csv"], ["--json"]):
        out = tmp_path / f"ranking{len(flags)}{'.txt' if '--json' in flags else '.csv'}"
        args = ["rank", table, "--target", "y", "--output", str(out), "-q", *flags]
        assert main(args) == 0
        captured = capsys.readouterr()
        assert captured.out == captured.err == ""
        if flags == ["--json"]:
            written = varying(json.loads(out.read_text()))
        else:
            written = pd.read_csv(out)
        columns = written.columns.drop("copy_of")  # which is empty
        assert written["copy_of"].isna().all()
        assert_frame_equal(written[columns], expected[columns])
        assert "exists; pass --force" in fails(capsys, *args)
    assert main([*args, "--force"]) == 0


def test_ranking_table_through_a_pipe_is_never_cut(frame, tmp_path, capsys):
    long = "a very long name of a column, " * 6
    path = tmp_path / "table.csv"
    frame[["level", "y"]].rename(columns={"level": long}).to_csv(path, index=False)
    assert main(["rank", str(path), "--target", "y", "-q"]) == 0
    printed = capsys.readouterr().out
    assert long in printed
    assert "\x1b" not in printed


def test_long_rankings_are_cut_for_people_only(tmp_path, capsys, out):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(60, 30))).add_prefix("column ")
    frame["y"] = frame["column 3"] > 0
    path = tmp_path / "table.csv"
    frame.to_csv(path, index=False)
    assert main(["prune", str(path), "--target", "y", "--output", out]) == 0
    assert re.search(r"\.\.\. and 10 more, \d of them kept", capsys.readouterr().err)
    assert main(["rank", str(path), "--target", "y"]) == 0
    assert capsys.readouterr().out.count("column ") >= 30


def test_brackets_in_names_are_no_markup(frame, tmp_path, capsys):
    path = tmp_path / "table.csv"
    names = {"level": "[bold]level[/]", "y": "[red]y"}
    frame[["level", "unit", "y"]].rename(columns=names).to_csv(path, index=False)
    assert main(["rank", str(path), "--target", "[red]y"]) == 0
    captured = capsys.readouterr()
    assert "[bold]level[/]" in captured.out
    assert "Target '[red]y': " in captured.err


def test_json_says_the_reasons_of_all_columns(table, capsys):
    assert main(["rank", table, "--target", "y", "--json", "--quiet"]) == 0
    written = json.loads(capsys.readouterr().out)
    assert written["selected"] == ["level", "size"]
    columns = ["id", "noise", "level", "unit", "size", "noise two"]
    assert written["columns"] == columns
    reasons = {row["feature"]: row["reason"] for row in written["ranking"]}
    assert set(reasons) == set(columns)
    assert reasons["level"].startswith("kept: ")
    assert reasons["unit"] == "constant, or text without frequent values"
    assert written["parameters"]["random_state"] == 0
    assert written["versions"]["numpy"] == np.__version__
