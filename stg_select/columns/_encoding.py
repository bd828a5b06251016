"""Components as networks and as the screen see them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from stg_select.columns._components import Components
from stg_select.columns._ranks import rank_uniform
from stg_select.columns._sparse_ranks import SparseRanks
from stg_select.weighted import standardized

FloatArray = NDArray[np.floating]
Ranks = NDArray[np.float32] | SparseRanks

# up to so many cells the ranks of a sparse table are a dense array, which is faster
DENSE_CELLS = 2**26


def encode(
    components: Components,
    rows: NDArray[np.integer],
    weight: FloatArray,
    chosen: NDArray[np.integer],
    *,
    embedded: bool,
    standardize: bool,
) -> tuple[Ranks, Ranks]:
    """Encode some rows of some components, block by block.

    Of a large table there is then no second copy in double precision.

    Parameters
    ----------
    components : Components
    rows : ndarray of int of shape (n,)
    weight : ndarray of shape (n,)
        Weights of the rows, which ranks and spreads follow.
    chosen : ndarray of int of shape (m,)
        The components to encode.
    embedded : bool
        Whether networks see polynomials of the ranks.
    standardize : bool
        Whether to standardise what networks see, where that is not embedded.

    Returns
    -------
    inputs : ndarray of float32 or SparseRanks of shape (n, m)
        What networks see, before polynomials are taken of it.
    ranks : ndarray of float32 or SparseRanks of shape (n, m)
        The components mapped to (-1, 1); the same object as `inputs` if embedded.
        Those of a sparse table of more than `DENSE_CELLS` cells stay sparse.

    Raises
    ------
    ValueError
        If a component that is taken as it is does not fit into float32.
    """
    is_large = len(rows) * len(chosen) > DENSE_CELLS
    if embedded and is_large and sparse.issparse(components.numbers):
        thin = SparseRanks.of_table(components.sparse_table(rows, chosen), weight)
        return thin, thin
    ranks = np.empty((len(rows), len(chosen)), dtype=np.float32)
    inputs = ranks if embedded else np.empty_like(ranks)
    for places, values in components.by_components(rows, chosen):
        ranks[:, places] = rank_uniform(values, weight)
        if embedded:
            continue
        if standardize:
            # in double precision small differences of large numbers stay
            inputs[:, places] = standardized(values.astype(np.float64), weight)
        else:
            inputs[:, places] = _single_precision(values)
    return inputs, ranks


def _single_precision(x: FloatArray) -> NDArray[np.float32]:
    """Take values as they are."""
    largest = float(np.abs(x).max())
    if largest > float(np.finfo(np.float32).max):
        msg = (
            "X must fit into float32 where embedding=None and standardize=False, got "
            f"a value of magnitude {largest!r}."
        )
        raise ValueError(msg)
    return x.astype(np.float32)
