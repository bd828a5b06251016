"""What the pages of the guide show runs, and prints what they say."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

DOCS = Path(__file__).parents[1] / "docs"


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
