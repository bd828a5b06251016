"""Boosted trees of scikit-learn that learn an objective.

Letters: n rows, m columns, O outputs, T trees.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.base import is_classifier
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from threadpoolctl import threadpool_limits  # scikit-learn needs it as well

from stg_select.objectives import Objective

FloatArray = NDArray[np.floating]

# trees of an output, most of all outputs together, and most outputs
N_TREES, MOST_TREES, MOST_OUTPUTS = 40, 100, 12
# learning rate times the number of trees, and the largest rate
LEARNING, LARGEST_RATE = 8.0, 0.4
OPTIONS: dict[str, Any] = {
    "l2_regularization": 1.0,
    "max_leaf_nodes": 16,
    "early_stopping": False,
    "random_state": 0,  # nothing is drawn
}
# rows of a leaf at least
LEAF_ROWS = 20
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
    """Tell whether boosted trees can be judged by the loss of an objective.

    Parameters
    ----------
    objective : Objective

    Returns
    -------
    has_trees : bool
        Not where the loss of a row depends on the other rows, nor where outputs are so
        many that trees would take too long.
    """
    return not objective.needs_full_batch and objective.n_outputs <= MOST_OUTPUTS


def boosted_outputs(
    objective: Objective,
    X: FloatArray,
    target: NDArray,
    weight: FloatArray,
    X_held_out: FloatArray,
) -> FloatArray:
    """Predict held-out rows by boosted trees, after each tree [1]_.

    Trees minimise the log loss of classes and labels, the Poisson loss of counts and
    the squared error of other responses. They are few, at a high rate, to be done soon,
    and grow in one thread: other threads may be at work on other splits.

    Parameters
    ----------
    objective : Objective
        One that has trees.
    X, X_held_out : ndarray of shape (n, m), (n', m)
        Columns of no more than `N_VALUES` values, which need not be sorted into bins.
    target : ndarray of shape (n,) or (n, O)
    weight : ndarray of shape (n,)
        How many rows each counts as. The heavier rows are, the fewer make a leaf.

    Returns
    -------
    raw : ndarray of shape (T, O, n')
        Raw outputs; those of the null model where all rows have the same target, or
        most have a class of their own.

    References
    ----------
    .. [1] J. H. Friedman, "Greedy function approximation: a gradient boosting
       machine", Annals of Statistics 29, 2001.
    """
    null = objective.null_raw(target, weight)
    several_classes = objective.link == "softmax"
    n_trees = min(N_TREES, MOST_TREES // len(null))
    raw = np.empty((n_trees, len(null), len(X_held_out)))
    raw[:] = null[:, None]
    outputs = [target] if several_classes else target.reshape(len(target), -1).T
    with threadpool_limits(1, user_api="openmp"):
        for output, values in enumerate(outputs):
            kinds = np.unique(values)
            if len(kinds) < 2 or (several_classes and 2 * len(kinds) > len(values)):
                continue
            stages = _stages(objective.link, n_trees, X, values, weight, X_held_out)
            if not several_classes:
                raw[:, [output]] = stages
                continue
            if len(kinds) == 2:  # the second has all the say of both
                stages = np.concatenate([0.0 * stages, stages], axis=1)
            raw[:, kinds] = log_softmax(stages, axis=1)  # as of the null model
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
    leaf_rows = int(np.clip(LEAF_ROWS * len(weight) / weight.sum(), 1, LEAF_ROWS))
    trees = LEARNERS[link](
        max_iter=n_trees,
        learning_rate=rate,
        min_samples_leaf=leaf_rows,
        **OPTIONS,
    )
    trees.fit(X, values, weight)
    method = "decision_function" if is_classifier(trees) else "predict"
    stages = np.stack(list(getattr(trees, f"staged_{method}")(X_held_out)))
    if link == "exp":
        stages = np.log(stages)
    return stages.reshape(*stages.shape[:2], -1).swapaxes(1, 2)
