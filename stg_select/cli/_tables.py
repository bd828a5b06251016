"""Read a table of any format, and look at its columns."""

from __future__ import annotations

import gzip
import sys
import zlib
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from stg_select.cli._arrow_tables import ArrowTable, read_arrow
from stg_select.cli._dialect import SEPARATORS, Dialect
from stg_select.cli._errors import InputError
from stg_select.cli._formats import PIPE, table_format
from stg_select.cli._messages import counted
from stg_select.cli._text_tables import TextTable, read_text

USUAL = Dialect()


def read_table(path: str, dialect: Dialect = USUAL) -> TextTable | ArrowTable:
    """Read a CSV, TSV, Parquet or Feather file, or CSV from standard input.

    Parameters
    ----------
    path : str
        The file, or ``-``.
    dialect : Dialect, default=Dialect()
        What the user says about a text table; the rest is found out.

    Raises
    ------
    InputError
        If the file cannot be read or is no table with distinct columns.
    """
    kind = table_format(path)
    plain = kind.removesuffix(".gz")
    if plain not in SEPARATORS and dialect.given:
        raise InputError(f"{dialect.given[0]} is for CSV and TSV, got {path!r}.")
    name = name_of(path)
    raw = _read_bytes(path, name, zipped=kind != plain)
    table: TextTable | ArrowTable
    if plain in SEPARATORS:
        table = read_text(raw, name, plain, dialect)
        how = f" with the separator {table.dialect.sep!r}"
    else:
        table, how = read_arrow(raw, name, kind), ""
    _check_columns(table.frame.columns, name, how)
    return table


def name_of(path: str) -> str:
    """Say what a table is called in errors."""
    return "standard input" if path == PIPE else repr(path)


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


def _read_bytes(path: str, name: str, *, zipped: bool) -> bytes:
    try:
        raw = sys.stdin.buffer.read() if path == PIPE else Path(path).read_bytes()
        return gzip.decompress(raw) if zipped else raw
    except FileNotFoundError:
        raise InputError(f"{name} does not exist.") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InputError(f"{name} is not a whole gzip file.") from None
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}.") from None


def _check_columns(columns: pd.Index, name: str, how: str) -> None:
    repeated = columns[columns.duplicated()]
    if len(repeated):
        raise InputError(f"{name} has two columns named {str(repeated[0])!r}.")
    if len(columns) < 2:
        raise InputError(
            f"{name} has {counted(len(columns), 'column')}{how}; a target and at least "
            "one more are needed."
        )
