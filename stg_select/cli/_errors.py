"""The exceptions that the command line turns into exit codes."""

from __future__ import annotations


class InputError(ValueError):
    """Input that the user can mend; its message is one sentence, shown as it is."""


class OutputError(Exception):
    """Standard output that cannot be written; its message is shown as it is."""
