"""Tidy CSV files, one for each part and method, to which finished fits are added."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks.quality.problem import Row, Unit

KEY = ("task", "p", "draw", "method")
ORIGIN = ("fit_seconds", "seed", "versions")


class Results:
    """The folder of all results."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def done(self, part: str, method: str) -> set[Unit]:
        """Tell which fits need not be run again."""
        path = self._path(part, method)
        if not path.exists():
            return set()
        keys = pd.read_csv(path, usecols=["task", "p", "draw"]).drop_duplicates()
        return {Unit(*key) for key in keys.itertuples(index=False)}

    def forget(self, part: str, method: str, units: Sequence[Unit]) -> None:
        """Drop the rows of some fits."""
        path = self._path(part, method)
        if not path.exists():
            return
        table = pd.read_csv(path, dtype=str)
        dropped = {(unit.task, str(unit.p), str(unit.draw)) for unit in units}
        keys = zip(table["task"], table["p"], table["draw"], strict=True)
        table[[key not in dropped for key in keys]].to_csv(path, index=False)

    def add(
        self,
        part: str,
        method: str,
        unit: Unit,
        rows: Sequence[Row],
        metrics: Sequence[str],
        origin: Row,
    ) -> None:
        """Write the rows of one fit."""
        path = self._path(part, method)
        path.parent.mkdir(parents=True, exist_ok=True)
        new = not path.exists()
        key = {"task": unit.task, "p": unit.p, "draw": unit.draw, "method": method}
        with path.open("a", newline="") as file:
            writer = csv.DictWriter(
                file, [*KEY, *metrics, *ORIGIN], lineterminator="\n", restval=""
            )
            if new:
                writer.writeheader()
            for row in rows:
                rounded = {
                    name: round(value, 4) if isinstance(value, float) else value
                    for name, value in row.items()
                }
                writer.writerow(key | rounded | origin)

    def read(self, part: str, methods: Sequence[str]) -> pd.DataFrame:
        """Read what there is on one part, in the order of the methods."""
        paths = [self._path(part, method) for method in methods]
        tables = [pd.read_csv(path) for path in paths if path.exists()]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    def _path(self, part: str, method: str) -> Path:
        return self.folder / f"{part}-{method}.csv"
