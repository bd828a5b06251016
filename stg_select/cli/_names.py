"""Names of columns in a table that a terminal shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.measure import Measurement
from rich.text import Text

from stg_select.cli._messages import packed
from stg_select.cli._plain_text import plain_text

# a word, with the blanks or marks after it that tell it from the next one
_WORD = re.compile(r"[^\W_]*[\W_]*")


class Name:
    """A name that is broken between its words, such as after an underscore.

    Parameters
    ----------
    name : str
        What is not printable in it is written out.
    """

    def __init__(self, name: str) -> None:
        self.plain = plain_text(name)
        self._words = [word for word in _WORD.findall(self.plain) if word]

    def __rich_measure__(self, _: Console, options: ConsoleOptions) -> Measurement:
        longest = max((cell_len(word.rstrip()) for word in self._words), default=0)
        return Measurement(longest, cell_len(self.plain)).clamp(
            max_width=options.max_width
        )

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[Text]:
        for line in packed(self._words, options.max_width):
            yield Text(line, overflow="fold")
