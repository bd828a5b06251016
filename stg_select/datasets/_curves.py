"""Signals with several bends: waves, ratios, an absolute value, a board."""

from __future__ import annotations

import numpy as np

from stg_select.datasets._draws import (
    Seed,
    Table,
    Task,
    check_sizes,
    check_task,
    draw_columns,
    noisy_target,
)


def make_waves(
    n_samples: int = 1000,
    n_features: int = 100,
    *,
    noise: float = 0.3,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make a sum of five sine waves of two to three periods.

    On columns uniform on [-1, 1] the signal is
    :math:`\sum_{i=1}^5 \sin(\pi f_i x_i + \varphi_i)` with :math:`f_i` uniform on
    [2, 3], the number of periods over the range of the column, and random phases.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of rows.
    n_features : int, default=100
        Number of columns, the informative ones included.
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
    informative : ndarray of shape (5,)
        At random positions.
    """
    check_sizes(n_samples, n_features, 5)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.uniform(-1.0, 1.0, (n_samples, n_features))
    informative = draw_columns(rng, n_features, 5)
    periods = rng.uniform(2.0, 3.0, 5)
    phases = rng.uniform(0.0, 2 * np.pi, 5)
    signal = np.sin(np.pi * periods * X[:, informative] + phases).sum(axis=1)
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_single_index(
    n_samples: int = 1000,
    n_features: int = 100,
    *,
    noise: float = 0.3,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make the absolute value of one linear combination of five columns.

    On standard normal columns the signal is :math:`|w^T x|`; the five weights have
    random signs and sizes uniform on [0.5, 1.5]. No column is correlated with y.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of rows.
    n_features : int, default=100
        Number of columns, the informative ones included.
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
    informative : ndarray of shape (5,)
        At random positions.
    """
    check_sizes(n_samples, n_features, 5)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.standard_normal((n_samples, n_features))
    informative = draw_columns(rng, n_features, 5)
    weights = rng.choice([-1.0, 1.0], 5) * rng.uniform(0.5, 1.5, 5)
    signal = np.abs(X[:, informative] @ weights)
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_ratios(
    n_samples: int = 1000,
    n_features: int = 100,
    *,
    noise: float = 0.3,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make a sum of two ratios of columns.

    On columns uniform on [0.5, 2] the signal is :math:`x_a / x_b + x_c / x_d`.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of rows.
    n_features : int, default=100
        Number of columns, the informative ones included.
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
    informative : ndarray of shape (4,)
        At random positions.
    """
    check_sizes(n_samples, n_features, 4)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.uniform(0.5, 2.0, (n_samples, n_features))
    informative = draw_columns(rng, n_features, 4)
    a, b, c, d = rng.permutation(X[:, informative], axis=1).T
    signal = a / b + c / d
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_checkerboard(
    n_samples: int = 1000,
    n_features: int = 100,
    *,
    noise: float = 0.3,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make a board of four times four fields in two columns.

    On columns uniform on [-1, 1] the signal is 1 on the black fields and 0 on the
    white ones. Neither of the two columns says anything alone, and their product
    says 4 % at most.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of rows.
    n_features : int, default=100
        Number of columns, the informative ones included.
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
    informative : ndarray of shape (2,)
        At random positions.
    """
    check_sizes(n_samples, n_features, 2)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.uniform(-1.0, 1.0, (n_samples, n_features))
    informative = draw_columns(rng, n_features, 2)
    fields = np.floor(2 * (X[:, informative] + 1)).astype(np.int64)
    signal = (fields.sum(axis=1) % 2).astype(np.float64)
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative
