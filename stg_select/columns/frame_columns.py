"""Columns of data frames, taken and put back as they are."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v1 as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray


def take_columns(frame: Any, positions: NDArray[np.integer]) -> Any:
    """Keep some columns of a data frame, with their types and the index of the rows.

    Parameters
    ----------
    frame : DataFrame of pandas or polars
    positions : ndarray of int

    Returns
    -------
    kept : DataFrame of the same library
    """
    if isinstance(frame, pd.DataFrame):  # whose columns may share names
        return frame.iloc[:, positions]
    wrapped = nw.from_native(frame, eager_only=True)
    names = [wrapped.columns[position] for position in positions]
    return wrapped.select(names).to_native()


def spread_columns(
    frame: Any, names: NDArray, kept: NDArray[np.bool_], numeric: NDArray[np.bool_]
) -> Any:
    """Put the kept columns of a data frame among those that were left out.

    Parameters
    ----------
    frame : DataFrame of pandas or polars, of as many columns as were kept
    names : ndarray of str of shape (n_features,)
        Of all columns.
    kept : ndarray of bool of shape (n_features,)
    numeric : ndarray of bool of shape (n_features,)
        Which columns held numbers: they come back as zeros, others as missing.

    Returns
    -------
    spread : DataFrame of the same library
    """
    columns = iter(range(frame.shape[1]))
    n = len(frame)
    if isinstance(frame, pd.DataFrame):
        parts = {
            place: (
                frame.iloc[:, next(columns)]
                if kept[place]
                else pd.Series(0.0 if numeric[place] else None, index=frame.index)
            )
            for place in range(len(names))
        }
        return pd.DataFrame(parts, index=frame.index).set_axis(names, axis=1)
    wrapped = nw.from_native(frame, eager_only=True)
    space = nw.get_native_namespace(wrapped)
    series = []
    for place, name in enumerate(names):
        if kept[place]:
            series.append(wrapped[wrapped.columns[next(columns)]].alias(name))
        else:
            cells = [0.0 if numeric[place] else None] * n
            series.append(nw.new_series(name, cells, native_namespace=space))
    return nw.from_dict({s.name: s for s in series}).to_native()


def converted(frame: Any, library: str) -> Any:
    """Turn a data frame into one of another library.

    Parameters
    ----------
    frame : DataFrame
    library : {"pandas", "polars"}

    Returns
    -------
    converted : DataFrame
        The same object if it is one of that library.
    """
    wrapped = nw.from_native(frame, eager_only=True)
    if wrapped.implementation.name.lower() == library:
        return frame
    return wrapped.to_pandas() if library == "pandas" else wrapped.to_polars()
