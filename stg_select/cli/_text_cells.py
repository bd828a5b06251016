"""Cells as text in a file."""

from __future__ import annotations

import gzip
from typing import BinaryIO

import pandas as pd

from stg_select.cli._dialect import SEPARATORS, UTF_8


def write_text(
    frame: pd.DataFrame,
    handle: BinaryIO,
    kind: str,
    sep: str | None = None,
    encoding: str = UTF_8,
    newline: str = "\n",
) -> None:
    """Write cells as CSV or TSV, with the separator of `kind` if `sep` is None."""
    plain = kind.removesuffix(".gz")
    text = frame.to_csv(
        index=False, sep=sep or SEPARATORS[plain], lineterminator=newline
    )
    raw = text.encode(encoding)
    # without a time, so that the same table gives the same file
    handle.write(raw if kind == plain else gzip.compress(raw, mtime=0))
