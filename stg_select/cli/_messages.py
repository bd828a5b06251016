"""Sentences on stderr, which no terminal breaks in the middle of a word."""

from __future__ import annotations

import sys

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
    """Break a text at blanks into lines of the terminal; longer words stay whole."""
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    lines = Text(text).wrap(console, console.width, overflow="ignore")
    return [line.plain.rstrip() for line in lines]
