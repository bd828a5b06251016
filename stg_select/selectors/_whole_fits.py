"""A fit that succeeds whole or leaves an estimator as it was."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sklearn.base import BaseEstimator

P = ParamSpec("P")
Estimator = TypeVar("Estimator", bound=BaseEstimator)


def whole_or_not_at_all(
    fit: Callable[Concatenate[Estimator, P], Any],
) -> Callable[Concatenate[Estimator, P], Estimator]:
    """Let a fit that fails or is interrupted leave the estimator as it was.

    The fit works on an unfitted copy, whose state the estimator takes over at the end
    in a single assignment.

    Parameters
    ----------
    fit : callable
        The method, which stores attributes on the estimator that it is given.

    Returns
    -------
    fit_whole : callable
        The method, which returns the estimator.
    """

    @wraps(fit)
    def fit_whole(self: Estimator, /, *args: P.args, **kwargs: P.kwargs) -> Estimator:
        attempt = object.__new__(type(self))
        vars(attempt).update(
            {
                name: value
                for name, value in vars(self).items()
                if name.startswith("_") or not name.endswith("_")
            }
        )
        fit(attempt, *args, **kwargs)
        self.__dict__ = vars(attempt)
        return self

    return fit_whole
