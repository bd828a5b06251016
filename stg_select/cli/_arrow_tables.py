"""Parquet and Feather: read for analysis and written with the types of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import pandas as pd

from stg_select.cli._dialect import SEPARATORS
from stg_select.cli._errors import InputError
from stg_select.cli._text_cells import write_text

if TYPE_CHECKING:
    import pyarrow as pa


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
    detected : tuple of str
        Nothing: the file says how it is written.
    """

    frame: pd.DataFrame
    arrow: pa.Table
    detected: tuple[str, ...] = ()

    def write(self, columns: Sequence[str], handle: BinaryIO, kind: str) -> None:
        """Write `columns`; to Parquet or Feather with their types and pandas index."""
        if kind.removesuffix(".gz") in SEPARATORS:
            arrow = self.arrow.select(list(columns))
            frame = arrow.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
            write_text(frame, handle, kind)
        else:
            present = set(self.frame.columns)
            index = [name for name in self.arrow.column_names if name not in present]
            write_arrow(self.arrow.select([*columns, *index]), handle, kind)


def read_arrow(raw: bytes, name: str, kind: str) -> ArrowTable:
    """Read a table; what to call it in errors is `name`."""
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


def write_arrow(table: pa.Table, handle: BinaryIO, kind: str) -> None:
    """Write a table as Parquet or Feather."""
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
