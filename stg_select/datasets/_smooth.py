"""Additive and smooth signals, with well- and ill-behaved noise."""

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


def make_additive(
    n_samples: int = 500,
    n_features: int = 200,
    *,
    noise: float = 0.5,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make a sum of five curves, three of them uncorrelated with y.

    On columns uniform on [-1, 1] the signal is
    :math:`1.5 x_a + \sin(\pi x_b) + 2 x_c^2 + \cos(2 \pi x_d) + 2 [\,|x_e| > .5]`.

    Parameters
    ----------
    n_samples : int, default=500
        Number of rows.
    n_features : int, default=200
        Number of columns, the informative ones included.
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
    informative : ndarray of shape (5,)
        At random positions.
    """
    check_sizes(n_samples, n_features, 5)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.uniform(-1.0, 1.0, (n_samples, n_features))
    informative = draw_columns(rng, n_features, 5)
    a, b, c, d, e = X[:, informative].T
    signal = (
        1.5 * a
        + np.sin(np.pi * b)
        + 2.0 * c**2
        + np.cos(2.0 * np.pi * d)
        + 2.0 * (np.abs(e) > 0.5)
    )
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_friedman1(
    n_samples: int = 500,
    n_features: int = 1000,
    *,
    noise: float = 0.2,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make Friedman's first problem, with its columns at random positions.

    On columns uniform on [0, 1] the signal is
    :math:`10 \sin(\pi x_a x_b) + 20 (x_c - .5)^2 + 10 x_d + 5 x_e`.

    Parameters
    ----------
    n_samples : int, default=500
        Number of rows.
    n_features : int, default=1000
        Number of columns, the informative ones included.
    noise : float, default=0.2
        Standard deviation of the noise; that of the signal is 1, so that the default
        is Friedman's noise of 1 on a signal of about 4.9.
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

    References
    ----------
    J. H. Friedman, "Multivariate adaptive regression splines", The Annals of
    Statistics 19 (1991), equation 61.
    """
    check_sizes(n_samples, n_features, 5)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.uniform(size=(n_samples, n_features))
    informative = draw_columns(rng, n_features, 5)
    a, b, c, d, e = X[:, informative].T
    signal = 10.0 * np.sin(np.pi * a * b) + 20.0 * (c - 0.5) ** 2 + 10.0 * d + 5.0 * e
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_heteroscedastic(
    n_samples: int = 600,
    n_features: int = 200,
    *,
    noise: float = 1.0,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make a signal whose noise grows with one of its own columns.

    On standard normal columns the signal is
    :math:`x_a + \sin(2 x_b) + |x_c| + \max(x_d, 0) - x_e`, scaled to unit variance,
    and the standard deviation of the noise is proportional to :math:`e^{x_a}` with
    mean square `noise` squared: half of the rows are nearly clean, a few are lost.

    Parameters
    ----------
    n_samples : int, default=600
        Number of rows.
    n_features : int, default=200
        Number of columns, the informative ones included.
    noise : float, default=1.0
        Root mean square of the noise; the standard deviation of the signal is 1.
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
    a, b, c, d, e = X[:, informative].T
    signal = a + np.sin(2.0 * b) + np.abs(c) + np.maximum(d, 0.0) - e
    # E[exp(2 a)] = exp(2) for a standard normal column
    error = noise * np.exp(a - 1.0) * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_heavy_tails(
    n_samples: int = 500,
    n_features: int = 200,
    *,
    noise: float = 0.5,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make columns and noise without a variance.

    Columns are Student t with 1.5 degrees of freedom, the noise is t with 2. The signal
    is :math:`\tanh x_a + \tanh x_b - \tanh x_c + 2 [\,|x_d| > 1] + 2 [\,|x_e| < .5]`.

    Parameters
    ----------
    n_samples : int, default=500
        Number of rows.
    n_features : int, default=200
        Number of columns, the informative ones included.
    noise : float, default=0.5
        Factor of the noise; the standard deviation of the signal is 1.
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
    X = rng.standard_t(1.5, (n_samples, n_features))
    informative = draw_columns(rng, n_features, 5)
    a, b, c, d, e = X[:, informative].T
    signal = (
        np.tanh(a)
        + np.tanh(b)
        - np.tanh(c)
        + 2.0 * (np.abs(d) > 1.0)
        + 2.0 * (np.abs(e) < 0.5)
    )
    error = noise * rng.standard_t(2.0, n_samples)
    return X, noisy_target(signal, error, task), informative
