"""Text from files does nothing to a terminal."""

from __future__ import annotations

import pandas as pd
import pytest
from commands import fails

from stg_select.cli import main
from stg_select.cli._plain_text import plain_text

HOSTILE = ["\x1b[31mred", "\x1b]0;title\x07", "\u202eltr", "two\nlines", "c\x9b1m"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("naïve Größe 体重", "naïve Größe 体重"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\u202e\n\t", r"\u202e\n\t"),
    ],
)
def test_plain_text(text, plain):
    assert plain_text(text) == plain


def test_names_of_columns_are_made_harmless(frame, tmp_path, capsys):
    names = dict(zip(["level", "size", "noise", "id", "unit"], HOSTILE, strict=True))
    path = str(tmp_path / "table.csv")
    frame.rename(columns=names).to_csv(path, index=False)
    assert main(["rank", path, "--target", "y"]) == 0
    captured = capsys.readouterr()
    lines = captured.out + captured.err
    assert all(character.isprintable() or character == "\n" for character in lines)
    assert r"\x1b[31mred" in captured.out
    sentence = fails(capsys, "rank", path, "--target", "\x1b[31m")
    assert sentence.isprintable()
    assert pd.read_csv(path).shape[1] == 7
