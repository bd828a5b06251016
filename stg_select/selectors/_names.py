"""Names of the columns of a fit, its own or others."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import _check_feature_names_in


def names_of(selector: Any, feature_names: ArrayLike | None = None) -> NDArray:
    """Name the columns of a fit.

    Parameters
    ----------
    selector : GateSelection
        Fitted.
    feature_names : array-like of str of shape (n_features,) or None, default=None
        Names to take; None for those of the fit.

    Returns
    -------
    names : ndarray of str of shape (n_features,)

    Raises
    ------
    ValueError
        If there are not as many names as columns.
    """
    if feature_names is None:
        return _check_feature_names_in(selector)
    names = np.asarray(feature_names, dtype=object)
    if names.shape != (selector.n_features_in_,):
        msg = (
            f"feature_names must hold a name for each of {selector.n_features_in_} "
            f"columns, got shape {names.shape!r}."
        )
        raise ValueError(msg)
    return names
