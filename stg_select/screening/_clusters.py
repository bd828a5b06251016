r"""Scores of rows that come in groups: what varies are the sums of groups.

A score is a sum over rows, :math:`c = \sum_i s_i` with :math:`s_i = w_i r_i \phi_i`.
Where rows of a group are alike, its variance is not that of as many independent rows
but, with the sums of groups :math:`S_g` [1]_,

.. math:: V = \frac{\sum_g (S_g - n_g c / n)^2}{1 - \sum_g (n_g / n)^2}

Few groups know V badly, so that a score is judged by a t distribution [2]_.

Letters: n rows, m columns, O outputs, G groups.

References
----------
.. [1] K.-Y. Liang and S. L. Zeger, "Longitudinal data analysis using generalized linear
   models", Biometrika 73, 1986.
.. [2] C. A. Bester, T. G. Conley and C. B. Hansen, "Inference with dependent data using
   cluster covariance estimators", Journal of Econometrics 165, 2011.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, ndtri_exp

from stg_select.columns import blocks

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

_SMALLEST_TAIL = 1e-300
_LEAST_FREEDOM = 0.1


@dataclass(frozen=True, eq=False)
class Likeness:
    """How alike columns are within groups, where the residual is.

    Parameters
    ----------
    of_columns : ndarray of shape (m,)
        From 0, as among any rows, to 1, constant within groups.
    excess : float
        By how much groups raise the variance of a score of a constant.
    """

    of_columns: FloatArray
    excess: float

    def among(self, columns: IntArray) -> Likeness:
        """Pick some columns.

        Parameters
        ----------
        columns : ndarray of int

        Returns
        -------
        likeness : Likeness
        """
        return Likeness(self.of_columns[columns], self.excess)

    def inflation(self, left: FloatArray, right: FloatArray) -> FloatArray:
        """By how much groups raise the variance of scores of products.

        Likenesses multiply, since products are as alike as all of their factors.

        Parameters
        ----------
        left, right : ndarray of shape (a,) and (b,)
            Likenesses of columns, or products of those of several.

        Returns
        -------
        inflation : ndarray of shape (a, b)
            At least 1.
        """
        return 1.0 + self.excess * left[:, None] * right


class Clusters:
    """Groups of rows that lie next to each other.

    Parameters
    ----------
    group : ndarray of int of shape (n,)
        Rows of a group next to each other.

    Attributes
    ----------
    n_groups : int
    """

    def __init__(self, group: IntArray) -> None:
        n = len(group)
        self._starts = np.flatnonzero(np.diff(group, prepend=group[0] - 1))
        self._sizes = np.diff(self._starts, append=n).astype(np.float64)
        self._share = self._sizes / n
        self.n_groups = len(self._starts)

    def sums(self, values: FloatArray) -> FloatArray:
        """Add up the rows of every group.

        Parameters
        ----------
        values : ndarray of shape (..., n)

        Returns
        -------
        sums : ndarray of shape (..., G)
        """
        return np.add.reduceat(values, self._starts, axis=-1, dtype=np.float64)

    def centred_sums(self, values: FloatArray) -> FloatArray:
        """Add up what the rows of every group differ from the mean.

        Parameters
        ----------
        values : ndarray of shape (..., n)

        Returns
        -------
        sums : ndarray of shape (..., G)
            In units in which their sum of squares is the variance V of the sum.
        """
        sums = self.sums(values)
        total = sums.sum(axis=-1, keepdims=True)
        lost = max(1.0 - float(np.square(self._share).sum()), 1e-12)
        return (sums - self._share * total) / np.sqrt(lost)

    def variance(self, values: FloatArray) -> FloatArray:
        """Variance of sums over rows.

        Parameters
        ----------
        values : ndarray of shape (..., n)

        Returns
        -------
        variance : ndarray of shape (...)
        """
        return np.square(self.centred_sums(values)).sum(axis=-1)

    def excess(self, scoring: FloatArray) -> float:
        """By how much groups raise the variance of a weighted residual's sum.

        Parameters
        ----------
        scoring : ndarray of shape (n,)
            Weights times residuals.

        Returns
        -------
        excess : float
            0 where residuals of a group are not alike, or nothing is left.
        """
        left = np.square(scoring).sum()
        if not left:
            return 0.0
        # the sum over all rows is 0, and not by chance
        between = np.square(self.sums(scoring)).sum()
        return max(float(between / left) - 1.0, 0.0)

    def freedom(self, excess: float) -> float:
        """Degrees of freedom of the variance of a score.

        Parameters
        ----------
        excess : float
            As of the residual: where its rows are alike, large groups decide.

        Returns
        -------
        freedom : float
            G - 1 of equal groups, less of uneven ones.
        """
        sizes = self._sizes
        most = float(np.square(sizes).sum() / sizes.sum()) - 1.0
        alike = min(excess / most, 1.0) if most > 0.0 else 0.0
        parts = sizes * (1.0 + (sizes - 1.0) * alike)
        return max(float(parts.sum() ** 2 / np.square(parts).sum()) - 1.0, 0.0)

    def likeness(self, basis: FloatArray, scoring: FloatArray) -> Likeness:
        """Tell how alike columns are within groups, as far as it raises variances.

        Parameters
        ----------
        basis : ndarray of shape (f, m, n)
        scoring : ndarray of shape (n, O)
            Weights times residuals.

        Returns
        -------
        likeness : Likeness
            Of the function and the output where it is largest.
        """
        of_columns, most = np.zeros(basis.shape[1]), 0.0
        for output in scoring.T:
            excess = self.excess(output)
            if excess == 0.0:
                continue
            most = max(most, excess)
            for functions in basis:
                raised = self.design_effect(functions, output) - 1.0
                of_columns = np.maximum(of_columns, raised / excess)
        return Likeness(np.clip(of_columns, 0.0, 1.0), most)

    def design_effect(self, functions: FloatArray, scoring: FloatArray) -> FloatArray:
        """By how much groups raise the variance of scores.

        Parameters
        ----------
        functions : ndarray of shape (m, n)
        scoring : ndarray of shape (n,)

        Returns
        -------
        effect : ndarray of shape (m,)
            1 of independent rows, and where a function is 0.
        """
        effect = np.ones(len(functions))
        for block in blocks(functions.shape[1], len(functions)):
            values = functions[block] * scoring
            even = np.square(values).sum(axis=1, dtype=np.float64)
            raised = self.variance(values) / np.where(even > 0.0, even, 1.0)
            effect[block] = np.where(even > 0.0, raised, 1.0)
        return effect

    def deviates(self, functions: FloatArray, scoring: FloatArray) -> FloatArray:
        """Absolute normal deviates of scores, by the variance of the sums of groups.

        Parameters
        ----------
        functions : ndarray of shape (m, n)
        scoring : ndarray of shape (n,)

        Returns
        -------
        deviates : ndarray of shape (m,)
        """
        found = np.zeros(len(functions))
        freedom = self.freedom(self.excess(scoring))
        for block in blocks(functions.shape[1], len(functions)):
            values = functions[block] * scoring
            score = values.sum(axis=1, dtype=np.float64)
            variance = self.variance(values)
            ratio = np.square(score) / np.where(variance > 0.0, variance, np.inf)
            found[block] = f_deviate(ratio, 1, freedom)
        return found


def f_deviate(ratio: FloatArray, df: int, freedom: float) -> FloatArray:
    """Absolute normal deviate as rare as an F statistic.

    Parameters
    ----------
    ratio : ndarray
        Mean of squares over a variance; of one degree of freedom a squared t.
    df : int
    freedom : float
        Degrees of freedom of the variance.

    Returns
    -------
    deviate : ndarray
    """
    freedom = max(freedom, _LEAST_FREEDOM)
    tail = betainc(freedom / 2.0, df / 2.0, freedom / (freedom + df * ratio))
    log_tail = np.log(np.clip(tail, _SMALLEST_TAIL, 1.0 - 1e-12))
    return -ndtri_exp(log_tail - np.log(2.0))
