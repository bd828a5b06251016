"""Dummies of one category, recognised by their names and their values."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import Components

# what stands between the name of a category and that of a level
_SEPARATOR = re.compile(r"[_=:]")
# dummies of a category of which one level has none, at least
FEWEST_INCOMPLETE = 3


def groups_of_dummies(
    names: NDArray | None, components: Components
) -> NDArray[np.integer]:
    """Let the dummies of one category share an id.

    `pandas.get_dummies` and scikit-learn's `OneHotEncoder` call the dummy of the level
    "red" of "color" "color_red". Columns whose names begin alike are dummies of one
    category if they hold zeros and ones, and either exactly one 1 in every row or, of
    three columns and more, at most one: the first level can have been dropped, and
    cells can be missing.

    Parameters
    ----------
    names : ndarray of str of shape (n_features,) or None
    components : Components
        Of these features.

    Returns
    -------
    ids : ndarray of int of shape (n_features,)
        Other features have an id of their own.

    Raises
    ------
    ValueError
        If the columns have no names.
    """
    if names is None:
        msg = (
            "feature_groups='auto' goes by the names of the columns, and X has none; "
            "expected a DataFrame, or ids of the groups."
        )
        raise ValueError(msg)
    ids = np.arange(len(names))
    binary = _are_binary(components)
    free = binary.copy()
    begin_alike: dict[str, list[int]] = {}
    for place in np.flatnonzero(binary):
        for separator in _SEPARATOR.finditer(names[place]):
            prefix = names[place][: separator.end()]
            begin_alike.setdefault(prefix, []).append(int(place))
    for prefix in sorted(begin_alike, key=len):
        members = np.array([i for i in begin_alike[prefix] if free[i]], dtype=int)
        if len(members) > 1 and _are_dummies(components, members):
            ids[members] = members[0]
            free[members] = False
    return ids


def _are_binary(components: Components) -> NDArray[np.bool_]:
    """Tell which features are one component of zeros and ones."""
    feature, rows = components.feature, np.arange(components.n_rows)
    binary = np.bincount(feature) == 1
    for places, values in components.by_components(rows, np.arange(len(feature))):
        binary[feature[places]] &= np.isin(values, (0.0, 1.0)).all(axis=0)
    return binary


def _are_dummies(components: Components, members: NDArray[np.integer]) -> bool:
    """Tell whether features of zeros and ones are those of one category."""
    chosen = np.flatnonzero(np.isin(components.feature, members))
    total = np.zeros(components.n_rows)
    for _, values in components.by_components(np.arange(components.n_rows), chosen):
        total += values.sum(axis=1)
    complete = bool((total == 1.0).all())
    return complete or (
        len(members) >= FEWEST_INCOMPLETE and bool((total <= 1.0).all())
    )
