"""Linear signals: correlated columns, noisy copies, fewer rows than columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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


def make_linear(
    n_samples: int = 300,
    n_features: int = 200,
    *,
    n_informative: int = 10,
    correlation: float = 0.7,
    noise: float = 0.5,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make a linear signal on columns that form an autoregressive series.

    Columns are standard normal with :math:`corr(x_i, x_j) = \rho^{|i - j|}`. The
    coefficients have random signs and sizes uniform on [0.5, 1.5]; the signal is
    scaled to unit variance before normal noise is added.

    Parameters
    ----------
    n_samples : int, default=300
        Number of rows.
    n_features : int, default=200
        Number of columns, the informative ones included.
    n_informative : int, default=10
        Number of columns with a coefficient, at random positions.
    correlation : float, default=0.7
        :math:`\rho` of neighbouring columns, in [0, 1).
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

    Examples
    --------
    >>> from stg_select.datasets import make_linear
    >>> X, y, informative = make_linear(random_state=0)
    >>> X.shape, informative.size
    ((300, 200), 10)
    """
    check_count("n_informative", n_informative, 1)
    if not 0.0 <= correlation < 1.0:
        raise ValueError(f"correlation must be in [0, 1), got {correlation!r}.")
    check_sizes(n_samples, n_features, n_informative)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.standard_normal((n_samples, n_features))
    innovation = np.sqrt(1.0 - correlation**2)
    for column in range(1, n_features):
        X[:, column] = correlation * X[:, column - 1] + innovation * X[:, column]
    informative = draw_columns(rng, n_features, n_informative)
    signal = X[:, informative] @ _coefficients(rng, n_informative)
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_few_rows(
    n_samples: int = 200,
    n_features: int = 2000,
    *,
    noise: float = 0.3,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make ten times more columns than rows: three slopes and one product.

    The signal is :math:`x_a + x_b - x_c + x_d x_e` with five different columns,
    all columns standard normal and independent.

    Parameters
    ----------
    n_samples : int, default=200
        Number of rows.
    n_features : int, default=2000
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
    """
    check_sizes(n_samples, n_features, 5)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.standard_normal((n_samples, n_features))
    informative = draw_columns(rng, n_features, 5)
    a, b, c, d, e = X[:, informative].T
    signal = a + b - c + d * e
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_very_wide(
    n_samples: int = 100,
    n_features: int = 5000,
    *,
    noise: float = 0.3,
    task: Task = "classification",
    random_state: Seed = None,
) -> Table:
    r"""Make a table shaped like gene expression: blocks of related columns.

    Columns come in blocks of ten that share a factor (correlation .5 within a block);
    ten columns of ten different blocks carry a linear signal as in `make_linear`.

    Parameters
    ----------
    n_samples : int, default=100
        Number of rows.
    n_features : int, default=5000
        Number of columns, at least 100.
    noise : float, default=0.3
        Standard deviation of the noise; that of the signal is 1.
    task : {"regression", "classification"}, default="classification"
        "classification" cuts the same response at its median.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
        float64, or classes 0 and 1.
    informative : ndarray of shape (10,)
    """
    check_sizes(n_samples, n_features, 100)
    check_task(task)
    rng = np.random.default_rng(random_state)
    block = np.arange(n_features) // 10
    factors = rng.standard_normal((n_samples, block[-1] + 1))
    own = rng.standard_normal((n_samples, n_features))
    X = np.sqrt(0.5) * (factors[:, block] + own)
    blocks = draw_columns(rng, n_features // 10, 10)
    informative = 10 * blocks + rng.integers(0, 10, 10)
    signal = X[:, informative] @ _coefficients(rng, 10)
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_near_copies(
    n_samples: int = 500,
    n_features: int = 100,
    *,
    noise: float = 0.3,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make five true columns, each with three noisy copies in the table.

    The signal is :math:`x_a + x_b - x_c + x_d x_e`; a copy is its original plus
    normal noise of standard deviation 0.3 (correlation .96). Only the originals are
    informative: given them, the copies tell nothing about y.

    Parameters
    ----------
    n_samples : int, default=500
        Number of rows.
    n_features : int, default=100
        Number of columns, at least 20: five originals and fifteen copies.
    noise : float, default=0.3
        Standard deviation of the noise of y; that of the signal is 1.
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
        The originals; a copy that a method prefers counts as an error.
    """
    check_sizes(n_samples, n_features, 20)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.standard_normal((n_samples, n_features))
    places = rng.permutation(n_features)[:20].reshape(4, 5)
    for copy in places[1:]:
        X[:, copy] = X[:, places[0]] + 0.3 * X[:, copy]
    a, b, c, d, e = X[:, places[0]].T
    signal = a + b - c + d * e
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), np.sort(places[0])


def _coefficients(rng: np.random.Generator, size: int) -> NDArray[np.float64]:
    return rng.choice([-1.0, 1.0], size) * rng.uniform(0.5, 1.5, size)
