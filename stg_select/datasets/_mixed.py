"""Several classes, binary and count columns, and no signal at all."""

from __future__ import annotations

import numpy as np

from stg_select.datasets._draws import (
    Seed,
    Table,
    Task,
    check_count,
    check_sizes,
    check_task,
    draw_columns,
    noisy_target,
)


def make_sparse_multiclass(
    n_samples: int = 500,
    n_features: int = 300,
    *,
    n_classes: int = 5,
    shift: float = 1.2,
    random_state: Seed = None,
) -> Table:
    """Make several classes, each of them shifted along two columns of its own.

    Columns are standard normal; rows of class c have `shift` added in the two
    columns of c. Most columns that matter for one class are noise to the others.

    Parameters
    ----------
    n_samples : int, default=500
        Number of rows.
    n_features : int, default=300
        Number of columns, the informative ones included.
    n_classes : int, default=5
        Number of classes, of equal size up to one row.
    shift : float, default=1.2
        Distance of a class from the rest, in standard deviations of the column.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
        Classes 0 to n_classes - 1.
    informative : ndarray of shape (2 * n_classes,)
        At random positions, in the order of their classes.
    """
    check_count("n_classes", n_classes, 2)
    check_sizes(n_samples, n_features, 2 * n_classes)
    rng = np.random.default_rng(random_state)
    X = rng.standard_normal((n_samples, n_features))
    y = rng.permutation(np.arange(n_samples) % n_classes)
    informative = draw_columns(rng, n_features, 2 * n_classes)
    X[:, informative] += shift * (y[:, None] == np.repeat(np.arange(n_classes), 2))
    return X, y, informative


def make_mixed_types(
    n_samples: int = 600,
    n_features: int = 150,
    *,
    noise: float = 0.4,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make binary, count and normal columns in turn, two of each informative.

    Column j is Bernoulli(.3) for j = 0, 3, ..., Poisson(3) for j = 1, 4, ..., and
    standard normal for j = 2, 5, ... With one b, c, x of each type that act alone and
    one b', c', x' that interact, the signal is
    :math:`1.5 b + .5 c + x + 1.5 (2 b' - 1) x' + [c' > 3]`.

    Parameters
    ----------
    n_samples : int, default=600
        Number of rows.
    n_features : int, default=150
        Number of columns, at least 6.
    noise : float, default=0.4
        Standard deviation of the noise; that of the signal is 1.
    task : {"regression", "classification"}, default="regression"
        "classification" cuts the same response at its median.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
        float64, or classes 0 and 1.
    informative : ndarray of shape (6,)
        At random positions.
    """
    check_sizes(n_samples, n_features, 6)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.standard_normal((n_samples, n_features))
    X[:, 0::3] = rng.random(X[:, 0::3].shape) < 0.3
    X[:, 1::3] = rng.poisson(3.0, X[:, 1::3].shape)
    binary, count, normal = (
        rng.choice(np.arange(kind, n_features, 3), 2, replace=False)
        for kind in range(3)
    )
    b, b_joint = X[:, binary].T
    c, c_joint = X[:, count].T
    x, x_joint = X[:, normal].T
    signal = 1.5 * b + 0.5 * c + x + 1.5 * (2 * b_joint - 1) * x_joint + (c_joint > 3)
    error = noise * rng.standard_normal(n_samples)
    informative = np.sort(np.concatenate([binary, count, normal]))
    return X, noisy_target(signal, error, task), informative


def make_noise(
    n_samples: int = 300,
    n_features: int = 100,
    *,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    """Make a target that is independent of every column.

    Parameters
    ----------
    n_samples : int, default=300
        Number of rows.
    n_features : int, default=100
        Number of standard normal columns.
    task : {"regression", "classification"}, default="regression"
        A standard normal target, or its two halves as classes.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
        float64, or classes 0 and 1.
    informative : ndarray of shape (0,)
        Empty: whatever is selected is selected wrongly.
    """
    check_sizes(n_samples, n_features, 1)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.standard_normal((n_samples, n_features))
    y = noisy_target(rng.standard_normal(n_samples), np.zeros(n_samples), task)
    return X, y, np.empty(0, dtype=np.intp)
