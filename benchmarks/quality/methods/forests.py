"""Rankings by ensembles of trees.

A forest of 500 trees keeps scikit-learn's defaults except that regression trees see a
third of the columns at a split (Breiman's choice), which is faster and no worse here.
Their default selection is that of `SelectFromModel`: importance at least the mean.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.feature_selection import RFECV
from sklearn.inspection import permutation_importance
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from benchmarks.quality.methods.frames import as_categories
from benchmarks.quality.problem import Ranking


def random_forest(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Score by the impurity importance of 500 trees.

    Several outputs are standardised, as the trees add their squared errors.
    """
    if y.ndim == 2 and kind == "regression":
        y = StandardScaler().fit_transform(y)
    return _above_mean(_forest(kind, seed).fit(X, y).feature_importances_)


def extra_trees(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Score by the impurity importance of 500 extremely randomised trees."""
    if kind == "classification":
        forest = ExtraTreesClassifier(500, random_state=seed)
    else:
        forest = ExtraTreesRegressor(500, max_features=1 / 3, random_state=seed)
    return _above_mean(forest.fit(X, y).feature_importances_)


def forest_permutation(
    X: NDArray[np.float64], y: NDArray, kind: str, seed: int
) -> Ranking:
    """Score by the loss of accuracy or R2 on a held-out quarter, 5 permutations.

    Selected are the columns whose mean loss exceeds two standard deviations.
    """
    return by_permutation(_forest(kind, seed), X, y, seed)


def boruta(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Rank and select by BorutaPy round a forest of depth 5, as its README does.

    Columns of equal rank, such as all confirmed ones, are ordered by their mean
    importance over the iterations.
    """
    from boruta import BorutaPy

    forest = _forest(kind, seed)
    forest.set_params(max_depth=5)
    search = BorutaPy(forest, n_estimators="auto", random_state=seed).fit(X, y)
    importance = np.nan_to_num(search.importance_history_).mean(axis=0)
    within = importance / (1.0 + importance.max())
    return Ranking(within - search.ranking_, search.support_)


def lightgbm_gain(X: Any, y: NDArray, kind: str, seed: int) -> Ranking:
    """Score by the total gain of LightGBM's default 100 trees.

    Of several targets each has its trees, and its gains count as shares.
    """
    table = as_categories(X) if isinstance(X, pd.DataFrame) else X
    if y.ndim == 1:
        return _above_mean(_gain(table, y, kind, seed))
    gains = np.array([_gain(table, target, kind, seed) for target in y.T])
    return _above_mean((gains / gains.sum(axis=1, keepdims=True)).sum(axis=0))


def boosting_permutation(X: Any, y: NDArray, kind: str, seed: int) -> Ranking:
    """Score by what scikit-learn's boosted trees lose by permutation, on a quarter.

    Selected as by `forest_permutation`. Categories have at most 255 values: texts with
    more are numbered, as scikit-learn's guide advises.
    """
    if isinstance(X, pd.DataFrame):
        X = as_categories(X, max_values=255)
    boosting = (
        HistGradientBoostingClassifier
        if kind == "classification"
        else HistGradientBoostingRegressor
    )
    return by_permutation(boosting(random_state=seed), X, y, seed)


def lightgbm_used(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Score alike, but select every column that any tree splits."""
    gain = _gain(X, y, kind, seed)
    return Ranking(gain, gain > 0)


def lightgbm_rfecv(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Drop a tenth of the columns at a time while LightGBM does well in five folds.

    Columns that were dropped together rank by their gain among all columns.
    """
    search = RFECV(_boosting(kind, seed), step=0.1, cv=5).fit(X, y)
    gain = _gain(X, y, kind, seed)
    return Ranking(gain / (1.0 + gain.max()) - search.ranking_, search.support_)


def by_permutation(model: Any, X: Any, y: NDArray, seed: int) -> Ranking:
    """Fit on three quarters, permute on the last one."""
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=0.25, random_state=seed
    )
    model.fit(X_train, y_train)
    loss = permutation_importance(model, X_test, y_test, random_state=seed)
    return Ranking(
        loss.importances_mean,
        loss.importances_mean > 2 * loss.importances_std,
    )


def _gain(
    X: NDArray[np.float64], y: NDArray, kind: str, seed: int
) -> NDArray[np.float64]:
    return _boosting(kind, seed).fit(X, y).feature_importances_.astype(np.float64)


def _boosting(kind: str, seed: int) -> Any:
    import lightgbm

    model_class = (
        lightgbm.LGBMClassifier if kind == "classification" else lightgbm.LGBMRegressor
    )
    return model_class(importance_type="gain", random_state=seed, n_jobs=1, verbose=-1)


def _forest(kind: str, seed: int) -> Any:
    if kind == "classification":
        return RandomForestClassifier(500, random_state=seed)
    return RandomForestRegressor(500, max_features=1 / 3, random_state=seed)


def _above_mean(importances: NDArray[np.float64]) -> Ranking:
    return Ranking(importances, importances >= importances.mean())
