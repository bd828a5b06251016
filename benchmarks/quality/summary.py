"""What the tables share: means over draws, numbers of draws, Markdown."""

from __future__ import annotations

import pandas as pd


def markdown(table: pd.DataFrame, digits: int = 2) -> str:
    """Format a table with its index as first column; missing cells stay blank."""

    def text(value: object) -> str:
        if isinstance(value, float):
            return "" if pd.isna(value) else f"{value:.{digits}f}"
        return str(value)

    rows = [
        [table.index.name or "", *map(str, table.columns)],
        ["---"] + ["---:"] * table.shape[1],
        *(
            [str(label), *map(text, row)]
            for label, row in zip(
                table.index, table.astype(object).to_numpy().tolist(), strict=True
            )
        ),
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def mean_by(table: pd.DataFrame, rows: str | list[str], value: str) -> pd.DataFrame:
    """Average over draws: rows by methods."""
    return table.pivot_table(value, rows, "method", "mean", observed=True, sort=False)


def draw_counts(table: pd.DataFrame) -> pd.Series:
    """Tell on how many draws each method ran, fewest to most over the tasks."""
    counts = table.groupby(["method", "task", "p"], observed=True)["draw"].nunique()
    span = counts.groupby("method", observed=True).agg(["min", "max"])
    return span.apply(
        lambda row: (
            f"{row['min']}"
            if row["min"] == row["max"]
            else f"{row['min']}-{row['max']}"
        ),
        axis=1,
    )
