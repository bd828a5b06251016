"""What the pages of the guide show runs, and prints what they say."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from stg_select.cli import main

pytestmark = pytest.mark.all_deals

DOCS = Path(__file__).parents[1] / "docs"
PIECES = re.compile(
    r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL
)
NUMBER = re.compile(r"\d+\.\d+(?:e[-+]\d+)?|\d+e[-+]\d+")


def assert_reads_alike(printed, shown):
    """Words and whole numbers are equal; decimals differ by two hundredths at most."""
    assert NUMBER.sub("#", printed) == NUMBER.sub("#", shown)
    np.testing.assert_allclose(
        [float(number) for number in NUMBER.findall(printed)],
        [float(number) for number in NUMBER.findall(shown)],
        atol=0.021,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [
        "which",
        "how_many",
        "wide",
        "words",
        "pipeline",
        "own_network",
        "gpu",
        "production",
        "significance",
    ],
)
def test_pages_print_what_they_show(page, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    for code, shown in PIECES.findall((DOCS / f"{page}.md").read_text("utf-8")):
        exec(code, names)
        assert_reads_alike(capsys.readouterr().out, shown)


@pytest.mark.slow
def test_worked_example_of_survival(capsys):
    page = (DOCS / "survival.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (shown,) = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    names = {}
    exec(example, names)
    selector = names["selector"]
    best = np.sort(selector.ranking_[names["informative"]])
    np.testing.assert_array_equal(best, range(1, 6))
    # other processors may select another useless column, or none
    printed = capsys.readouterr().out.splitlines()
    assert printed[:-1] == shown.splitlines()[:-1]
    assert selector.support_[names["informative"]].all()
    assert selector.support_.sum() <= 7


@pytest.mark.slow
def test_worked_example_of_mixed_tables(capsys):
    page = (DOCS / "tables.md").read_text(encoding="utf-8")
    example = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)[0]
    (shown,) = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    names = {}
    exec(example, names)
    selector = names["selector"]
    printed = capsys.readouterr().out.splitlines()
    assert printed[:-1] == shown.splitlines()[:-1]
    # other processors may select another useless column, or none
    assert selector.support_[names["informative"]].all()
    assert selector.support_.sum() <= 9


@pytest.mark.slow
def test_worked_example_of_columns_that_stay(capsys):
    page = (DOCS / "keep.md").read_text(encoding="utf-8")
    stay, cost, _ = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    shown = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    names = {}
    exec(stay, names)
    assert capsys.readouterr().out == shown[0]
    exec(cost, names)
    printed = capsys.readouterr().out
    # other processors may part from it where a column is just worth its price
    assert printed.splitlines()[0] == shown[1].splitlines()[0]
    assert names["spent"] == sorted(names["spent"], reverse=True)
    assert names["spent"][-1] == 0


@pytest.mark.slow
def test_worked_example_of_subjects(capsys):
    page = (DOCS / "rows.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (shown,) = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    names = {}
    with pytest.warns(UserWarning, match="Neighbouring rows are alike"):
        exec(example, names)
    printed = capsys.readouterr().out.splitlines()
    assert printed[:-1] == shown.splitlines()[:-1]
    # how many useless columns come without groups depends on the processor
    assert names["unsaid"].support_.sum() > 6


@pytest.mark.slow
def test_worked_example_of_the_command_line(tmp_path, monkeypatch):
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    page = page.partition("## A worked example")[2]
    blocks = dict(re.findall(r"^```(\w+)\n(.*?)^```", page, re.MULTILINE | re.DOTALL))
    monkeypatch.chdir(tmp_path)
    exec(blocks["python"], {})
    command, head = blocks["bash"].splitlines()
    assert main(shlex.split(command)[1:]) == 0
    assert head == "head -n 2 few.csv"
    lines = (tmp_path / "few.csv").read_text().splitlines()
    assert lines[:2] == blocks["text"].splitlines()
    assert len(lines) == 401


def test_exit_codes_of_the_command_line():
    from stg_select.cli._commands import NOTHING_KEPT

    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    codes = re.findall(r"^\| (\d+) \|", page, re.MULTILINE)
    assert codes == ["0", "1", "2", str(NOTHING_KEPT), "130"]


@pytest.mark.slow
def test_worked_example_of_reasons(capsys, tmp_path, monkeypatch):
    """To the last digit, but for numbers that other processors round in another way."""
    monkeypatch.chdir(tmp_path)
    page = (DOCS / "reasons.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    reasons, sets = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    names = {}
    for block in blocks:
        exec(block, names)
    printed = capsys.readouterr().out
    assert printed.startswith(reasons)
    found = printed.removeprefix(reasons)
    numbers = re.compile(r"\d+\.\d+")
    assert numbers.sub("#", found).startswith(numbers.sub("#", sets))
    assert set(names["pruned"].columns) == set(names["names"][:6])
    words = {reason.split(":")[0] for reason in re.findall(r"^\| (.*?) \|", page, re.M)}
    assert {"kept", "below chance", "not looked at in pairs"} <= words
