"""The report that is written beside a pruned table or a ranking."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from commands import fails

from stg_select.cli import main


@pytest.fixture
def page(tmp_path) -> str:
    return str(tmp_path / "page.html")


@pytest.mark.parametrize("command", ["prune", "rank"])
def test_report_is_written(table, out, page, capsys, command):
    args = [command, table, "--target", "y", "--output", out, "--report", page]
    assert main(args) == 0
    assert f"Wrote {page}." in capsys.readouterr().err
    text = Path(page).read_text(encoding="utf-8")
    assert "Features for y" in text
    assert "no: " in text  # classes as the table names them
    assert "noise two" in text
    assert "id" in text


def test_report_is_never_replaced_unasked(table, out, page, capsys):
    Path(page).write_text("precious")
    args = ["prune", table, "--target", "y", "--output", out, "--report", page]
    assert "--report" in (sentence := fails(capsys, *args))
    assert "exists; pass --force to replace it" in sentence
    assert Path(page).read_text() == "precious"
    assert not Path(out).exists()
    assert main([*args, "--force", "-q"]) == 0
    assert Path(page).read_text(encoding="utf-8").startswith("<!")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("page.pdf", "--report '.*page.pdf' must end in .html"),
        ("absent/page.html", "--report .* is in a directory that does not exist"),
    ],
)
def test_unfit_names_of_reports(table, out, tmp_path, capsys, name, message):
    args = ["prune", table, "--target", "y", "--output", out]
    sentence = fails(capsys, *args, "--report", str(tmp_path / name))
    assert re.search(message, sentence)
    assert os.listdir(tmp_path) == ["table.csv"]


@pytest.mark.parametrize(
    ("target", "more"),
    [("size", ["--drop", "y"]), ("noise two", ["--event", "flag"])],
)
def test_report_of_numbers_and_of_survival(frame, tmp_path, page, target, more):
    path = str(tmp_path / "other.csv")
    frame["flag"] = frame["level"] == "low"
    frame["size"] = frame["size"].fillna(0.0)
    frame["noise two"] += 1
    frame.to_csv(path, index=False)
    args = ["rank", path, "--target", target, *more, "--report", page, "-q"]
    assert main([*args, "--n-features", "1"]) == 0
    assert "<!" in Path(page).read_text(encoding="utf-8")
