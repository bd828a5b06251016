"""What terms that a search has found say about rows that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import Ranks
from stg_select.screening._basis import DEGREE, orthonormalize
from stg_select.screening._terms import Found, fitted_values
from stg_select.weighted import weighted_mean

FloatArray = NDArray[np.floating]


def judged_on(
    found: Sequence[Found],
    u: Ranks,
    residual: Sequence[FloatArray],
    weight: Sequence[FloatArray],
) -> tuple[Found, ...]:
    r"""Tell what share of a residual terms explain on rows that were held out.

    .. math:: \frac{\min(S(f_0), S(\bar r)) - S(f_1)}{S(\bar r)}, \quad
        S(f) = \sum_i w_i (r_i - f(x_i))^2

    over the held-out rows, of ridge regressions on the rows that were searched: the
    constant :math:`\bar r`, the lower terms :math:`f_0` and these with the functions
    of the term :math:`f_1`. Chance makes it about 0, or less.

    Parameters
    ----------
    found : sequence of Found
    u : ndarray or SparseRanks of shape (n, m)
        Columns mapped to (-1, 1) by their ranks.
    residual : sequence of two ndarray of shape (n, O)
        As the rows that were searched have it, and those that were held out.
    weight : sequence of two ndarray of shape (n,)
        Weights of the rows that were searched, and of those that were held out.

    Returns
    -------
    judged : tuple of Found
        The same terms, each with its share.
    """
    searched, held_out = (np.flatnonzero(w) for w in weight)
    if not (len(searched) and len(held_out)):
        return tuple(found)
    rows = np.concatenate([searched, held_out])
    learn, judge = weight[0][searched], weight[1][held_out]
    target = np.concatenate([residual[0][searched], residual[1][held_out]])
    n = len(searched)
    target = target - weighted_mean(target[:n], learn)
    whole = float(weighted_mean(np.square(target[n:]), judge).sum())
    judged = []
    for term in found:
        lines = np.ascontiguousarray(u[np.ix_(rows, np.array(term.columns))].T)
        basis = np.zeros((DEGREE, *lines.shape))
        share = np.concatenate([learn, np.zeros(len(held_out))])
        orthonormalize(lines, share, basis, n)
        without, fitted = fitted_values(term.kind, basis, target[:n], learn)
        before, after = (
            float(weighted_mean(np.square(target[n:] - values[n:]), judge).sum())
            for values in (without, fitted)
        )
        # lower terms that are many say less than a constant does
        gain = min(before, whole) - after
        explained = gain / whole if whole > 0.0 else 0.0
        judged.append(replace(term, explained=explained))
    return tuple(judged)
