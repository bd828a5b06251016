"""Bits, genotypes, words, and a target that counts."""

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

N_TOPICS = 4
WORDS_OF_TOPIC = 5


def make_parity(
    n_samples: int = 1600,
    n_features: int = 20,
    *,
    order: int = 3,
    noise: float = 0.3,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make the parity of some binary columns among others.

    All columns are 0 or 1 with equal probability. The signal is the parity of `order`
    of them; any smaller set of columns says nothing about it.

    Parameters
    ----------
    n_samples : int, default=1600
        Number of rows.
    n_features : int, default=20
        Number of columns, the informative ones included.
    order : int, default=3
        Number of columns whose parity it is.
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
    informative : ndarray of shape (order,)
        At random positions.
    """
    check_count("order", order, 2)
    check_sizes(n_samples, n_features, order)
    check_task(task)
    rng = np.random.default_rng(random_state)
    X = rng.integers(0, 2, (n_samples, n_features)).astype(np.float64)
    informative = draw_columns(rng, n_features, order)
    signal = X[:, informative].sum(axis=1) % 2
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_genotype_pair(
    n_samples: int = 1600,
    n_features: int = 1000,
    *,
    noise: float = 1.0,
    task: Task = "regression",
    random_state: Seed = None,
) -> Table:
    r"""Make two genotypes that matter together and not alone.

    Columns count the minor allele of a marker: 0, 1 or 2, binomial with a frequency
    uniform on [.1, .5]. That of the two true ones is .5, and the signal is 1 where
    exactly one of them is heterozygous: each of them alone says nothing.

    Parameters
    ----------
    n_samples : int, default=1600
        Number of rows.
    n_features : int, default=1000
        Number of columns, the informative ones included.
    noise : float, default=1.0
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
    frequency = rng.uniform(0.1, 0.5, n_features)
    informative = draw_columns(rng, n_features, 2)
    frequency[informative] = 0.5
    X = rng.binomial(2, frequency, (n_samples, n_features)).astype(np.float64)
    one, other = (X[:, informative] == 1).T
    signal = (one != other).astype(np.float64)
    error = noise * rng.standard_normal(n_samples)
    return X, noisy_target(signal, error, task), informative


def make_counts(
    n_samples: int = 1000,
    n_features: int = 100,
    *,
    random_state: Seed = None,
) -> Table:
    r"""Make counts whose rate five columns multiply.

    On standard normal columns y is Poisson with rate
    :math:`\exp(1 + .4 (x_a - x_b + x_c) + .3 (x_d^2 - 1) + .4 \, x_a x_e)`, at most
    1000.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of rows.
    n_features : int, default=100
        Number of columns, the informative ones included.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
        Counts as float64.
    informative : ndarray of shape (5,)
        At random positions.
    """
    check_sizes(n_samples, n_features, 5)
    rng = np.random.default_rng(random_state)
    X = rng.standard_normal((n_samples, n_features))
    informative = draw_columns(rng, n_features, 5)
    a, b, c, d, e = X[:, informative].T
    rate = np.exp(1 + 0.4 * (a - b + c) + 0.3 * (d**2 - 1) + 0.4 * a * e)
    y = rng.poisson(np.minimum(rate, 1000.0)).astype(np.float64)
    return X, y, informative


def make_topic_words(
    n_samples: int = 1000,
    n_features: int = 1000,
    *,
    random_state: Seed = None,
) -> Table:
    r"""Make rare words, some of them more frequent under one of four topics.

    Column j counts a word: Poisson with a rate between .005 and .05 in any document.
    Every topic has five words of its own, whose rate is .3 under this topic.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of rows.
    n_features : int, default=1000
        Number of columns, at least 20.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
        Topics 0 to 3.
    informative : ndarray of shape (20,)
        At random positions.
    """
    check_sizes(n_samples, n_features, N_TOPICS * WORDS_OF_TOPIC)
    rng = np.random.default_rng(random_state)
    rates = np.exp(rng.uniform(np.log(0.005), np.log(0.05), n_features))
    y = rng.permutation(np.arange(n_samples) % N_TOPICS)
    informative = draw_columns(rng, n_features, N_TOPICS * WORDS_OF_TOPIC)
    owner = np.full(n_features, -1)
    owner[rng.permutation(informative)] = np.repeat(np.arange(N_TOPICS), WORDS_OF_TOPIC)
    X = rng.poisson(np.where(owner == y[:, None], 0.3, rates)).astype(np.float64)
    return X, y, informative
