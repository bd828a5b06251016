"""The installed script: streams, signals and exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
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
    """The signal comes as the fit begins, which has seconds of work before it."""
    rows = pd.concat([frame] * 200)
    noise = np.random.default_rng(0).integers(99, size=(len(rows), 5))
    rows[[f"noise {i}" for i in range(3, 8)]] = noise
    rows.to_csv(tmp_path / "table.csv", index=False)
    process = subprocess.Popen(
        [SCRIPT, "prune", "table.csv", "--target", "y", "--output", "out.csv"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        next(line for line in process.stderr if line.startswith("Target"))
        process.send_signal(signal.SIGINT)
        stderr = process.stderr.read()
    assert process.returncode == 130
    assert stderr.endswith("stg-select: interrupted\n")
    assert "Traceback" not in stderr
    assert os.listdir(tmp_path) == ["table.csv"]


HEAVY = ("numpy", "pandas", "pyarrow", "scipy", "sklearn", "torch")


@pytest.mark.parametrize(
    "code",
    [
        "import stg_select",
        "import stg_select; dir(stg_select), stg_select.__version__",
        "from stg_select.cli import main; main(['--help'])",
        "from stg_select.cli import main; main(['prune', '-h'])",
        "from stg_select.cli import main; main(['rank', 'a.csv', '--frobnicate'])",
    ],
)
def test_what_takes_long_to_import_waits(code):
    """Help and mistakes are answered at once: torch alone takes seconds."""
    code += f"; import sys; print('came:', sorted(set({HEAVY}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "came: []"


@pytest.mark.parametrize("library", ["typer", "rich", "pandas", "sklearn", "torch"])
def test_script_is_interrupted_while_it_imports(table, tmp_path, library):
    (tmp_path / f"{library}.py").write_text("raise KeyboardInterrupt")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    args = ["rank", table, "--target", "y"]
    done = script(*args, env={**os.environ, "PYTHONPATH": path})
    assert done.returncode == 130
    assert done.stderr.endswith("stg-select: interrupted\n")
    assert "Traceback" not in done.stderr


def test_script_tells_its_version():
    done = script("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"stg-select {version('stg-select')}\n"


def test_script_completes_commands_and_options():
    words = {"_STG_SELECT_COMPLETE": "complete_bash", "COMP_CWORD": "1"}
    done = script(env={**os.environ, **words, "COMP_WORDS": "stg-select pr"})
    assert done.stdout.split() == ["prune"]
    words |= {"COMP_WORDS": "stg-select prune --max", "COMP_CWORD": "2"}
    done = script(env={**os.environ, **words})
    assert done.stdout.split() == ["--max-correlation"]
