"""The one exception that the command line turns into exit code 2."""

from __future__ import annotations


class InputError(ValueError):
    """Input that the user can mend; its message is one sentence, shown as it is."""
