"""What all generators share: argument checks, column positions, the target."""

from __future__ import annotations

from numbers import Integral
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Table: TypeAlias = tuple[NDArray[np.float64], NDArray[Any], NDArray[np.intp]]
Task: TypeAlias = Literal["regression", "classification"]
Seed: TypeAlias = int | np.random.Generator | None


def check_count(name: str, value: object, least: int) -> None:
    """Raise unless an argument is an int that is large enough."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be an int, got {value!r}.")
    if int(value) < least:
        raise ValueError(f"{name} must be at least {least}, got {value!r}.")


def check_sizes(n_samples: int, n_features: int, n_informative: int) -> None:
    """Raise unless the table has rows and room for its informative columns."""
    check_count("n_samples", n_samples, 2)
    check_count("n_features", n_features, n_informative)


def check_task(task: str) -> None:
    """Raise unless `task` is a word that the generators know."""
    if task not in ("regression", "classification"):
        raise ValueError(
            f"task must be 'regression' or 'classification', got {task!r}."
        )


def draw_columns(
    rng: np.random.Generator, n_features: int, n_informative: int
) -> NDArray[np.intp]:
    """Draw the sorted positions of the informative columns."""
    return np.sort(rng.choice(n_features, n_informative, replace=False))


def noisy_target(
    signal: NDArray[np.float64], error: NDArray[np.float64], task: Task
) -> NDArray[Any]:
    """Scale the signal to unit variance, add the error, cut at the median if asked.

    Parameters
    ----------
    signal, error : ndarray of shape (n_samples,)
    task : {"regression", "classification"}

    Returns
    -------
    ndarray of shape (n_samples,)
        float64, or int64 classes 0 and 1 of equal size.
    """
    response: NDArray[np.float64] = signal / signal.std() + error
    if task == "regression":
        return response
    classes: NDArray[np.int64] = (response > np.median(response)).astype(np.int64)
    return classes
