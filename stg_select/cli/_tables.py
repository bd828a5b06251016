"""Read a table for analysis and write some of its columns back unchanged."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pandas as pd

from stg_select.cli._errors import InputError
from stg_select.cli._formats import PIPE, table_format
from stg_select.columns.frames import MISSING_TEXT

if TYPE_CHECKING:
    import pyarrow as pa

_SEPARATORS = {"csv": ",", "tsv": "\t"}
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class TextTable:
    """A CSV or TSV table.

    Attributes
    ----------
    frame : DataFrame
        The cells as numbers where a whole column can be read so, text elsewhere.
    cells : DataFrame
        The cells as they stand in the file, all text.
    encoding, newline : str
        How the file is encoded and ends its lines.
    """

    frame: pd.DataFrame
    cells: pd.DataFrame
    encoding: str
    newline: str

    def write(self, columns: Sequence[str], handle: BinaryIO, kind: str) -> None:
        """Write `columns`; to CSV or TSV with the text of every cell unchanged."""
        if kind in _SEPARATORS:
            _write_text(
                self.cells[list(columns)], handle, kind, self.encoding, self.newline
            )
        else:
            import pyarrow as pa

            frame = self.frame[list(columns)]
            _write_arrow(
                pa.Table.from_pandas(frame, preserve_index=False), handle, kind
            )


@dataclass(frozen=True)
class ArrowTable:
    """A Parquet or Feather table.

    Attributes
    ----------
    frame : DataFrame
        The columns as pandas reads them, without the index that pandas may have
        stored among them.
    arrow : pyarrow.Table
        The table as it stands in the file.
    """

    frame: pd.DataFrame
    arrow: pa.Table

    def write(self, columns: Sequence[str], handle: BinaryIO, kind: str) -> None:
        """Write `columns`; to Parquet or Feather with their types and pandas index."""
        if kind in _SEPARATORS:
            arrow = self.arrow.select(list(columns))
            frame = arrow.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
            _write_text(frame, handle, kind, "utf-8", "\n")
        else:
            present = set(self.frame.columns)
            index = [name for name in self.arrow.column_names if name not in present]
            _write_arrow(self.arrow.select([*columns, *index]), handle, kind)


def read_table(path: str) -> TextTable | ArrowTable:
    """Read a CSV, TSV, Parquet or Feather file, or CSV from standard input.

    Parameters
    ----------
    path : str
        The file, or ``-``.

    Raises
    ------
    InputError
        If the file cannot be read or is no table with distinct columns and rows.
    """
    kind = table_format(path)
    name = "standard input" if path == PIPE else repr(path)
    try:
        raw = sys.stdin.buffer.read() if path == PIPE else Path(path).read_bytes()
    except FileNotFoundError:
        raise InputError(f"{name} does not exist.") from None
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}.") from None
    table: TextTable | ArrowTable
    if kind in _SEPARATORS:
        table = _read_text(raw, name, kind)
    else:
        table = _read_arrow(raw, name, kind)
    _check_shape(table.frame, name)
    return table


def check_column(frame: pd.DataFrame, column: str, option: str) -> None:
    """Raise an InputError with the nearest names unless `frame` has `column`."""
    if column in frame.columns:
        return
    lowered = {str(name).lower(): str(name) for name in frame.columns}
    close = [lowered[name] for name in get_close_matches(column.lower(), lowered)]
    if close:
        hint = f"did you mean {' or '.join(map(repr, close))}?"
    else:
        shown = [repr(str(name)) for name in frame.columns[:8]]
        more = ", ..." if frame.shape[1] > len(shown) else ""
        hint = f"the columns are {', '.join(shown)}{more}."
    raise InputError(f"{option} {column!r} is not a column of the table; {hint}")


def _read_text(raw: bytes, name: str, kind: str) -> TextTable:
    encoding = "utf-8-sig" if raw.startswith(_BOM) else "utf-8"
    try:
        text = raw.decode(encoding)
        cells = pd.read_csv(
            io.StringIO(text, newline=""),
            sep=_SEPARATORS[kind],
            header=None,
            dtype=str,
            na_filter=False,
        )
    except UnicodeDecodeError:
        raise InputError(f"{name} is not UTF-8 text.") from None
    except pd.errors.EmptyDataError:
        raise InputError(f"{name} is empty.") from None
    except pd.errors.ParserError as error:
        why = " ".join(str(error).rpartition("C error:")[2].split())
        raise InputError(f"{name} is not a {kind.upper()} table: {why}.") from None
    header = cells.iloc[0].tolist()
    cells = cells.iloc[1:].reset_index(drop=True)
    cells.columns = pd.Index(header, dtype=object)
    frame = pd.DataFrame(
        {i: _parse_cells(cells.iloc[:, i]) for i in range(len(header))},
        index=cells.index,
    )
    frame.columns = cells.columns
    # A csv writer quotes a carriage return inside a cell only if its lines end in one.
    return TextTable(frame, cells, encoding, "\r\n" if "\r" in text else "\n")


def _parse_cells(cells: pd.Series) -> pd.Series:
    """Return a column of text as numbers if all its present cells are, else as text."""
    text = cells.str.strip()
    present = ~text.isin(MISSING_TEXT)
    text = text.where(present)
    numbers = pd.to_numeric(text, errors="coerce")
    return numbers if numbers.notna().equals(present) else text


def _read_arrow(raw: bytes, name: str, kind: str) -> ArrowTable:
    import pyarrow as pa
    import pyarrow.feather
    import pyarrow.parquet

    source = pa.BufferReader(raw)
    try:
        if kind == "parquet":
            arrow = pyarrow.parquet.ParquetFile(source).read()
        else:
            arrow = pyarrow.feather.read_table(source)
        frame = arrow.to_pandas(date_as_object=False)
    except (pa.ArrowException, OSError, ValueError):
        raise InputError(f"{name} is not a {kind.capitalize()} file.") from None
    frame.columns = frame.columns.map(str)
    return ArrowTable(frame, arrow)


def _check_shape(frame: pd.DataFrame, name: str) -> None:
    if not frame.shape[0]:
        raise InputError(f"{name} has no rows.")
    repeated = frame.columns[frame.columns.duplicated()]
    if len(repeated):
        raise InputError(f"{name} has two columns named {str(repeated[0])!r}.")
    if frame.shape[1] < 2:
        raise InputError(
            f"{name} has {frame.shape[1]} column; a target and at least one more are "
            "needed."
        )


def _write_text(
    frame: pd.DataFrame, handle: BinaryIO, kind: str, encoding: str, newline: str
) -> None:
    text = frame.to_csv(index=False, sep=_SEPARATORS[kind], lineterminator=newline)
    handle.write(text.encode(encoding))


def _write_arrow(table: pa.Table, handle: BinaryIO, kind: str) -> None:
    import pyarrow as pa
    import pyarrow.feather
    import pyarrow.parquet

    try:
        if kind == "parquet":
            pyarrow.parquet.write_table(table, handle)
        else:
            pyarrow.feather.write_feather(table, handle)
    except pa.ArrowException as error:
        why = " ".join(str(error).split())
        raise InputError(
            f"The columns cannot be written as {kind.capitalize()}: {why}."
        ) from None
