"""The installed script: streams, signals and exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pandas as pd
from commands import SCRIPT, script


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
