"""Rows that are not independent: subjects, time series, rows made from others."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from stg_select.datasets._draws import (
    Seed,
    Table,
    check_count,
    check_sizes,
    draw_columns,
)

# of a true column: distance of the classes from the middle, and what differs by subject
CLASS_SHIFT = 0.5
SUBJECT_SPREAD = 0.3


def make_subjects(
    n_samples: int = 1000,
    n_features: int = 18,
    *,
    n_informative: int = 3,
    rows_a_subject: int = 25,
    random_state: Seed = None,
) -> Table:
    """Make repeated rows of subjects, each subject of one class.

    In the true columns the classes are one standard deviation of a row apart, with a
    small difference between subjects. All other columns are standard normal and
    constant within a subject, as age is: they tell subjects apart, and nothing else.
    Row i is of subject ``i // rows_a_subject``.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of rows.
    n_features : int, default=18
        Number of columns, the informative ones included.
    n_informative : int, default=3
        Number of true columns, at random positions.
    rows_a_subject : int, default=25
        Number of rows of each subject, of the last one what is left.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
    y : ndarray of int of shape (n_samples,)
        Classes 0 and 1, each of half of the subjects.
    informative : ndarray of shape (n_informative,)

    Raises
    ------
    ValueError
        If the sizes cannot be.
    """
    check_count("n_informative", n_informative, 0)
    check_sizes(n_samples, n_features, n_informative)
    check_count("rows_a_subject", rows_a_subject, 1)
    rng = np.random.default_rng(random_state)
    subject = np.arange(n_samples) // rows_a_subject
    n_subjects = int(subject[-1]) + 1
    X = rng.standard_normal((n_subjects, n_features))[subject]
    y = rng.permutation(np.arange(n_subjects) % 2)[subject]
    informative = draw_columns(rng, n_features, n_informative)
    rows = rng.standard_normal((n_samples, n_informative))
    shift = CLASS_SHIFT * (2.0 * y - 1.0)[:, None]
    X[:, informative] = shift + SUBJECT_SPREAD * X[:, informative] + rows
    return X, y, informative


def make_time_series(
    n_samples: int = 1000,
    n_features: int = 20,
    *,
    n_informative: int = 2,
    persistence: float = 0.9,
    random_state: Seed = None,
) -> Table:
    r"""Make series of rows in time, each column going on from its last value.

    Columns and the rest of the response are independent series,
    :math:`x_t = a x_{t-1} + \epsilon_t` with standard normal :math:`\epsilon`, of
    unit spread in the sample. The response is such a series, and the true columns.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of rows, in the order of time.
    n_features : int, default=20
        Number of columns, the informative ones included.
    n_informative : int, default=2
        Number of true columns, at random positions.
    persistence : float, default=0.9
        The share a in [0, 1] of the last value; 1 makes random walks.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
    informative : ndarray of shape (n_informative,)

    Raises
    ------
    ValueError
        If the sizes or the share cannot be.
    """
    check_count("n_informative", n_informative, 0)
    check_sizes(n_samples, n_features, n_informative)
    if not 0.0 <= persistence <= 1.0:
        raise ValueError(f"persistence must be in [0, 1], got {persistence!r}.")
    rng = np.random.default_rng(random_state)
    series = rng.standard_normal((n_samples, n_features + 1))
    if persistence < 1.0:  # a walk starts at 0, others as they go on
        series[0] /= np.sqrt(1.0 - persistence**2)
    for before, row in pairwise(series):
        row += persistence * before
    series = (series - series.mean(axis=0)) / series.std(axis=0)
    informative = draw_columns(rng, n_features, n_informative)
    X, rest = series[:, :-1], series[:, -1]
    return X, rest + X[:, informative].sum(axis=1), informative


def make_derived_rows(
    n_samples: int = 900,
    n_features: int = 20,
    *,
    n_informative: int = 3,
    kind: Literal["jittered", "interpolated"] = "jittered",
    random_state: Seed = None,
) -> Table:
    """Make a table of which a third of the rows is drawn and the rest made from it.

    Parameters
    ----------
    n_samples : int, default=900
        Number of rows.
    n_features : int, default=20
        Number of columns, standard normal before rows are made from others.
    n_informative : int, default=3
        Number of true columns, at random positions: the class is the sign of their
        sum and noise, of half of its variance.
    kind : {"jittered", "interpolated"}, default="jittered"
        Copies with an error of 1e-9, or rows between another and one of its five
        nearest of its class, as oversampling [1]_ makes them.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
    y : ndarray of int of shape (n_samples,)
    informative : ndarray of shape (n_informative,)

    Raises
    ------
    ValueError
        If the sizes cannot be, or the kind is unknown.

    References
    ----------
    .. [1] N. V. Chawla, K. W. Bowyer, L. O. Hall and W. P. Kegelmeyer, "SMOTE:
       Synthetic Minority Over-sampling Technique", Journal of Artificial Intelligence
       Research 16, 2002.
    """
    check_count("n_informative", n_informative, 0)
    check_sizes(n_samples, n_features, n_informative)
    if kind not in ("jittered", "interpolated"):
        raise ValueError(f"kind must be 'jittered' or 'interpolated', got {kind!r}.")
    rng = np.random.default_rng(random_state)
    n_drawn = -(-n_samples // 3)
    drawn = rng.standard_normal((n_drawn, n_features))
    informative = draw_columns(rng, n_features, n_informative)
    signal = drawn[:, informative].sum(axis=1)
    noise = rng.standard_normal(n_drawn) * max(n_informative, 1) ** 0.5
    label = (signal + noise > 0.0).astype(np.int64)
    source = np.arange(n_samples) % n_drawn
    X = drawn[source]
    if kind == "jittered":
        X += 1e-9 * rng.standard_normal(X.shape)
        return X, label[source], informative
    for row in range(n_drawn, n_samples):
        other = drawn[_near(drawn, label, int(source[row]), rng)]
        X[row] += rng.uniform() * (other - X[row])
    return X, label[source], informative


def _near(
    drawn: NDArray[np.float64], label: NDArray[Any], row: int, rng: np.random.Generator
) -> int:
    """Draw one of the five nearest rows of the same class; alone, the row itself."""
    same = np.flatnonzero(label == label[row])
    distance = np.square(drawn[same] - drawn[row]).sum(axis=1)
    nearest = same[np.argsort(distance, kind="stable")[1:6]]
    return int(rng.choice(nearest)) if len(nearest) else row
