"""What the selector says, in words of the command line."""

from __future__ import annotations

import re

_WORDS = {
    r"by groups in fit": "by --groups",
    r"by cross_fit=TimeSeriesSplit\(\)": "by --time",
    r"cross_fit=(\d+) expects at least that many ([\w ]+), got \D*(\d+).*": (
        r"The table has \3 \2; at least \1 are needed, "
        r"as they are dealt to \1 folds."
    ),
}


def in_words(message: str) -> str:
    """Put the options of the command line in place of parameters that they set.

    Parameters
    ----------
    message : str
        An error or a warning of the selector.

    Returns
    -------
    message : str
        In one line.
    """
    text = " ".join(message.split())
    for pattern, words in _WORDS.items():
        text = re.sub(pattern, words, text)
    return text
