"""No word is broken where a terminal is 80 columns wide."""

from __future__ import annotations

import io
import re
import sys

import pandas as pd
import pytest
from rich.console import Console

from stg_select.cli import main
from stg_select.cli._messages import say
from stg_select.cli._report import ranking_table

LONG = "a_long_name_of_a_column_that_goes_on_and_on_for_more_than_a_line_of_a_terminal"
WORDS = "a long name of a column that goes on and on for more than a line of a terminal"


@pytest.fixture
def on_terminal(monkeypatch):
    """Let stderr be a terminal of 80 columns from the call on."""

    def look():
        monkeypatch.setenv("COLUMNS", "80")
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    return look


def ranking(*names) -> pd.DataFrame:
    rows = [(name, i + 1, 0.5, 0.5, True) for i, name in enumerate(names)]
    columns = ["feature", "rank", "mu", "active_prob", "selected"]
    return pd.DataFrame(rows, columns=columns)


def shown(*names, width=80) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    console.print(ranking_table(ranking(*names)))
    return console.file.getvalue().splitlines()


def test_messages_are_broken_at_blanks(on_terminal, capsys):
    on_terminal()
    message = " ".join(f"word{i}" for i in range(40)) + " " + "w" * 100
    say(message)
    lines = capsys.readouterr().err.splitlines()
    assert " ".join(lines) == message
    assert all(len(line) <= 80 for line in lines[:-1])
    assert lines[-1] == "w" * 100


def test_messages_of_wide_letters_fit(on_terminal, capsys):
    on_terminal()
    say("体重 " * 30)
    lines = capsys.readouterr().err.splitlines()
    assert max(len(line.replace(" ", "")) * 2 for line in lines) <= 80
    assert len(lines) == 2


def test_errors_and_notes_are_broken_at_blanks(table, on_terminal, capsys):
    on_terminal()
    assert main(["rank", table, "--target", "zzz"]) == 2
    error = capsys.readouterr().err.rpartition("\r")[2]
    assert max(map(len, error.splitlines())) <= 80
    assert error.count("\n") > 1
    assert " ".join(error.split()).endswith("'noise two'.")


def test_messages_through_a_pipe_are_one_line(capsys):
    say("word " * 40)
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("name", [LONG, WORDS, LONG.replace("_", ".")])
def test_names_are_broken_between_words(name):
    lines = shown("short", name)
    assert max(map(len, lines)) <= 80
    parts = [re.sub(r"^ *\d? *| +\d\.\d+ .*$", "", line) for line in lines[2:]]
    assert len(parts) == 2
    words = {word for part in parts for word in re.split(r"[ _.]", part)}
    assert words - {""} == set(WORDS.split())
    joint = " " if name == WORDS else ""
    assert joint.join(part.strip() for part in parts) == name


def test_a_word_that_no_line_holds_is_folded():
    lines = shown("w" * 200)
    assert len(lines) == 5  # and no empty one below
    assert sum(line.count("w") for line in lines) == 200
    assert max(map(len, lines)) <= 80


def test_names_stand_in_one_line_where_there_is_room():
    assert len(shown(LONG, width=200)) == 2
    assert LONG in shown(LONG, width=200)[1]


@pytest.mark.parametrize("command", ["prune", "rank", "demo"])
def test_help_breaks_no_word(capsys, monkeypatch, command):
    def words(width):
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("TERMINAL_WIDTH", str(width))
        assert main([command, "--help"]) == 0
        return set(re.split(r"[\s│╭╮╰╯─]+", capsys.readouterr().out))

    assert words(80) == words(300)


def test_what_is_being_done_is_said_on_a_terminal_and_gone_when_done(
    table, on_terminal, capsys
):
    on_terminal()
    assert main(["rank", table, "--target", "y"]) == 0
    said = capsys.readouterr().err
    assert "Reading /" in said
    assert re.search(
        r"Screening 5 columns of 300 rows \.\.\.|Screening 6 columns", said
    )
    for line in re.findall(r"[^\r\n]+", said):
        assert len(line) <= 80


@pytest.mark.parametrize("flag", ["--quiet", "--csv"])
def test_nothing_is_said_where_nobody_looks(table, capsys, flag):
    assert main(["rank", table, "--target", "y", flag]) == 0
    assert "Reading" not in capsys.readouterr().err
