"""A warning where rows look as if they belonged together in the order they come in."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from stg_select.columns import Components

FloatArray = NDArray[np.floating]

FEWEST_ROWS = 100
N_RUNS = 10
# of neighbours within a tenth of the rows, of the target and of enough columns
LIKENESS = 0.5
LEAST_SHARE = 0.3
LOOKED_AT = 256
ROWS_LOOKED_AT = 20_000


def warn_of_dependence(
    components: Components, target: NDArray, weight: FloatArray
) -> None:
    """Warn where neighbours are alike, in the target and in many columns.

    Within each tenth of the rows: a table that is sorted, by its target or by a column,
    is not alike there.

    Parameters
    ----------
    components : Components
        Of n rows, in the caller's order.
    target : ndarray of shape (n,) or (n, O)
    weight : ndarray of shape (n,)
        Rows of weight 0 are not looked at.
    """
    rows = np.flatnonzero(weight > 0)[:ROWS_LOOKED_AT]
    if len(rows) < FEWEST_ROWS:
        return
    chosen = np.linspace(0, components.n_components - 1, LOOKED_AT).astype(np.int64)
    alike = _likeness(target[rows].reshape(len(rows), -1))
    if not (alike > LIKENESS).any():
        return
    blocks = components.by_components(rows, np.unique(chosen))
    columns = np.concatenate([_likeness(values) for _, values in blocks])
    share = float((columns > LIKENESS).mean())
    if share >= LEAST_SHARE:
        warnings.warn(
            f"Neighbouring rows are alike, in y and in {share:.0%} of the columns: say "
            "which rows belong together by groups in fit, or that they follow each "
            "other in time by cross_fit=TimeSeriesSplit().",
            UserWarning,
            stacklevel=7,
        )


def _likeness(values: FloatArray) -> FloatArray:
    """Correlation of neighbours within tenths of the rows; 0 of constants."""
    ranks = rankdata(values, axis=0)
    above = below = np.zeros(values.shape[1])
    for run in np.array_split(ranks, N_RUNS):
        centred = run - run.mean(axis=0)
        above = above + (centred[1:] * centred[:-1]).sum(axis=0)
        below = below + np.square(centred).sum(axis=0)
    return above / np.where(below > 0.0, below, np.inf)
