"""The commands as tests call them, and what they print."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd

from stg_select.cli import main

SCRIPT = Path(sys.executable).with_name("stg-select")

QUICK = {
    "max_iter": 100,
    "n_seeds": 1,
    "gate_learning_rate_init": 0.05,
    "reg_weight": 0.02,
}


def fails(capsys, *args) -> str:
    """Run `args`, which are wrong, and return the one sentence on stderr."""
    assert main(args) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    sentence = captured.err.splitlines()[-1]
    assert sentence.startswith("stg-select: error: ")
    assert "Traceback" not in captured.err
    return sentence


def rank(capsys, *args) -> pd.DataFrame:
    """The ranking that `rank --json` prints, but for constant columns."""
    assert main(["rank", *args, "--json", "--quiet"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return varying(json.loads(captured.out))


def varying(written: dict) -> pd.DataFrame:
    """The ranking that was written, but for constant columns."""
    ranking = pd.DataFrame(written["ranking"])
    return ranking[~ranking["reason"].str.startswith("constant")]


def script(*args, **kwargs) -> subprocess.CompletedProcess:
    """Run the installed script."""
    return subprocess.run(
        [SCRIPT, *args], capture_output=True, text=True, timeout=120, **kwargs
    )
