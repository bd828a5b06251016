"""What terms that a search has found say about rows that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from stg_select.columns import Ranks
from stg_select.screening._first_rows import first_rows
from stg_select.screening._terms import Found, fitted_values
from stg_select.weighted import weighted_mean

FloatArray = NDArray[np.floating]

# inverse of the penalty of a curve, in rows: keeps it finite where it is a step
CURVE_SCALE = 100.0
MOST_STEPS = 1000
# gradient at which a curve counts as fitted; smaller ones hardly move probabilities
CURVE_TOL = 1e-3
# of the largest variance, below which that of a direction is rounding
ROUNDING = 1e-8


def judged_on(
    found: Sequence[Found],
    u: Ranks,
    residual: Sequence[FloatArray],
    weight: Sequence[FloatArray],
    *,
    are_probabilities: bool = False,
) -> tuple[Found, ...]:
    r"""Tell what share of a residual terms explain on rows that were held out.

    .. math:: \frac{\min(S(f_0), S(\bar r), S(g \circ f_0)) - S(f_1)}{S(\bar r)}, \quad
        S(f) = \sum_i w_i (r_i - f(x_i))^2

    over the held-out rows, of ridge regressions on the rows that were searched: the
    constant :math:`\bar r`, the lower terms :math:`f_0` and these with the functions
    of the term :math:`f_1`. Chance makes it about 0, or less. Since a probability is a
    curve of a sum, columns that are added up look like such that act together, unless
    a logistic regression g on :math:`f_0` says as much.

    Parameters
    ----------
    found : sequence of Found
    u : ndarray or SparseRanks of shape (n, m)
        Columns mapped to (-1, 1) by their ranks.
    residual : sequence of two ndarray of shape (n, O)
        As the rows that were searched have it, and those that were held out.
    weight : sequence of two ndarray of shape (n,)
        Weights of the rows that were searched, and of those that were held out; of each
        the first `MAX_ROWS` rows are looked at.
    are_probabilities : bool, default=False
        Whether the residuals are those of probabilities, from as many values 0 and 1.

    Returns
    -------
    judged : tuple of Found
        The same terms, each with its share.
    """
    searched, held_out = (first_rows(w) for w in weight)
    if not (len(searched) and len(held_out)):
        return tuple(found)
    rows = np.concatenate([searched, held_out])
    learn, judge = weight[0][searched], weight[1][held_out]
    target = np.concatenate([residual[0][searched], residual[1][held_out]])
    n = len(searched)
    target = target - weighted_mean(target[:n], learn)

    def loss(values: FloatArray) -> float:
        return float(weighted_mean(np.square(target[n:] - values), judge).sum())

    whole = loss(np.zeros_like(target[n:]))
    judged = []
    for term in found:
        without, fitted = fitted_values(term, u, rows, target[:n], learn)
        # lower terms that are many say less than a constant does
        before = min(loss(without[n:]), whole)
        if are_probabilities and len(term.columns) > 1:
            before = min(before, loss(_bent(without, target[:n], learn)))
        gain = before - loss(fitted[n:])
        explained = gain / whole if whole > 0.0 else 0.0
        judged.append(replace(term, explained=explained))
    return tuple(judged)


def _bent(values: FloatArray, target: FloatArray, weight: FloatArray) -> FloatArray:
    """Fit logistic curves of values to the first rows, and apply them to the others.

    Of classes, of which a row has one, the curves are those of a softmax.

    Parameters
    ----------
    values : ndarray of shape (n, O)
    target : ndarray of shape (n', O)
        Of the first n' rows, each output of two values that are 1 apart.
    weight : ndarray of shape (n',)

    Returns
    -------
    bent : ndarray of shape (n - n', O)
    """
    n = len(target)
    is_one = target > target.min(axis=0) + 0.5
    if target.shape[1] > 1 and (is_one.sum(axis=1) == 1).all():  # of several classes
        share = np.zeros_like(values[n:])
        x = _directions(values, weight)
        _fit_curve(x, is_one.argmax(axis=1), weight, share)
        return share + target.min(axis=0)
    bent = values[n:].copy()
    for output, labels in enumerate(is_one.T.astype(int)):
        x = _directions(values[:, [output]], weight)
        share = np.zeros((len(bent), 2))
        if _fit_curve(x, labels, weight, share):
            bent[:, output] = target[:, output].min() + share[:, 1]
    return bent


def _directions(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Turn columns (n', O) into what they span, of variance 1 in the first n rows.

    A softmax on the fitted values of many classes, which few terms span, takes half as
    many steps then.
    """
    n = len(weight)
    values = values - weighted_mean(values[:n], weight)
    covariance = (values[:n].T * (weight / weight.sum())) @ values[:n]
    variance, directions = np.linalg.eigh(covariance)
    kept = variance >= ROUNDING * variance[-1]
    spread = np.sqrt(np.where(variance[kept] > 0.0, variance[kept], 1.0))
    return values @ (directions[:, kept] / spread)


def _fit_curve(
    x: FloatArray, label: NDArray[np.integer], weight: FloatArray, share: FloatArray
) -> bool:
    """Write probabilities of labels on later rows; False if there is one label only."""
    n = len(label)
    if (label == label[0]).all():
        return False
    curve = LogisticRegression(
        C=CURVE_SCALE, tol=CURVE_TOL, max_iter=MOST_STEPS, random_state=0
    )
    curve.fit(x[:n], label, weight)
    share[:, curve.classes_] = curve.predict_proba(x[n:])
    return True
