"""A selection as JSON, for programs that have neither this package nor torch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

# of the JSON; is raised when a key changes its meaning
FORMAT = 1
PACKAGES = ("stg-select", "scikit-learn", "torch", "numpy")


def selection_as_json(selector: Any, names: Sequence[str]) -> str:
    """Write what a fitted selector says.

    Parameters
    ----------
    selector : GateSelection
        Fitted.
    names : sequence of str of shape (n_features,)
        Names of the features in the order of the table.

    Returns
    -------
    text : str
        JSON in ASCII, in which numbers that are not known are null.
    """
    ranking = selector.ranking_table()
    selected = set(ranking.loc[ranking["selected"], "feature"])
    content = {
        "format": FORMAT,
        "columns": list(names),
        "columns_sha256": hash_of(names),
        "selected": [name for name in names if name in selected],
        "ranking": _records(ranking),
        "interactions": _records(selector.interactions()),
        "n_features_to_select": selector.n_features_to_select_,
        "objective": selector.objective_,
        "stability": selector.stability_,
        "selector": type(selector).__name__,
        "parameters": selector.get_params(deep=False),
        "versions": {package: version(package) for package in PACKAGES},
    }
    return json.dumps(_plain(content), indent=2, allow_nan=False)


def hash_of(names: Sequence[str]) -> str:
    """Hash the names of columns, in their order.

    Parameters
    ----------
    names : sequence of str

    Returns
    -------
    digest : str
        SHA-256 of the names as a JSON list, as ``json.dumps`` writes it by default.
    """
    return sha256(json.dumps(list(names)).encode()).hexdigest()


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    columns = [str(name) for name in table.columns]
    lines = table.astype(object).to_numpy()
    return [dict(zip(columns, line, strict=True)) for line in lines]


def _plain(value: Any) -> Any:
    """Say with the types of JSON what they can say, and write the rest as Python."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        number = float(value)
        return number if np.isfinite(number) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return repr(value)
