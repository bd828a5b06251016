"""Boosted trees of scikit-learn that learn an objective.

Letters: n rows, m columns, O outputs, T trees.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import is_classifier
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from threadpoolctl import threadpool_limits  # scikit-learn needs it as well

from stg_select.objectives import Objective

FloatArray = NDArray[np.floating]

# trees of each output, and most of all classes, as long as each has the fewest
N_TREES, MOST_TREES, FEWEST_TREES = 40, 100, 8
# learning rate times the number of trees, and the largest rate: few trees that count
# for much, but for little in small leaves, tell what is missing as well as many do
LEARNING, LARGEST_RATE = 8.0, 0.4
OPTIONS: dict[str, Any] = {
    "l2_regularization": 1.0,
    "max_leaf_nodes": 16,
    "early_stopping": False,
    "random_state": 0,  # nothing is drawn
}
# by the function of the raw output that is predicted
LEARNERS: dict[str, Callable[..., Any]] = {
    "identity": HistGradientBoostingRegressor,
    "exp": partial(HistGradientBoostingRegressor, loss="poisson"),
    "logistic": HistGradientBoostingClassifier,
    "softmax": HistGradientBoostingClassifier,
}
# values of a column that trees tell apart
N_VALUES = 255


def has_trees(objective: Objective) -> bool:
    """Tell whether boosted trees can learn an objective.

    Parameters
    ----------
    objective : Objective

    Returns
    -------
    has_trees : bool
        Not where the loss of a row depends on the other rows.
    """
    return not objective.needs_full_batch


def boosted_outputs(
    objective: Objective,
    X: FloatArray,
    target: NDArray,
    weight: FloatArray,
    X_held_out: FloatArray,
) -> FloatArray:
    """Predict held-out rows by boosted trees, after each tree [1]_.

    One thread does it: others do not pay for tables whose time matters here.

    Parameters
    ----------
    objective : Objective
        One that trees can learn.
    X, X_held_out : ndarray of shape (n, m), (n', m)
        Of no more than `N_VALUES` values a column, which are fast to count.
    target : ndarray of shape (n,) or (n, O)
    weight : ndarray of shape (n,)
        Of mean 1, which leaves are shrunk by.

    Returns
    -------
    raw : ndarray of shape (T, O, n')
        Raw outputs; those of the null model where all rows have the same target.

    References
    ----------
    .. [1] J. H. Friedman, "Greedy function approximation: a gradient boosting
       machine", Annals of Statistics 29, 2001.
    """
    null = objective.null_raw(target, weight)
    several_classes = objective.link == "softmax"
    n_trees = N_TREES
    if several_classes:
        n_trees = min(n_trees, max(FEWEST_TREES, MOST_TREES // len(null)))
    raw = np.empty((n_trees, len(null), len(X_held_out)))
    raw[:] = null[:, None]
    outputs = [target] if several_classes else target.reshape(len(target), -1).T
    for output, values in enumerate(outputs):
        kinds = np.unique(values)
        if len(kinds) < 2:
            continue
        with threadpool_limits(1, user_api="openmp"):
            stages = _stages(objective.link, n_trees, X, values, weight, X_held_out)
        if not several_classes:
            raw[:, [output]] = stages
        elif len(kinds) == 2:  # the second has all the say of both
            raw[:, kinds] = np.concatenate([0.0 * stages, stages], axis=1)
        else:
            raw[:, kinds] = stages
    return raw


def _stages(
    link: str,
    n_trees: int,
    X: FloatArray,
    values: NDArray,
    weight: FloatArray,
    X_held_out: FloatArray,
) -> FloatArray:
    """Raw outputs (T, O, n) of trees that have learnt the classes, or one output."""
    rate = min(LEARNING / n_trees, LARGEST_RATE)
    trees = LEARNERS[link](max_iter=n_trees, learning_rate=rate, **OPTIONS)
    trees.fit(X, values, weight)
    method = "decision_function" if is_classifier(trees) else "predict"
    stages = np.stack(list(getattr(trees, f"staged_{method}")(X_held_out)))
    if link == "exp":
        stages = np.log(stages)
    return stages.reshape(*stages.shape[:2], -1).swapaxes(1, 2)
