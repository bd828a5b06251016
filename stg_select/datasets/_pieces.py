"""Signals in pieces: rules, a tree, maxima, a switch, corners."""

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


def make_rules(
    n_samples: int = 1000,
    n_features: int = 100,
    *,
    noise: float = 0.3,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make a sum of three rules on two columns each.

    On columns uniform on [-1, 1] a rule holds where both of its columns lie beyond
    thresholds that are passed by 40 to 70 % of the rows, above or below. The signal
    is the sum of the three rules, weighted 1, 1.25 and 1.5.

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
    informative : ndarray of shape (6,)
        At random positions.
    """
    check_sizes(n_samples, n_features, 6)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.uniform(-1.0, 1.0, (n_samples, n_features))
    informative = draw_columns(rng, n_features, 6)
    sides = rng.choice([-1.0, 1.0], 6)
    passed = sides * X[:, informative] > 1 - 2 * rng.uniform(0.4, 0.7, 6)
    pairs = rng.permutation(passed, axis=1).reshape(n_samples, 3, 2)
    signal = pairs.all(axis=2) @ np.array([1.0, 1.25, 1.5])
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_tree(
    n_samples: int = 1000,
    n_features: int = 100,
    *,
    noise: float = 0.3,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make a regression tree of depth three with seven columns.

    On columns uniform on [-1, 1] every split has a column of its own and a threshold
    uniform on [-0.3, 0.3]. The values of the eight leaves are a random order of
    :math:`-3.5, -2.5, \dots, 3.5`.

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
    informative : ndarray of shape (7,)
        At random positions.
    """
    check_sizes(n_samples, n_features, 7)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.uniform(-1.0, 1.0, (n_samples, n_features))
    informative = draw_columns(rng, n_features, 7)
    # split j of the order of breadth leads to splits 2 j + 1 and 2 j + 2
    right = rng.permutation(X[:, informative], axis=1) > rng.uniform(-0.3, 0.3, 7)
    node = np.zeros(n_samples, dtype=np.int64)
    for _ in range(3):
        node = 2 * node + 1 + right[np.arange(n_samples), node]
    signal = rng.permutation(np.arange(8) - 3.5)[node - 7]
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_maxima(
    n_samples: int = 1000,
    n_features: int = 100,
    *,
    noise: float = 0.3,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make the largest of three columns plus the smallest of three others.

    On standard normal columns the signal is
    :math:`\max(x_a, x_b, x_c) + \min(x_d, x_e, x_f)`.

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
    informative : ndarray of shape (6,)
        At random positions.
    """
    check_sizes(n_samples, n_features, 6)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.standard_normal((n_samples, n_features))
    informative = draw_columns(rng, n_features, 6)
    triples = rng.permutation(X[:, informative], axis=1).reshape(n_samples, 2, 3)
    signal = triples[:, 0].max(axis=1) + triples[:, 1].min(axis=1)
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_switches(
    n_samples: int = 1000,
    n_features: int = 100,
    *,
    noise: float = 0.3,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make one column that decides which two others count.

    On standard normal columns the signal is :math:`x_a + x_b` where :math:`x_s > 0`
    and :math:`x_c - x_d` elsewhere.

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
    s, a, b, c, d = rng.permutation(X[:, informative], axis=1).T
    signal = np.where(s > 0, a + b, c - d)
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_rare_corners(
    n_samples: int = 2000,
    n_features: int = 50,
    *,
    random_state: Seed = None,
) -> Table:
    r"""Make two rare classes, each in a corner of three columns of its own.

    On columns uniform on [-1, 1] a row belongs to class 1 where all of a, b, c exceed
    :math:`1 - 2 \sqrt[3]{.05}`, which 5 % of the rows do, to class 2 where all of
    d, e, f do and it is not in class 1, and to class 0 elsewhere.

    Parameters
    ----------
    n_samples : int, default=2000
        Number of rows.
    n_features : int, default=50
        Number of columns, the informative ones included.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
        Classes 0, 1 and 2.
    informative : ndarray of shape (6,)
        At random positions.
    """
    check_sizes(n_samples, n_features, 6)
    rng = np.random.default_rng(random_state)
    X = rng.uniform(-1.0, 1.0, (n_samples, n_features))
    informative = draw_columns(rng, n_features, 6)
    edge = 1 - 2 * np.cbrt(0.05)
    order = rng.permutation(informative)
    first = (X[:, order[:3]] > edge).all(axis=1)
    second = (X[:, order[3:]] > edge).all(axis=1)
    y = np.where(first, 1, np.where(second, 2, 0)).astype(np.int64)
    return X, y, informative
