"""From a validated table to what the engine trains on: rows, columns, target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select import encoding
from stg_select.encoding import Polynomials
from stg_select.engine import InputTable
from stg_select.objectives import EncodedTarget, Objective
from stg_select.selectors._rows import (
    CanonicalRows,
    canonical_rows,
    has_few_kinds,
)
from stg_select.weighted import count_rows, standardized

FloatArray = NDArray[np.floating]


BLOCK_CELLS = 2**21
# of the straight and the square term, as networks see them: with squares as large they
# are slow to learn products of several columns
EMBEDDED_SCALES = np.array([[1.0], [0.25]], dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Table:
    """What the engine trains on: n distinct rows, m varying columns, p gates.

    Parameters
    ----------
    columns : ndarray of float32 of shape (n, m)
        The columns as networks see them, before they are embedded; those of one gate
        next to each other.
    ranks : ndarray of float32 of shape (n, m)
        The columns mapped to (-1, 1) by their ranks, as the screen sees them.
    column_gate : ndarray of int of shape (m,)
        Gate of each column, 0..p-1 ascending.
    gates : ndarray of int of shape (p,)
        The caller's number of each gate.
    embedded : bool
        Whether networks see Legendre polynomials of the ranks.
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

    columns: NDArray[np.float32]
    ranks: NDArray[np.float32]
    column_gate: NDArray[np.integer]
    gates: NDArray[np.integer]
    embedded: bool
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

    def inputs(self, gates: NDArray[np.integer]) -> InputTable:
        """Give networks the columns of some gates.

        Parameters
        ----------
        gates : ndarray of int of shape (q,)
            Ascending.

        Returns
        -------
        inputs : InputTable
            Gates are numbered by their position in `gates`.
        """
        chosen = np.flatnonzero(np.isin(self.column_gate, gates))
        gate = np.searchsorted(gates, self.column_gate[chosen])
        polynomials = None
        if self.embedded:
            polynomials = Polynomials(
                *map(np.hstack, zip(*self._polynomials(chosen), strict=True))
            )
        return InputTable(self.columns, gate, chosen, polynomials)

    def _polynomials(self, columns: NDArray[np.integer]) -> Iterator[Polynomials]:
        """Find the polynomials of some columns, block by block."""
        for block in _blocks(len(self.ranks), len(columns)):
            ranks = self.ranks[:, columns[block]]
            roots, scales = encoding.legendre_polynomials(ranks, self.weight)
            yield Polynomials(roots, scales * EMBEDDED_SCALES)


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
    order = np.argsort(gate, kind="stable")
    varying = order[_varies(x, weight > 0)[order]]
    if not len(varying):
        msg = "X must have a column that varies, got constant columns only."
        raise ValueError(msg)
    few_kinds = n_folds is not None and has_few_kinds(
        x, rows.index, rows.weight, n_folds
    )
    if n_folds is not None and len(rows.index) < n_folds and not few_kinds:
        msg = (
            f"cross_fit={n_folds} expects at least that many distinct rows, "
            f"got n_samples = {len(rows.index)}; lower cross_fit, or set it to None."
        )
        raise ValueError(msg)
    gates, column_gate = np.unique(gate[varying], return_inverse=True)
    columns, ranks = encode_columns(x, rows, varying, embedding, standardize)
    return Table(
        columns=columns,
        ranks=ranks,
        column_gate=column_gate,
        gates=gates,
        embedded=embedding is not None,
        target=encoded.take(rows.index, rows.weight, robust=n_folds is not None),
        strata=None if encoded.strata is None else encoded.strata[rows.index],
        weight=rows.weight,
        objective=encoded.objective,
        n_effective=count_rows(weight),
        few_kinds=few_kinds,
    )


def encode_columns(
    x: FloatArray,
    rows: CanonicalRows,
    columns: NDArray[np.integer],
    embedding: str | None,
    standardize: bool,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Take some rows and columns of a table as networks and as the screen see them.

    In blocks of columns: of a large table there is no second copy in double
    precision.

    Parameters
    ----------
    x : ndarray of shape (n_samples, n_features)
    rows : CanonicalRows
        n of them.
    columns : ndarray of int of shape (m,)
    embedding : {"legendre"} or None
    standardize : bool
        Whether to standardise the columns where there is no embedding.

    Returns
    -------
    encoded, ranks : ndarray of float32 of shape (n, m)
        One and the same array where there is an embedding.

    Raises
    ------
    ValueError
        If a column that is taken as it is does not fit into float32.
    """
    shape = (len(rows.index), len(columns))
    ranks = np.empty(shape, dtype=np.float32)
    encoded = ranks if embedding is not None else np.empty_like(ranks)
    for block in _blocks(*shape):
        chosen = x[rows.index[:, None], columns[block]]
        ranks[:, block] = encoding.rank_uniform(chosen, rows.weight)
        if embedding is None:
            encoded[:, block] = (
                # small differences of large single numbers count as well
                standardized(chosen.astype(np.float64), rows.weight)
                if standardize
                else _single_precision(chosen)
            )
    return encoded, ranks


def _varies(x: FloatArray, used: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which columns take more than one value in the rows that are used."""
    low, high = np.full(x.shape[1], np.inf), np.full(x.shape[1], -np.inf)
    for block in _blocks(x.shape[1], len(x)):
        rows = x[block][used[block]]
        low = np.minimum(low, rows.min(axis=0, initial=np.inf))
        high = np.maximum(high, rows.max(axis=0, initial=-np.inf))
    return low < high


def _blocks(length: int, count: int) -> Iterator[slice]:
    """Cut `count` lines of some length into blocks of at most `BLOCK_CELLS` cells."""
    size = max(1, BLOCK_CELLS // length)
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def _single_precision(x: FloatArray) -> NDArray[np.float32]:
    """Take columns as they are."""
    largest = float(np.abs(x).max())
    if largest > float(np.finfo(np.float32).max):
        msg = (
            "X must fit into float32 where embedding=None and standardize=False, got "
            f"a value of magnitude {largest!r}."
        )
        raise ValueError(msg)
    return x.astype(np.float32)
