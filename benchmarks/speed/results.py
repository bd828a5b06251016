"""Tidy CSV files, one a part, to which finished cases are added."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

KEY = ("case", "method", "repeat", "metric")
ORIGIN = ("threads", "cores", "processor", "versions")
COLUMNS = (*KEY, "value", *ORIGIN)
MACHINE = "machine"

Row = dict[str, str | int | float]


class Results:
    """The folder of all results; a row is one value of one turn of one contestant."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def done(self, part: str) -> set[str]:
        """Tell which cases need not be run again."""
        table = self.read(part)
        return set() if table.empty else set(table["case"])

    def replace(self, part: str, case: str, rows: Iterable[Row]) -> None:
        """Write the rows of one case in place of those that there may be."""
        path = self._path(part)
        path.parent.mkdir(parents=True, exist_ok=True)
        kept: list[dict[str, str]] = []
        if path.exists():
            with path.open(newline="") as file:
                kept = [row for row in csv.DictReader(file) if row["case"] != case]
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows([*kept, *rows])

    def read(self, part: str) -> pd.DataFrame:
        """Read what there is on one part."""
        path = self._path(part)
        return pd.read_csv(path) if path.exists() else pd.DataFrame()

    def _path(self, part: str) -> Path:
        return self.folder / f"{part}.csv"
