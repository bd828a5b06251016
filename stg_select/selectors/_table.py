"""From a validated table to what the engine trains on: rows, columns, target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select import encoding
from stg_select.objectives import Objective
from stg_select.selectors._rows import canonical_rows, count_rows, has_few_kinds
from stg_select.selectors._targets import EncodedTarget

FloatArray = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Table:
    """What the engine trains on: n distinct rows, D components, p varying gates.

    Parameters
    ----------
    x : ndarray of float32 of shape (n, D)
        Components, those of one gate next to each other.
    component_gate : ndarray of int of shape (D,)
        Gate of each component, 0..p-1 ascending.
    leading : ndarray of int of shape (m,)
        The first component of each column, which enters products when screening.
    gates : ndarray of int of shape (p,)
        The caller's number of each gate.
    target : ndarray of shape (n,) or (n, O)
    strata : ndarray of shape (n,) or None
        Classes to deal evenly to folds.
    weight : ndarray of shape (n,)
    objective : Objective
    n_effective : float
        Number of rows that the weights stand for.
    few_kinds : bool
        Whether the distinct rows are few kinds that come again and again.
    """

    x: NDArray[np.float32]
    component_gate: NDArray[np.integer]
    leading: NDArray[np.integer]
    gates: NDArray[np.integer]
    target: NDArray
    strata: NDArray | None
    weight: FloatArray
    objective: Objective
    n_effective: float
    few_kinds: bool

    @property
    def null_deviance(self) -> float:
        """Mean loss of the null model on all rows."""
        return self.objective.null_deviance(self.target, self.weight)


def build_table(
    x: FloatArray,
    encoded: EncodedTarget,
    weight: FloatArray,
    gate: NDArray[np.integer],
    *,
    n_folds: int | None,
    embedding: str | None,
    standardize: bool,
    seed: int,
) -> Table:
    """Merge equal rows and encode the columns.

    Parameters
    ----------
    x : ndarray of shape (n_samples, n_features)
    encoded : EncodedTarget
    weight : ndarray of shape (n_samples,)
    gate : ndarray of int of shape (n_features,)
        Gate of each column.
    n_folds : int or None
        Folds that the rows have to fill.
    embedding : {"legendre"} or None
    standardize : bool
        Whether to standardise the columns where there is no embedding.
    seed : int
        Seed of the order of the rows.

    Returns
    -------
    table : Table

    Raises
    ------
    ValueError
        If no column varies, or there are fewer distinct rows than folds.
    """
    rows = canonical_rows(x, encoded.values, weight, seed)
    x = x[rows.index]
    if not (x.min(axis=0) < x.max(axis=0)).any():
        msg = "X must have a column that varies, got constant columns only."
        raise ValueError(msg)
    few_kinds = n_folds is not None and has_few_kinds(x, rows.weight, n_folds)
    if n_folds is not None and len(x) < n_folds and not few_kinds:
        msg = (
            f"cross_fit={n_folds} expects at least that many distinct rows, "
            f"got n_samples = {len(x)}; lower cross_fit, or set it to None."
        )
        raise ValueError(msg)
    components, component_gate, leading, gates = encode_columns(
        x, rows.weight, gate, embedding, standardize
    )
    return Table(
        x=components,
        component_gate=component_gate,
        leading=leading,
        gates=gates,
        target=encoded.take(rows.index, rows.weight),
        strata=None if encoded.strata is None else encoded.strata[rows.index],
        weight=rows.weight,
        objective=encoded.objective,
        n_effective=count_rows(weight),
        few_kinds=few_kinds,
    )


def encode_columns(
    x: FloatArray,
    weight: FloatArray,
    gate: NDArray[np.integer],
    embedding: str | None,
    standardize: bool,
) -> tuple[
    NDArray[np.float32], NDArray[np.integer], NDArray[np.integer], NDArray[np.integer]
]:
    """Turn the columns that vary into components sorted by gate.

    Parameters
    ----------
    x : ndarray of shape (n, n_features)
    weight : ndarray of shape (n,)
    gate : ndarray of int of shape (n_features,)
        Gate of each column.
    embedding : {"legendre"} or None
    standardize : bool
        Whether to standardise the columns where there is no embedding.

    Returns
    -------
    components : ndarray of float32 of shape (n, D)
    component_gate : ndarray of int of shape (D,)
        0..p-1 ascending.
    leading : ndarray of int of shape (m,)
        First component of each column.
    gates : ndarray of int of shape (p,)
        Original numbers of the gates that have a column that varies.

    Raises
    ------
    ValueError
        If a column that is taken as it is does not fit into float32.
    """
    varying = np.flatnonzero(x.min(axis=0) < x.max(axis=0))
    columns = varying[np.argsort(gate[varying], kind="stable")]
    gates, component_gate = np.unique(gate[columns], return_inverse=True)
    chosen, step = x[:, columns], 1
    if embedding == "legendre":
        components = encoding.legendre(chosen, weight)
        step = encoding.N_LEGENDRE
        component_gate = np.repeat(component_gate, step)
    elif standardize:
        components = encoding.standardize(chosen, weight)
    else:
        components = _single_precision(chosen)
    leading = np.arange(0, components.shape[1], step)
    return components, component_gate, leading, gates


def _single_precision(x: FloatArray) -> NDArray[np.float32]:
    largest = float(np.abs(x).max())
    if largest > float(np.finfo(np.float32).max):
        msg = (
            "X must fit into float32 where embedding=None and standardize=False, got "
            f"a value of magnitude {largest!r}."
        )
        raise ValueError(msg)
    return x.astype(np.float32)
