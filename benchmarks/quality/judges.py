"""How well three models predict from a set of columns: boosting, trees, linear."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

N_TREES = 100
# boosted trees look at about this many columns each: the time is that of 100 columns
COLUMNS_PER_TREE = 100


@dataclass(frozen=True)
class Split:
    """Training and test rows of one table.

    Attributes
    ----------
    X_train, X_test : ndarray of shape (n_samples, n_features)
    y_train, y_test : ndarray of shape (n_samples,)
        Numbers, or classes from 0 on.
    kind : {"classification", "regression"}
    words : bool
        Whether the columns count words: the linear model then sees their logarithms.
    """

    X_train: NDArray[np.float64]
    X_test: NDArray[np.float64]
    y_train: NDArray
    y_test: NDArray
    kind: str
    words: bool = False


def scores(
    split: Split, columns: NDArray[np.intp], seed: int
) -> dict[str, float | np.float64]:
    """Score each of three models on the test rows: accuracy, or R2 for numbers.

    Without columns all three are the majority class or the mean of the training rows.
    """
    X, X_test = split.X_train[:, columns], split.X_test[:, columns]
    if not columns.size:
        return dict.fromkeys(MODELS, _constant(split))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        # of scikit-learn on models that were fitted to an array without names
        warnings.filterwarnings("ignore", "X does not have valid feature", UserWarning)
        return {
            name: make(split, columns.size, seed)
            .fit(X, split.y_train)
            .score(X_test, split.y_test)
            for name, make in MODELS.items()
        }


def _constant(split: Split) -> float:
    if split.kind == "classification":
        majority = np.bincount(split.y_train).argmax()
        return float(np.mean(split.y_test == majority))
    total = np.square(split.y_test - split.y_test.mean()).sum()
    return float(1.0 - np.square(split.y_test - split.y_train.mean()).sum() / total)


def _boosting(split: Split, n_columns: int, seed: int) -> Any:
    import lightgbm

    model_class = (
        lightgbm.LGBMClassifier
        if split.kind == "classification"
        else lightgbm.LGBMRegressor
    )
    return model_class(
        n_estimators=N_TREES,
        # leaves of its default of 20 rows leave 50 rows without a single split
        min_child_samples=int(np.clip(len(split.y_train) // 20, 2, 20)),
        colsample_bytree=min(1.0, COLUMNS_PER_TREE / n_columns),
        max_bin=63,
        random_state=seed,
        n_jobs=1,
        verbose=-1,
    )


def _trees(split: Split, n_columns: int, seed: int) -> Any:
    if split.kind == "classification":
        return ExtraTreesClassifier(N_TREES, random_state=seed)
    return ExtraTreesRegressor(N_TREES, max_features=1 / 3, random_state=seed)


def _linear(split: Split, n_columns: int, seed: int) -> Any:
    """Choose the penalty by three folds, or by leaving one row out for numbers."""
    scale = FunctionTransformer(np.log1p) if split.words else StandardScaler()
    if split.kind == "regression":
        return make_pipeline(scale, RidgeCV(np.logspace(-2, 4, 13)))
    turn = FunctionTransformer()
    if not split.words and n_columns > len(split.y_train):
        turn = _Rotation()
    penalties = {"C": [0.1, 1.0, 10.0] if split.words else [1e-3, 1e-2, 0.1, 1.0]}
    folds = int(min(3, np.bincount(split.y_train).min()))
    logistic = LogisticRegression(max_iter=200)
    if folds >= 2:
        logistic = GridSearchCV(logistic, penalties, cv=StratifiedKFold(folds))
    return make_pipeline(scale, turn, logistic)


class _Rotation:
    """Turn a table with more columns than rows so that all but one per row are 0.

    Predictions of an L2-penalised model do not change, its fit takes a moment.
    """

    def fit(self, X: NDArray[np.float64], y: object = None) -> _Rotation:
        self.axes_ = np.linalg.svd(X, full_matrices=False)[2].T
        return self

    def transform(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        return X @ self.axes_

    def fit_transform(
        self, X: NDArray[np.float64], y: object = None
    ) -> NDArray[np.float64]:
        return self.fit(X).transform(X)


MODELS: dict[str, Callable[[Split, int, int], Any]] = {
    "boosting": _boosting,
    "trees": _trees,
    "linear": _linear,
}
