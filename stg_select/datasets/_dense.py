"""Signals of many columns, each of which says little."""

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


def make_dense_linear(
    n_samples: int = 2000,
    n_features: int = 200,
    *,
    n_informative: int = 60,
    noise: float = 0.5,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make a linear signal of many columns.

    Columns are independent and standard normal. The coefficients have random signs
    and sizes uniform on [0.5, 1.5]: none of them is large.

    Parameters
    ----------
    n_samples : int, default=2000
        Number of rows.
    n_features : int, default=200
        Number of columns, the informative ones included.
    n_informative : int, default=60
        Number of columns with a coefficient.
    noise : float, default=0.5
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
    informative : ndarray of shape (n_informative,)
        At random positions.
    """
    check_count("n_informative", n_informative, 1)
    check_sizes(n_samples, n_features, n_informative)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.standard_normal((n_samples, n_features))
    informative = draw_columns(rng, n_features, n_informative)
    sizes = rng.uniform(0.5, 1.5, n_informative)
    signal = X[:, informative] @ (rng.choice([-1.0, 1.0], n_informative) * sizes)
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_dense_squares(
    n_samples: int = 3000,
    n_features: int = 100,
    *,
    noise: float = 0.3,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make a sum of twenty squares and ten products of two columns.

    On standard normal columns the signal is
    :math:`\sum_{i=1}^{20} \pm (x_{a_i}^2 - 1) / \sqrt 2
    + \sum_{i=1}^{10} \sqrt 2 \, x_{b_i} x_{c_i}`: all forty columns matter about
    equally, and none of them is correlated with y.

    Parameters
    ----------
    n_samples : int, default=3000
        Number of rows.
    n_features : int, default=100
        Number of columns, at least 40.
    noise : float, default=0.3
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
    informative : ndarray of shape (40,)
        At random positions.
    """
    check_sizes(n_samples, n_features, 40)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.standard_normal((n_samples, n_features))
    informative = draw_columns(rng, n_features, 40)
    order = rng.permutation(40)
    squares = (X[:, informative[order[:20]]] ** 2 - 1) / np.sqrt(2)
    first, second = X[:, informative[order[20:30]]], X[:, informative[order[30:]]]
    signal = squares @ rng.choice([-1.0, 1.0], 20)
    signal += np.sqrt(2) * (first * second).sum(axis=1)
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative
