"""CSV and TSV: read as numbers and text, written as the cells stand in the file.

The types of the columns are found in one pass of pandas. The text of the cells is
read in a second one, of the columns alone that are written.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pandas as pd
from pandas.api import types

from stg_select.cli._arrow_tables import write_arrow
from stg_select.cli._dialect import (
    POINT,
    SEPARATORS,
    UTF_8,
    Dialect,
    decoded,
    separator_of,
)
from stg_select.cli._errors import InputError
from stg_select.cli._messages import counted
from stg_select.cli._text_cells import write_text
from stg_select.columns.frames import MISSING_TEXT

# so many cells tell most columns of text from numbers
_N_FIRST = 100
# kinds of columns that pandas has read as one
_KINDS = ("string", "integer", "boolean", "empty")
_WITH_COMMA = r"[+-]?\d*(?:,\d+)?(?:[eE][+-]?\d+)?$"


@dataclass(frozen=True)
class TextTable:
    """A CSV or TSV table.

    Attributes
    ----------
    frame : DataFrame
        The cells as numbers or truth values where a whole column can be read so,
        text elsewhere.
    text : bytes
        The file, in UTF-8.
    kind : {"csv", "tsv"}
        What the ending of the file says.
    dialect : Dialect
        How the file is written.
    detected : tuple of str
        In words, what of the dialect is neither usual nor was given.
    """

    frame: pd.DataFrame
    text: bytes
    kind: str
    dialect: Dialect
    detected: tuple[str, ...]

    def write(self, columns: Sequence[str], handle: BinaryIO, kind: str) -> None:
        """Write `columns`; to CSV or TSV with the text of every cell unchanged."""
        plain = kind.removesuffix(".gz")
        if plain not in SEPARATORS:
            import pyarrow as pa

            frame = self.frame[list(columns)]
            write_arrow(pa.Table.from_pandas(frame, preserve_index=False), handle, kind)
            return
        sep = self.dialect.sep if plain == self.kind else None
        # A csv writer quotes a carriage return in a cell only if its lines end in one.
        newline = "\r\n" if b"\r" in self.text else "\n"
        encoding = self.dialect.encoding or UTF_8
        write_text(self._cells(columns), handle, kind, sep, encoding, newline)

    def _cells(self, columns: Sequence[str]) -> pd.DataFrame:
        """Read the cells of `columns` as they stand in the file."""
        at = self.frame.columns.get_indexer(list(columns)).tolist()
        cells = _read_cells(self.text, self.dialect.sep, self.frame.shape[1], at)
        cells.columns = pd.Index(list(columns), dtype=object)
        return cells


def read_text(raw: bytes, name: str, kind: str, dialect: Dialect) -> TextTable:
    """Read a table and find out how it is written.

    Parameters
    ----------
    raw : bytes
        The file.
    name : str
        What to call it in errors.
    kind : {"csv", "tsv"}
    dialect : Dialect
        What the user says of it.

    Raises
    ------
    InputError
        If it is no such table.
    """
    text, encoding = decoded(raw, name, dialect.encoding)
    sep = dialect.sep or separator_of(text, kind)
    decimal = dialect.decimal or POINT
    try:
        frame = _parse(text, sep, decimal)
        if dialect.decimal is None and sep != "," and _has_decimal_commas(frame):
            decimal = ","
            frame = _parse(text, sep, decimal)
    except pd.errors.EmptyDataError:
        raise InputError(f"{name} is empty.") from None
    except (pd.errors.ParserError, _WidthError) as error:
        why = " ".join(str(error).rpartition("C error:")[2].split())
        raise InputError(f"{name} is not a {kind.upper()} table: {why}.") from None
    detected = []
    if dialect.sep is None and sep != SEPARATORS[kind]:
        detected.append(f"separator {sep!r}")
    if dialect.decimal is None and decimal != POINT:
        detected.append("decimal commas")
    if dialect.encoding is None and encoding != UTF_8:
        detected.append(f"encoding {encoding}")
    written = Dialect(sep, decimal, encoding)
    return TextTable(frame, text, kind, written, tuple(detected))


class _WidthError(ValueError):
    """Rows that have more cells than the header."""


def _parse(text: bytes, sep: str, decimal: str) -> pd.DataFrame:
    header = pd.read_csv(
        io.BytesIO(text), header=None, nrows=1, dtype=str, na_filter=False, sep=sep
    )
    names = header.iloc[0].tolist()
    with warnings.catch_warnings():
        # of columns that are numbers in some parts, which are read again below
        warnings.simplefilter("ignore", pd.errors.DtypeWarning)
        frame = pd.read_csv(
            io.BytesIO(text),
            sep=sep,
            header=0,
            names=range(len(names)),
            decimal=decimal,
            keep_default_na=False,
            na_values=sorted(MISSING_TEXT),
        )
    if not isinstance(frame.index, pd.RangeIndex):  # pandas takes the first for names
        n_cells = len(names) + frame.index.nlevels
        msg = (
            "the first line, which names the columns, has "
            f"{counted(len(names), 'cell')}, and the next one {n_cells}"
        )
        raise _WidthError(msg)
    others = [i for i in frame.columns if not types.is_numeric_dtype(frame.dtypes[i])]
    mixed = [i for i in others if _kind(frame[i]) not in _KINDS]
    if mixed:
        frame[mixed] = _read_cells(text, sep, len(names), mixed)
    for i in others:
        frame[i] = _parse_cells(frame[i], decimal)
    frame.columns = pd.Index(names, dtype=object)
    return frame


def _read_cells(
    text: bytes, sep: str | None, n_columns: int, at: list[int]
) -> pd.DataFrame:
    """Read the cells of some columns as they stand in the file."""
    cells = pd.read_csv(
        io.BytesIO(text),
        sep=sep,
        header=0,
        names=range(n_columns),
        usecols=at,
        dtype=str,
        na_filter=False,
    )
    return cells[at]


def _kind(cells: pd.Series) -> str:
    return types.infer_dtype(cells, skipna=True)


def _parse_cells(cells: pd.Series, decimal: str) -> pd.Series:
    """Read what pandas took for text as numbers, if all its present cells are."""
    kind = _kind(cells)
    if kind == "integer":  # beyond those of 64 bits
        return cells.astype(float)
    if kind == "boolean":
        return cells
    text = cells.str.strip()
    text = text.where(~text.isin(MISSING_TEXT))
    for part in (text[:_N_FIRST], text):
        present = part.dropna()
        if decimal != POINT:
            present = present.str.replace(".", "_").str.replace(decimal, ".")
        numbers = pd.to_numeric(present, errors="coerce")
        if numbers.isna().any():
            return text
    return numbers.reindex(text.index)


def _has_decimal_commas(frame: pd.DataFrame) -> bool:
    """Tell whether fractions stand after a comma, and none after a point."""
    found = False
    for i in range(frame.shape[1]):
        cells = frame.iloc[:, i].dropna()
        if types.is_float_dtype(cells):
            if (cells[np.isfinite(cells)] % 1 != 0).any():
                return False
        elif not found and _kind(cells) == "string":
            parts = (cells[:_N_FIRST], cells)
            numbers = all(part.str.match(_WITH_COMMA).all() for part in parts)
            found = numbers and cells.str.contains(",").any()
    return bool(found)
