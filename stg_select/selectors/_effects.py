"""How the predictions of members move with one column, or with two.

Letters: K members, C components that some of them see, n rows, G values of a grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted, validate_data

from stg_select.columns import Column, columns_of_array
from stg_select.columns.frame_columns import take_columns
from stg_select.columns.frames import check_is_table, is_frame, read_columns
from stg_select.selectors._columns import categories_of, checked_table
from stg_select.selectors._names import names_of
from stg_select.selectors._networks import MemberNetworks
from stg_select.selectors._positions import position_of

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# rows over which predictions are averaged, and the seed by which they are drawn
MOST_ROWS, ROW_SEED = 200, 0
# values of one column, of each of two, and so many that all of them are taken
GRID, GRID_OF_PAIR, FEW_VALUES = 50, 20, 12
# the quantiles between which they lie
TAIL = 0.01


@dataclass(frozen=True, eq=False)
class Effect:
    """How predictions move with one column, or with two.

    Parameters
    ----------
    features : tuple of str
        Names of the columns.
    grid : tuple of ndarray of shape (G,)
        Values of each column: numbers, dates, or texts that name levels.
    values : ndarray of shape (K, G) or (K, G, G')
        Mean prediction of every member where the columns have these values.
    data : tuple of ndarray of shape (n,)
        Values of the columns in the rows; NaN, NaT or "missing" where they are.
    prediction : str
        What is predicted.
    is_open : tuple of bool
        Whether some member holds the gate of each column open.
    """

    features: tuple[str, ...]
    grid: tuple[NDArray, ...]
    values: FloatArray
    data: tuple[NDArray, ...]
    prediction: str
    is_open: tuple[bool, ...]


def effect_of(
    selector: Any,
    X: Any,
    features: Any,
    *,
    target: Any = None,
    feature_names: ArrayLike | None = None,
) -> Effect:
    """Average the predictions of every member where columns have given values.

    Parameters
    ----------
    selector : GateSelection
        Fitted.
    X : array-like, sparse matrix or DataFrame of shape (n_samples, n_features)
        The table of the fit, or one of the same columns.
    features : str, int or pair of these
        A column by name or position, or two.
    target : object, default=None
        Class, or position of an output.
    feature_names : array-like of str of shape (n_features,) or None, default=None
        Names of the columns, where `X` has none.

    Returns
    -------
    effect : Effect

    Raises
    ------
    NotFittedError
        If the selector is not fitted.
    ValueError
        If an argument cannot be used.
    """
    check_is_fitted(selector, "ranking_")
    networks = _networks_of(selector)
    names = names_of(selector, feature_names)
    chosen = _positions(features, names)
    output, sign, prediction = _output(selector, networks, target)
    check_is_table(X)
    validate_data(selector, X, reset=False, skip_check_array=True)
    columns, labels = _read(selector, networks, X, chosen, names)
    n = len(labels[0].cells)
    rows = np.arange(n)
    if n > MOST_ROWS:
        rng = np.random.default_rng(ROW_SEED)
        rows = np.sort(rng.choice(n, MOST_ROWS, replace=False))
    values = networks.reader.read(columns)
    most = GRID if len(chosen) == 1 else GRID_OF_PAIR
    grid_rows = [of_column.grid(most) for of_column in labels]
    for feature, of_grid in zip(chosen, grid_rows, strict=True):
        if not len(of_grid):
            msg = (
                f"X must hold values of column {names[feature]!r}, got missing ones "
                "only."
            )
            raise ValueError(msg)
    own = [np.flatnonzero(networks.reader.feature == f) for f in chosen]
    means = _means(networks, output, values, rows, own, grid_rows)
    return Effect(
        features=tuple(names[f] for f in chosen),
        grid=tuple(of.cells[at] for of, at in zip(labels, grid_rows, strict=True)),
        values=1.0 - means if sign < 0 else means,
        data=tuple(of.cells[rows] for of in labels),
        prediction=prediction,
        is_open=tuple(bool(len(places)) for places in own),
    )


def _means(
    networks: MemberNetworks,
    output: int,
    values: FloatArray,
    rows: IntArray,
    own: Sequence[IntArray],
    grid_rows: Sequence[IntArray],
) -> FloatArray:
    """Average an output over some rows at every point of a grid.

    Parameters
    ----------
    networks : MemberNetworks
    output : int
    values : ndarray of shape (n, C)
        Of all rows.
    rows : ndarray of int
        Over which outputs are averaged.
    own : sequence of ndarray of int
        The components of each column that moves.
    grid_rows : sequence of ndarray of int of shape (G,)
        Rows from which each of these columns takes its values.

    Returns
    -------
    means : ndarray of shape (K, G) or (K, G, G')
    """
    base = networks.encode(values[rows], np.arange(values.shape[1]))
    parts = [
        networks.encode(values[of_grid][:, places], places)
        for of_grid, places in zip(grid_rows, own, strict=True)
    ]
    shape = tuple(map(len, grid_rows))
    means = np.empty((networks.n_members, *shape))
    for member in range(networks.n_members):
        if not networks.sees(member, np.concatenate(own)):
            means[member] = networks.predict(member, base)[:, output].mean()
            continue
        for point in np.ndindex(shape[:-1]):
            moved = np.repeat(base[None], shape[-1], axis=0)
            for at, part, places in zip(point, parts, own, strict=False):
                moved[:, :, places] = part[at]
            moved[:, :, own[-1]] = parts[-1][:, None]
            flat = moved.reshape(-1, base.shape[1])
            predicted = networks.predict(member, flat)[:, output]
            means[(member, *point)] = predicted.reshape(shape[-1], -1).mean(axis=1)
    return means


@dataclass(frozen=True, eq=False)
class _Cells:
    """The cells of a column as a picture shows them, and by what they are ordered.

    Parameters
    ----------
    cells : ndarray of shape (n,)
        Numbers, dates, or texts.
    order : ndarray of shape (n,)
        NaN where a cell is no value of the grid.
    """

    cells: NDArray
    order: FloatArray

    def grid(self, most: int) -> IntArray:
        """Find rows that have the values of the grid, ascending.

        Parameters
        ----------
        most : int
            Number of values, if there are more.

        Returns
        -------
        rows : ndarray of int of shape (G,)
        """
        known = np.flatnonzero(~np.isnan(self.order))
        _, first = np.unique(self.order[known], return_index=True)
        if len(first) <= FEW_VALUES or self.cells.dtype.kind == "U":
            return known[first]
        ordered = known[np.argsort(self.order[known], kind="stable")]
        at = np.linspace(TAIL, 1.0 - TAIL, most) * (len(ordered) - 1)
        ordered = ordered[at.round().astype(int)]
        _, first = np.unique(self.order[ordered], return_index=True)
        return ordered[first]


def _networks_of(selector: Any) -> MemberNetworks:
    state = getattr(selector, "_networks", None)
    if state is None:
        msg = (
            "estimator must be fitted anew to show effects: it was saved by a release "
            "that did not keep its networks."
        )
        raise ValueError(msg)
    networks = MemberNetworks(state)
    if not networks.n_members:
        msg = (
            "estimator must have networks that predict better than a constant, got "
            "none: there are no effects to show."
        )
        raise ValueError(msg)
    return networks


def _positions(features: Any, names: NDArray) -> list[int]:
    """Find a column, or two."""
    pair = isinstance(features, tuple | list | np.ndarray)
    wanted = list(features) if pair else [features]
    found = [position_of(column, names, len(names)) for column in wanted]
    known = [position for position in found if position is not None]
    if len(known) != len(found) or len(set(known)) != len(found) or len(found) > 2:
        msg = (
            "features must be a column of X by name or by position 0 to "
            f"{len(names) - 1}, or a pair of different ones, got {features!r}."
        )
        raise ValueError(msg)
    if not known:
        msg = "features must be a column of X or a pair of them, got none."
        raise ValueError(msg)
    return known


def _output(
    selector: Any, networks: MemberNetworks, target: Any
) -> tuple[int, int, str]:
    """Find the output to show; of two classes the first has the other's sign."""
    if networks.places is not None:
        classes = selector.classes_
        if target is None and len(classes) == 2:
            target = classes[1]
        at = np.flatnonzero(classes == target)
        if len(at) != 1:
            shown = ", ".join(repr(c) for c in classes.tolist())
            msg = f"target must be one of the classes {shown}, got {target!r}."
            raise ValueError(msg)
        place, name = int(networks.places[at[0]]), classes[at].tolist()[0]
        prediction = f"{networks.prediction} of {name!r}"
        if networks.n_outputs > 1:
            return place, 1, prediction
        return 0, 1 if place == 1 else -1, prediction
    n_outputs = networks.n_outputs
    if n_outputs == 1 and target is None:
        return 0, 1, networks.prediction
    output = position_of(target, None, n_outputs)
    if output is None or n_outputs == 1:
        expected = f"a position 0 to {n_outputs - 1}" if n_outputs > 1 else "None"
        msg = f"target must be {expected} for y of {n_outputs} columns, got {target!r}."
        raise ValueError(msg)
    return output, 1, f"{networks.prediction} {output}"


def _read(
    selector: Any, networks: MemberNetworks, X: Any, chosen: list[int], names: NDArray
) -> tuple[dict[int, Column], list[_Cells]]:
    """Read the columns that networks see, and those that are to be shown."""
    seen = set(networks.reader.feature.tolist())
    places = sorted(seen | set(chosen))
    table = X if is_frame(X) else checked_table(clone(selector), X)
    categories = categories_of(
        selector.categorical_features,
        getattr(selector, "feature_names_in_", None),
        len(names),
    )
    if is_frame(table):
        part = take_columns(table, np.array(places))
        named = [i for i, place in enumerate(places) if place in categories]
        known = networks.reader.forms
        forms = {i: known[place] for i, place in enumerate(places) if place in known}
        read = read_columns(part, np.ones(len(part)), named, forms)
        columns = dict(zip(places, read, strict=True))
    else:
        columns = columns_of_array(table, places, categories)
    for place in sorted(seen):
        if not networks.reader.knows(place, columns[place]):
            msg = (
                "X must be the table of the fit or one like it, got a column "
                f"{names[place]!r} that holds something else than in the fit "
                f"({selector.feature_kinds_[place]})."
            )
            raise ValueError(msg)
    shown = []
    for place in chosen:
        cells = None
        if columns[place].kind in ("boolean", "ordered category"):
            part = take_columns(table, np.array([place]))
            cells = np.asarray(part)[:, 0]
        shown.append(_cells(columns[place], networks.reader.levels.get(place), cells))
    return columns, shown


def _cells(column: Column, known: Any, cells: NDArray | None) -> _Cells:
    """Find out how to show the cells of a column."""
    if column.levels is not None:
        n = len(column.levels.codes)
        known = known or column.levels.merged(np.ones(n)).known
        codes = known.codes(column.levels)
        names = np.array([*known.names.tolist(), "other", "missing"], dtype=str)
        codes[codes < 0] = len(known.names)
        if not known.has_others:
            codes[column.levels.codes < 0] = len(known.names) + 1
        return _Cells(names[codes], codes.astype(float))
    numbers = column.numbers[0]
    if cells is not None:
        texts = np.where(np.isnan(numbers), "missing", cells.astype(str))
        return _Cells(texts, numbers)
    if column.start is not None:
        seconds = np.where(np.isnan(numbers), 0.0, numbers * 86400.0)
        dates = column.start + seconds.astype("timedelta64[s]")
        dates[np.isnan(numbers)] = np.datetime64("NaT")
        return _Cells(dates, numbers)
    return _Cells(numbers, numbers)
