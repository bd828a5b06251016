"""Levels of chance, and chi-squared variables as normal deviates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc, gammaln, ndtri_exp

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

_FAR = 1000.0


def chance(n_terms: float) -> float:
    """About the largest of as many independent |N(0, 1)|."""
    return float(np.sqrt(2.0 * np.log(max(n_terms, 2.0))))


def deviate(statistic: FloatArray, df: IntArray | int) -> FloatArray:
    """Absolute normal deviate as rare as a chi-squared statistic."""
    shape, half = np.maximum(df, 1) / 2.0, np.maximum(statistic, 1.0) / 2.0
    # the tail itself is 0 from about 1400 on
    far = (shape - 1.0) * np.log(half) - half - gammaln(shape)
    near = np.log(gammaincc(shape, np.clip(statistic, 0.0, _FAR) / 2.0))
    log_tail = np.minimum(np.where(statistic > _FAR, far, near), -1e-12)
    return -ndtri_exp(log_tail - np.log(2.0))


def cube_root(statistic: FloatArray, df: IntArray) -> FloatArray:
    """Deviate of a chi-squared variable by Wilson and Hilferty's cube root."""
    share = (2.0 / 9.0) / df
    return (np.cbrt(statistic / df) - (1.0 - share)) / np.sqrt(share)


def from_cube_root(root: FloatArray, df: IntArray) -> FloatArray:
    """Invert `cube_root`."""
    share = (2.0 / 9.0) / df
    return df * np.maximum(root * np.sqrt(share) + (1.0 - share), 0.0) ** 3
