"""A frame of text and dates as users of boosted trees hand it over."""

from __future__ import annotations

import pandas as pd


def as_categories(frame: pd.DataFrame, max_values: int | None = None) -> pd.DataFrame:
    """Turn text into categories and dates into days since the first one.

    Text with more than `max_values` different values becomes the number of its value
    in alphabetical order. Amounts written as text are text.
    """
    columns = {}
    for name, column in frame.items():
        if pd.api.types.is_datetime64_any_dtype(column):
            columns[name] = (column - column.min()).dt.days
        elif pd.api.types.is_numeric_dtype(column):
            columns[name] = column
        elif max_values is not None and column.nunique() > max_values:
            columns[name] = column.astype("category").cat.codes
        else:
            columns[name] = column.astype("category")
    return pd.DataFrame(columns)
