"""Scores of single columns, relevance over redundancy, and no selection at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_selection import (
    chi2,
    f_classif,
    f_regression,
    mutual_info_classif,
    mutual_info_regression,
)

from benchmarks.quality.problem import Ranking


def mutual_info(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Score by scikit-learn's nearest-neighbour estimate."""
    estimate = (
        mutual_info_classif if kind == "classification" else mutual_info_regression
    )
    return Ranking(estimate(X, y, random_state=seed))


def mutual_info_of_counts(
    X: NDArray[np.float64], y: NDArray, kind: str, seed: int
) -> Ranking:
    """Score by the estimate for columns with few values, such as words or genotypes."""
    estimate = (
        mutual_info_classif if kind == "classification" else mutual_info_regression
    )
    return Ranking(estimate(X, y, discrete_features=True, random_state=seed))


def chi_squared(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Score counts by their chi-squared statistic with the classes."""
    return Ranking(np.nan_to_num(chi2(X, y)[0]))


def anova_f(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Score by the F statistic."""
    return Ranking(univariate_f(X, y, kind))


def all_columns(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Select everything: what the loss of a selection is measured against."""
    return Ranking(np.zeros(X.shape[1]), np.ones(X.shape[1], dtype=bool))


def mrmr(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Score by minimum redundancy, maximum relevance, in its F/correlation form.

    The computation of the package mrmr-selection (relevance F, redundancy the mean
    absolute correlation with the columns taken so far, at least .001) without its
    data frames, for the first hundred columns; the others follow by their F.
    """
    relevance = univariate_f(X, y, kind)
    scale = X.std(axis=0)
    scale[scale == 0] = 1.0
    Z = (X - X.mean(axis=0)) / scale
    redundancy = np.zeros(X.shape[1])
    left = relevance > 0
    order: list[int] = []
    for step in range(min(100, int(left.sum()))):
        score = relevance / (redundancy / step if step else 1.0)
        best = int(np.argmax(np.where(left, score, -np.inf)))
        order.append(best)
        left[best] = False
        correlation = np.abs(Z.T @ Z[:, best]) / len(Z)
        # the package treats an exact copy as infinitely redundant
        redundancy += np.where(correlation > 1 - 1e-12, np.inf, correlation.clip(0.001))
    scores = relevance / (1.0 + relevance.max())
    scores[order] = np.arange(len(order), 0, -1) + 1.0
    return Ranking(scores)


def univariate_f(X: NDArray[np.float64], y: NDArray, kind: str) -> NDArray[np.float64]:
    """Compute the F statistic of each column; 0 for a constant column."""
    test = f_classif if kind == "classification" else f_regression
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(test(X, y)[0], posinf=1e12)
