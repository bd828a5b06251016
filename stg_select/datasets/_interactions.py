"""Signals that are products: pairs, triples, and many factors."""

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


def make_products(
    n_samples: int = 600,
    n_features: int = 100,
    *,
    noise: float = 0.3,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make a sum of three products of two columns, without main effects.

    On columns uniform on [-1, 1] the signal is
    :math:`x_a x_b + x_c x_d + x_e x_f`, uncorrelated with every single column.

    Parameters
    ----------
    n_samples : int, default=600
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
    return _products_of(2, n_samples, n_features, noise, task, random_state)


def make_three_way(
    n_samples: int = 1000,
    n_features: int = 50,
    *,
    noise: float = 0.3,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make a sum of two products of three columns, without lower-order effects.

    On columns uniform on [-1, 1] the signal is
    :math:`x_a x_b x_c + x_d x_e x_f`, uncorrelated with every column and with every
    product of two.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of rows.
    n_features : int, default=50
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
    return _products_of(3, n_samples, n_features, noise, task, random_state)


def make_multiplicative(
    n_samples: int = 500,
    n_features: int = 200,
    *,
    noise: float = 0.3,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make one product of five positive factors with multiplicative noise.

    On columns uniform on [-1, 1] the target is
    :math:`(1 + .9 x_a)(1 - .9 x_b)(1 + .9 x_c)(.2 + x_d^2)(.2 + x_e^2)
    \, e^{\sigma \varepsilon}` with standard normal :math:`\varepsilon`: skewed, all
    factors interact, and the logarithm is additive.

    Parameters
    ----------
    n_samples : int, default=500
        Number of rows.
    n_features : int, default=200
        Number of columns, the informative ones included.
    noise : float, default=0.3
        :math:`\sigma`, the standard deviation of the noise on the log scale.
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
    a, b, c, d, e = X[:, informative].T
    product = (1 + 0.9 * a) * (1 - 0.9 * b) * (1 + 0.9 * c)
    product *= (0.2 + d**2) * (0.2 + e**2)
    signal = product * np.exp(noise * rng.standard_normal(n_samples))
    return X, noisy_target(signal, np.zeros(n_samples), task), informative


def _products_of(
    order: int,
    n_samples: int,
    n_features: int,
    noise: float,
    task: Task,
    random_state: Seed,
) -> Table:
    check_sizes(n_samples, n_features, 6)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.uniform(-1.0, 1.0, (n_samples, n_features))
    informative = draw_columns(rng, n_features, 6)
    terms = X[:, informative].reshape(n_samples, 6 // order, order).prod(axis=2)
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(terms.sum(axis=1), error, task), informative
