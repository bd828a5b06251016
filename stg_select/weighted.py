"""Means and spreads of weighted rows, and how many rows their weights stand for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]

# a spread of no more than this many units of rounding is that of a constant
ROUNDING_UNITS = 8
# standard deviations beyond which a value can be an outlier
CLIP = 3.0
MAX_CLIPS = 20
# share of the rows on either side that can be outliers
TAIL = 0.01
# beyond, weights count no rows, and their sums are no longer exact
LARGEST_COUNT = 2.0**40
# times the mean weight, above which a weight is extreme; and the most of all weight
# that extreme ones lose
EXTREME = 3.0
MOST_TRIMMED = 0.1


def weighted_mean(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Average the rows of an array.

    Parameters
    ----------
    values : ndarray of shape (n, ...)
    weight : ndarray of shape (n,)
        Non-negative row weights, not all of them 0.

    Returns
    -------
    mean : ndarray of shape (...)
    """
    return np.tensordot(weight / weight.sum(), values, axes=1)


def standardized(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Centre and scale every column to weighted mean 0 and variance 1.

    Parameters
    ----------
    values : ndarray of shape (n, ...)
    weight : ndarray of shape (n,)
        Non-negative row weights, not all of them 0.

    Returns
    -------
    z : ndarray of shape (n, ...)
        0 in columns that are constant up to the rounding of their type.
    """
    # in units of the largest value, so that squares neither overflow nor vanish
    largest = np.abs(values).max(axis=0)
    scaled = values / np.where(largest > 0.0, largest, 1.0).astype(values.dtype)
    # from the first row on: a constant is exactly 0, and a large one costs no digit
    shifted = scaled - scaled[0]
    centred = shifted - weighted_mean(shifted, weight)
    spread = np.sqrt(weighted_mean(np.square(centred), weight))
    varies = spread > ROUNDING_UNITS * np.finfo(values.dtype).eps
    return centred / np.where(varies, spread, np.inf).astype(values.dtype)


def winsorized(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Standardise every column and bring its outliers back to three deviations.

    Clipping is repeated, since outliers hide behind the spread they cause, but reaches
    no more than a hundredth of the rows on either side, rounded up: where more lie out
    there, they are no outliers.

    Parameters
    ----------
    values : ndarray of shape (n, ...)
    weight : ndarray of shape (n,)
        Non-negative row weights, not all of them 0.

    Returns
    -------
    clipped : ndarray of shape (n, ...)
        Columns of weighted mean 0 and variance 1.
    """
    for _ in range(MAX_CLIPS):
        values = standardized(values, weight)
        low = np.quantile(values, TAIL, axis=0, method="higher")
        high = np.quantile(values, 1.0 - TAIL, axis=0, method="lower")
        low, high = np.minimum(low, -CLIP), np.maximum(high, CLIP)
        if (values >= low).all() and (values <= high).all():
            return values
        values = np.clip(values, low, high)
    return standardized(values, weight)


def are_whole(weight: FloatArray) -> bool:
    """Tell whether all weights are whole numbers, so that each counts equal rows.

    Parameters
    ----------
    weight : ndarray of shape (n,)

    Returns
    -------
    whole : bool
    """
    return np.array_equal(weight, np.round(weight))


def in_sound_units(weight: FloatArray) -> FloatArray:
    """Keep weights that count rows, and give others in units of the largest.

    Parameters
    ----------
    weight : ndarray of shape (n,)
        Non-negative row weights, not all of them 0.

    Returns
    -------
    weight : ndarray of shape (n,)
        Whole numbers that can be added up exactly, or at most 1.
    """
    if are_whole(weight) and weight.max() <= LARGEST_COUNT:
        return weight
    return weight / weight.max()


def trimmed(weight: FloatArray) -> FloatArray:
    r"""Lower extreme weights, which leave all other rows without a say [1]_.

    To three times the mean weight, as far as no more than a tenth of all weight is
    lost: the lowest bound c with :math:`\sum_i \max(w_i - c, 0) \le \sum_i w_i / 10`
    is the largest of :math:`(s_k - \sum_i w_i / 10) / k`, with the sum s_k of the k
    largest weights.

    Parameters
    ----------
    weight : ndarray of shape (n,)
        Positive row weights.

    Returns
    -------
    weight : ndarray of shape (n,)
        Whole numbers where all weights are.

    References
    ----------
    .. [1] F. Potter, "A Study of Procedures to Identify and Trim Extreme Sampling
       Weights", Proceedings of the Section on Survey Research Methods, American
       Statistical Association, 1990.
    """
    sums = np.cumsum(np.sort(weight)[::-1])
    total, count = sums[-1], np.arange(1, len(weight) + 1)
    bound = max(
        EXTREME * total / len(weight), ((sums - MOST_TRIMMED * total) / count).max()
    )
    return np.minimum(weight, np.ceil(bound) if are_whole(weight) else bound)


def count_rows(weight: FloatArray, times: FloatArray | float = 1.0) -> float:
    """Count the equally weighted rows that would vary as much as weighted ones.

    Parameters
    ----------
    weight : ndarray of shape (n,)
        Non-negative row weights, not all of them 0; their ratios alone matter.
    times : ndarray of shape (n,) or float, default=1.0
        How often each row comes.

    Returns
    -------
    n_rows : float
        At most the number of rows, after Kish [1]_.

    References
    ----------
    .. [1] L. Kish, "Survey Sampling", Wiley, 1965.
    """
    first, second, _ = _sums_of_powers(weight, times)
    return first**2 / second


def count_likelihood_rows(weight: FloatArray, times: FloatArray | float = 1.0) -> float:
    r"""Say how many equal rows the weighted ones stand for in a log-likelihood.

    .. math:: \frac{\sum w \sum w^2}{\sum w^3}

    Predictions without any signal gain g units of log-likelihood with probability
    :math:`e^{-g}` at most, as long as no row counts for more than one. By `count_rows`
    the heaviest would: 30 rows of weight 32 beside 970 of weight 1 as 58.

    Parameters
    ----------
    weight : ndarray of shape (n,)
        Non-negative row weights, not all of them 0; their ratios alone matter.
    times : ndarray of shape (n,) or float, default=1.0
        How often each row comes.

    Returns
    -------
    n_rows : float
        At most `count_rows`, and the same where weights are equal.
    """
    first, second, third = _sums_of_powers(weight, times)
    return first * second / third


def _sums_of_powers(weight: FloatArray, times: FloatArray | float) -> list[float]:
    """Sum weights, their squares and their cubes, in units of the largest weight."""
    share = weight / weight.max()
    return [float((times * share**power).sum()) for power in (1, 2, 3)]
