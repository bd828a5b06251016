"""What the README shows runs and does what the text beside it says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.all_deals

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_quickstart_shows_the_run_command_and_the_test_command():
    section = README.partition("## Quickstart")[2].partition("\n## ")[0]
    run, test = _blocks("bash", section)
    assert run.splitlines()[-1] == "stg-select demo"
    assert test.splitlines()[-1].startswith("python -m pytest")
    assert all("-c constraints.txt" in block for block in (run, test))


def test_python_example_finds_the_two_columns(capsys):
    (example,) = _blocks("python")
    names = {}
    exec(example, names)
    assert list(names["X_kept"].columns) == ["x3", "x7"]
    printed = capsys.readouterr().out
    assert printed.startswith("['x3', 'x7']\n")
    assert "active_prob" in printed
    assert "kept: with x7" in printed


@pytest.mark.parametrize("extra", re.findall(r'"\.\[(\w+)\]"', README))
def test_named_extras_exist(extra):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert extra in project["optional-dependencies"]


def test_shown_commands_and_options_exist(capsys):
    from stg_select.cli import main

    for line in "".join(_blocks("bash")).splitlines():
        program, *words = line.split()
        if program == "stg-select":
            assert main([words[0], "--help"]) == 0
            help_text = capsys.readouterr().out
            for option in (word for word in words if word.startswith("--")):
                assert option in help_text
