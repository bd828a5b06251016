"""What the selector says, in words of the command line."""

from __future__ import annotations

import re

from stg_select.columns import MIN_LEVEL_ROWS

_WORDS = {
    r"(Column .+) of X holds": r"\1 holds",
    r"leave it out if it names rows": "leave it out by --drop if it names rows",
    r"X must have a column that varies, got .*": (
        "No column can be judged: each holds one value only, or text of which no value "
        f"occurs in {MIN_LEVEL_ROWS} rows."
    ),
    r"objective='poisson' expects (.+) in y": r"--task counts expects \1 in the target",
    r"objective='cox' expects (.+) in y": r"--event expects \1 in the target",
    r"by groups in fit": "by --groups",
    r"by cross_fit=TimeSeriesSplit\(\)": "by --time",
    r"cross_fit=(\d+) expects at least that many ([\w ]+), got \D*(\d+).*": (
        r"The table has \3 \2; at least \1 are needed, "
        r"as they are dealt to \1 folds."
    ),
    r"cross_fit expects splits whose train rows differ in y, got "
    r"([^,]+)(?:, .+?,)? in those of split 0; .*": (
        r"--time trains networks on the earliest sixth of the rows first, whose "
        r"target holds \1; leave out these rows, or --time."
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
