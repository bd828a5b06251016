"""Rankings by penalised models: L1 with cross-validation, and LassoNet."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LassoCV, LogisticRegressionCV
from sklearn.preprocessing import LabelEncoder, StandardScaler

from benchmarks.quality.methods.filters import univariate_f
from benchmarks.quality.problem import Ranking


def l1_cv(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Score by the coefficients of the L1 model that cross-validation chooses.

    Five folds over scikit-learn's grids on standardised columns; more than two
    classes are fitted one against the rest and their coefficients added. Columns
    with a coefficient of zero follow by their F statistic; the others are selected.
    """
    Z = StandardScaler(with_mean=not issparse(X)).fit_transform(X)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        if kind == "regression":
            size = np.abs(LassoCV(cv=5).fit(Z, y).coef_)
        else:
            classes = np.unique(y)
            targets = classes[1:] if classes.size == 2 else classes
            size = sum(_logistic_sizes(Z, y == label, seed) for label in targets)
    f = univariate_f(X, y, kind)
    smallest = size[size > 0].min(initial=1.0)
    return Ranking(size + smallest * f / (1e3 * (1.0 + f.max())), size > 0)


def _logistic_sizes(
    Z: NDArray[np.float64], y: NDArray[np.bool_], seed: int
) -> NDArray[np.float64]:
    folds = int(min(5, y.sum()))
    if folds < 2:
        return np.zeros(Z.shape[1])
    model = LogisticRegressionCV(
        Cs=np.logspace(-2.5, 1.0, 8),
        cv=folds,
        l1_ratios=(1.0,),
        solver="liblinear",
        scoring="neg_log_loss",
        tol=1e-3,
        random_state=seed,
        use_legacy_attributes=False,
    )
    return np.abs(model.fit(Z, y).coef_[0])


def lassonet(
    X: NDArray[np.float64],
    y: NDArray,
    kind: str,
    seed: int,
    *,
    hidden_dims: tuple[int, ...],
) -> Ranking:
    """Score by the penalty at which LassoNet drops a column; full batches, as it comes.

    Its README's standardisation is done here. Selected are the columns of the model
    of the path with the smallest validation loss.
    """
    import lassonet as package

    Z = StandardScaler().fit_transform(X).astype(np.float32)
    settings = {
        "hidden_dims": hidden_dims,
        "verbose": 0,
        "random_state": seed,
        "torch_seed": seed,
        "device": "cpu",
    }
    if kind == "classification":
        model = package.LassoNetClassifier(**settings)
        path = model.path(Z, LabelEncoder().fit_transform(y))
    else:
        scaled = (y - y.mean()) / y.std()
        model = package.LassoNetRegressor(**settings)
        path = model.path(Z, scaled.astype(np.float32)[:, None])
    chosen = min(path, key=lambda item: item.val_loss)
    return Ranking(
        model.feature_importances_.numpy().astype(np.float64),
        chosen.selected.numpy().astype(bool),
    )
