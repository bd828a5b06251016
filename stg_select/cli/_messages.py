"""Sentences on stderr, which no terminal breaks in the middle of a word."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from stg_select.cli._plain_text import plain_text


def say(message: str) -> None:
    """Write a sentence to stderr, in one line unless that is a terminal.

    Parameters
    ----------
    message : str
        What is not printable in it is written out.
    """
    text = plain_text(message)
    if sys.stderr.isatty():
        text = "\n".join(broken(text))
    sys.stderr.write(text + "\n")


def broken(text: str) -> list[str]:
    """Break a text at blanks into lines of the terminal."""
    from rich.console import Console

    width = Console(stderr=True).width
    return packed([f"{word} " for word in text.split(" ")], width)


def packed(words: Iterable[str], width: int) -> list[str]:
    """Put words into lines; a word that is longer than a line has one for itself.

    Parameters
    ----------
    words : iterable of str
        Each with what stands between it and the next one.
    width : int
        Cells of a terminal; some letters take two.
    """
    from rich.cells import cell_len

    lines: list[str] = []
    line = ""
    for word in words:
        if line and cell_len((line + word).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += word
    return [*lines, line.rstrip()]


def counted(n: int, what: str) -> str:
    """Write a number of things, with an s behind what they are unless it is 1."""
    return f"{n} {what}{'' if n == 1 else 's'}"
