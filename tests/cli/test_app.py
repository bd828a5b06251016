"""The command line as its user meets it: files, streams and exit codes."""

from __future__ import annotations

import functools
import io
import json
import os
import re
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from pandas.testing import assert_frame_equal

import stg_select
from stg_select.cli import main

SCRIPT = Path(sys.executable).with_name("stg-select")


QUICK = {
    "max_iter": 100,
    "n_seeds": 1,
    "gate_learning_rate_init": 0.05,
    "reg_weight": 0.02,
}


@pytest.fixture(autouse=True)
def quick_selector(monkeypatch):
    """Let the selector train briefly: the tables here are small and clear."""
    quick = functools.partial(stg_select.GaussianGateSelector, **QUICK)
    monkeypatch.setattr(stg_select, "GaussianGateSelector", quick)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """A table of which `level` and `size` tell about `y`, and the rest does not."""
    rng = np.random.default_rng(0)
    n_rows = 300
    level = rng.choice(["low", "mid", "high"], n_rows)
    size = rng.normal(size=n_rows).round(3)
    score = 2 * (level == "high") + size + 0.1 * rng.normal(size=n_rows)
    return pd.DataFrame(
        {
            "id": [f"{i:04d}-x" for i in range(n_rows)],
            "noise": rng.normal(size=n_rows).round(3),
            "level": level,
            "unit": "cm",
            "y": np.where(score > 0.5, "yes", "no"),
            "size": np.where(rng.random(n_rows) < 0.05, np.nan, size),
            "noise two": rng.integers(0, 9, n_rows),
        }
    )


@pytest.fixture
def table(frame, tmp_path) -> str:
    """The table as a CSV file."""
    path = tmp_path / "table.csv"
    frame.to_csv(path, index=False)
    return str(path)


@pytest.fixture
def out(tmp_path) -> str:
    """Where to write."""
    return str(tmp_path / "out.csv")


def fails(capsys, *args) -> str:
    """Run `args`, which are wrong, and return the one sentence on stderr."""
    assert main(args) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    sentence = captured.err.splitlines()[-1]
    assert sentence.startswith("stg-select: error: ")
    assert "Traceback" not in captured.err
    return sentence


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


def test_nothing_kept_leaves_the_target(frame, out, capsys, tmp_path):
    path = tmp_path / "noise.csv"
    frame[["noise", "noise two", "y"]].to_csv(path, index=False)
    assert main(["prune", str(path), "--target", "y", "--output", out]) == 0
    assert pd.read_csv(out).columns.tolist() == ["y"]
    assert "No gate is open" in capsys.readouterr().err


def rank(capsys, *args) -> pd.DataFrame:
    """The ranking that `rank --json` prints."""
    assert main(["rank", *args, "--json", "--quiet"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return pd.DataFrame(json.loads(captured.out))


def test_rank_has_a_row_for_each_column_that_varies(table, capsys):
    ranking = rank(capsys, table, "--target", "y")
    columns = ["feature", "rank", "mu", "active_prob", "selected"]
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
    args = ["rank", table, "--target", "noise two", "--csv"]
    assert main([*args, "--task", "regression"]) == 0
    assert "regression (as asked)" in capsys.readouterr().err
    assert main(args) == 0
    captured = capsys.readouterr()
    assert "classification (inferred from whole numbers, 9 of them" in captured.err
    ranking = pd.read_csv(io.StringIO(captured.out))
    assert sorted(ranking["feature"]) == ["level", "noise", "size", "y"]


@pytest.mark.parametrize("flags", [[], ["--csv"], ["--json"]])
def test_rank_writes_files(table, tmp_path, capsys, flags):
    out = tmp_path / ("ranking.csv" if flags != ["--json"] else "ranking.txt")
    args = ["rank", table, "--target", "y", "--output", str(out), "--quiet", *flags]
    assert main(args) == 0
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""
    written = pd.read_json(out) if flags == ["--json"] else pd.read_csv(out)
    assert_frame_equal(written, rank(capsys, table, "--target", "y"))
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


@pytest.mark.parametrize(
    ("terminal", "flags", "bar"),
    [(True, [], True), (True, ["--quiet"], False), (False, [], False)],
)
def test_progress_is_shown_to_people(table, capsys, monkeypatch, terminal, flags, bar):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    assert main(["rank", table, "--target", "y", *flags]) == 0
    assert ("%|" in capsys.readouterr().err) == bar


def test_warnings_of_the_selector_are_one_line(table, capsys, monkeypatch):
    class Warner(stg_select.GaussianGateSelector.func):
        def fit(self, X, y):
            warnings.warn("Raise\nmax_iter.", stacklevel=2)
            return super().fit(X, y)

    quick = functools.partial(Warner, **QUICK)
    monkeypatch.setattr(stg_select, "GaussianGateSelector", quick)
    assert main(["rank", table, "--target", "y"]) == 0
    assert "\nwarning: Raise max_iter.\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--target", "why"], "--target 'why' is not a column of the table; the col"),
        (["--target", "Y"], "'Y' is not a column of the table; did you mean 'y'?"),
        (["--target", "y", "--drop", "nois"], "--drop 'nois' .*did you mean 'noise'"),
        (["--target", "y", "--drop", "y"], "--drop 'y' is the target"),
        (["--target", "size"], "target 'size' is missing in \\d+ of 300 rows"),
        (["--target", "unit"], "target 'unit' has the same value in every row"),
        (["--target", "id"], "target 'id' has 300 distinct values .* too many"),
        (["--target", "y", "--task", "regression"], "--task regression needs numbers"),
        (["--target", "y", "--task", "ranking"], "'--task'.*'ranking'"),
        (["--target", "y", "--n-features", "5"], "5 is more than the 4 columns that"),
        (["--target", "y", "--n-features", "0"], "from 1 or a share.*got '0'"),
        (["--target", "y", "--n-features", "1.5"], "from 1 or a share.*got '1.5'"),
        (["--target", "y", "--n-features", "few"], "from 1 or a share.*got 'few'"),
        (["--target", "y", "--n-features", "nan"], "from 1 or a share.*got 'nan'"),
        (
            ["--target", "y", "--threshold", "2"],
            r"threshold must be .* \[0, 1\], got 2",
        ),
        (["--target", "y", "--threshold", "nan"], "threshold must be .*, got nan"),
        (["--target", "y", "--threshold", "low"], "'--threshold'"),
        (
            ["--target", "y", "--max-correlation", "1"],
            r"max-correlation must be .* \[0, 1\), got 1",
        ),
        (["--target", "y", "--max-correlation", "nan"], "max-correlation .*, got nan"),
        (["--target", "y", "--seed", "-1"], "--seed must be a whole .*, got -1"),
        (["--target", "y", "--jobs", "0"], "--jobs must be a number .*, got 0"),
        (["--target", "y", "--device", "abacus"], "device.*'abacus'"),
        (["--target", "y", "--output", "x.doc"], "must end in"),
        (["--target", "y", "--frobnicate"], "No such option: --frobnicate"),
        ([], "Missing option '--target'"),
    ],
)
@pytest.mark.parametrize("command", ["prune", "rank"])
def test_bad_input_is_one_sentence(table, out, capsys, command, args, message):
    args = [command, table, *args]
    if command == "prune" and "--output" not in args:
        args += ["--output", out]
    assert re.search(message, fails(capsys, *args))
    assert not Path(out).exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["prune", "absent.csv", "--target", "y", "-o", "o.csv"], "does not exist"),
        (["prune", "table.doc", "--target", "y", "-o", "o.csv"], "must end in one of"),
        (["rank", "absent.csv", "--target", "y"], "'absent.csv' does not exist"),
        (["rank", "a.csv", "--target", "y", "--csv", "--json"], "exclude each other"),
        (["prune", "table.csv", "--target", "y"], "Missing option '--output'"),
        (["prone"], "No such command 'prone'"),
        (["demo", "--n-features", "61"], "61 is more than the 60 columns"),
    ],
)
def test_bad_commands_are_one_sentence(capsys, args, message):
    assert re.search(message, fails(capsys, *args))


def test_output_is_never_the_table_and_never_replaced_unasked(table, out, capsys):
    before = Path(table).read_bytes()
    args = ["prune", table, "--target", "y", "--output"]
    assert "is the table that is read" in fails(capsys, *args, table, "--force")
    assert Path(table).read_bytes() == before
    Path(out).write_text("precious")
    assert "exists; pass --force" in fails(capsys, *args, out)
    assert Path(out).read_text() == "precious"
    assert main([*args, out, "--force"]) == 0
    assert Path(out).read_text().startswith("level,y,size\n")


@pytest.mark.parametrize("args", [[], ["--help"], ["prune", "--help"]])
def test_help_is_data(capsys, args):
    assert main(args) == 0
    captured = capsys.readouterr()
    assert "stg-select" in captured.out
    assert captured.err == ""


def test_demo_counts_real_and_shuffled_columns(capsys):
    assert main(["demo", "--quiet", "--n-features", "60"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    everything = "Kept 30 of 30 real columns and 30 of 30 shuffled copies.\n"
    assert captured.out == everything


def test_interruption_is_130_and_leaves_nothing(table, out, capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(stg_select, "GaussianGateSelector", interrupted)
    assert main(["prune", table, "--target", "y", "--output", out]) == 130
    assert capsys.readouterr().err.endswith("stg-select: interrupted\n")
    assert os.listdir(Path(out).parent) == ["table.csv"]


@pytest.mark.parametrize("library", ["typer", "rich", "pyarrow"])
def test_missing_library_is_one_sentence(capsys, monkeypatch, library):
    def missing(_):
        raise ModuleNotFoundError(f"No module named '{library}'", name=library)

    monkeypatch.setattr("stg_select.cli._app.run", missing)
    sentence = fails(capsys, "demo")
    assert sentence.endswith(
        f"needs {library}; install it with pip install 'stg-select[cli]'"
    )


def test_other_missing_modules_are_not_hidden(monkeypatch):
    def missing(_):
        raise ModuleNotFoundError("No module named 'other'", name="other")

    monkeypatch.setattr("stg_select.cli._app.run", missing)
    with pytest.raises(ModuleNotFoundError, match="other"):
        main(["demo"])


def script(*args, **kwargs) -> subprocess.CompletedProcess:
    """Run the installed script."""
    return subprocess.run(
        [SCRIPT, *args], capture_output=True, text=True, timeout=120, **kwargs
    )


def test_script_without_typer(tmp_path):
    (tmp_path / "typer.py").write_text("raise ModuleNotFoundError(name='typer')")
    done = script("demo", env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "needs typer" in done.stderr


def test_script_prunes(frame, table, out):
    done = script(
        "prune", table, "--target", "y", "--output", out, cwd=Path(out).parent
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert "Wrote" in done.stderr
    assert "\x1b" not in done.stderr
    assert "\r" not in done.stderr
    assert len(pd.read_csv(out)) == len(frame)


@pytest.mark.parametrize(
    "seed", ["0", *(pytest.param(s, marks=pytest.mark.slow) for s in "12")]
)
def test_script_tells_real_from_shuffled_columns(seed):
    done = script("demo", "--quiet", "--seed", seed)
    assert (done.returncode, done.stderr) == (0, "")
    pattern = r"Kept (\d+) of 30 real columns and (\d+) of 30 shuffled copies.\n"
    real, shuffled = map(int, re.fullmatch(pattern, done.stdout).groups())
    assert real >= 8
    assert shuffled <= 2


def test_script_fails_with_one_sentence(tmp_path):
    done = script("rank", "absent.csv", "--target", "y", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "stg-select: error: 'absent.csv' does not exist.\n"


def test_script_is_interrupted_by_a_signal(frame, tmp_path):
    pd.concat([frame] * 200).to_csv(tmp_path / "table.csv", index=False)
    process = subprocess.Popen(
        [SCRIPT, "prune", "table.csv", "--target", "y", "--output", "out.csv"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        next(line for line in process.stderr if "Left out" in line)
        process.send_signal(signal.SIGINT)
        stderr = process.stderr.read()
    assert process.returncode == 130
    assert stderr.endswith("stg-select: interrupted\n")
    assert "Traceback" not in stderr
    assert os.listdir(tmp_path) == ["table.csv"]
