"""What the command line says: progress, warnings, errors, help."""

from __future__ import annotations

import functools
import os
import re
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from commands import QUICK, fails

import stg_select
from stg_select.cli import main


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
            for _ in range(2):  # said once
                warnings.warn("Raise\nmax_iter.", stacklevel=2)
            return super().fit(X, y)

    quick = functools.partial(Warner, **QUICK)
    monkeypatch.setattr(stg_select, "GaussianGateSelector", quick)
    assert main(["rank", table, "--target", "y"]) == 0
    assert capsys.readouterr().err.count("\nwarning: Raise max_iter.\n") == 1


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
        (["--target", "y", "--n-features", "7"], "7 is more than the 6 columns that"),
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
        (["--target", "y", "--output", "x.doc"], "--output 'x.doc' must end in"),
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
        (
            ["prune", "table.doc", "--target", "y", "-o", "o.csv"],
            "TABLE 'table.doc' mu",
        ),
        (["rank", "absent.csv", "--target", "y"], "'absent.csv' does not exist"),
        (["rank", "a.csv", "--target", "y", "--csv", "--json"], "exclude each other"),
        (["prune", "table.csv", "--target", "y"], "Missing option '--output'"),
        (
            ["rank", "absent.csv", "--target", "y", "--device", "abacus"],
            "--device must be auto, cpu, mps, cuda or cuda:1, got 'abacus'",
        ),
        (
            ["rank", "absent.csv", "--target", "y", "--device", "cuda:99"],
            "--device 'cuda:99' is not one of this machine; it has .*cpu",
        ),
        (["demo", "--device", "cuda:99"], "--device 'cuda:99' is not one of this"),
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


@pytest.mark.parametrize("args", [[], ["--help"], ["prune", "--help"], ["rank", "-h"]])
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


@pytest.mark.parametrize(
    "seed", ["0", *(pytest.param(s, marks=pytest.mark.slow) for s in "12")]
)
def test_demo_tells_real_from_shuffled_columns(capsys, monkeypatch, seed):
    with_defaults = stg_select.GaussianGateSelector.func
    monkeypatch.setattr(stg_select, "GaussianGateSelector", with_defaults)
    assert main(["demo", "--quiet", "--seed", seed]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    pattern = r"Kept (\d+) of 30 real columns and (\d+) of 30 shuffled copies.\n"
    real, shuffled = map(int, re.fullmatch(pattern, captured.out).groups())
    assert real >= 8
    assert shuffled <= 2


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


def test_words_of_the_selector_are_those_of_the_command_line(frame, tmp_path, capsys):
    path = tmp_path / "words.csv"
    few = frame[["size", "noise", "y"]].assign(
        word=[f"w{i // 6 if i < 60 else i}" for i in range(300)], key=frame["id"]
    )
    few.to_csv(path, index=False)
    assert main(["rank", str(path), "--target", "y", "--n-features", "1"]) == 0
    said = capsys.readouterr().err
    assert "warning: Column 'word' holds 250 distinct values in 300 rows" in said
    assert "leave it out by --drop if it names rows" in said
    assert "of X" not in said
    assert said.count("'key'") == 1  # as left out
    few.assign(noise=np.inf).to_csv(path, index=False)
    sentence = fails(capsys, "rank", str(path), "--target", "y")
    assert "error: Column 'noise' holds infinite values, expected finite" in sentence


@pytest.mark.parametrize("column", ["id", "unit"])
def test_no_column_that_can_be_judged(frame, tmp_path, capsys, column):
    path = tmp_path / "useless.csv"
    frame[[column, "y"]].to_csv(path, index=False)
    assert fails(capsys, "rank", str(path), "--target", "y").endswith(
        "error: No column can be judged: each holds one value only, or text of which "
        "no value occurs in 5 rows."
    )
