"""What the parameters of the selector may be, and one sentence where they are not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils._param_validation import Interval, StrOptions

from stg_select.crossfit import WORKING_SET, Settings
from stg_select.engine import available_devices
from stg_select.objectives import OBJECTIVES

# Bounds that no sane use exceeds, within which single precision stays finite.
SMALLEST_STD, LARGEST = 1e-6, 1e6
LARGEST_WIDTH = 2**16
LARGEST_SIZE = 2**31

_STEP_SIZE = [Interval(Real, 0, LARGEST, closed="right")]

CONSTRAINTS: dict = {
    "n_features_to_select": [
        None,
        Interval(Integral, 1, None, closed="left"),
        Interval(Real, 0, 1, closed="right"),
    ],
    "threshold": [None, Interval(Real, 0, 1, closed="both")],
    "objective": [StrOptions({"auto", *OBJECTIVES})],
    "class_weight": [StrOptions({"balanced"}), Mapping, None],
    "reg_weight": [StrOptions({"auto"}), Interval(Real, 0, LARGEST, closed="both")],
    "gate_std": [Interval(Real, SMALLEST_STD, LARGEST, closed="both")],
    "keep": ["array-like", str, Integral, callable, None],
    "feature_groups": [StrOptions({"auto"}), "array-like", Mapping, None],
    "feature_costs": ["array-like", Mapping, None],
    "categorical_features": [StrOptions({"from_dtype"}), "array-like", None],
    "max_correlation": [None, Interval(Real, 0, 1, closed="left")],
    "cross_fit": ["cv_object"],
    "n_seeds": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
    "embedding": [StrOptions({"legendre"}), None],
    "screening": [
        StrOptions({"auto"}),
        Interval(Integral, 1, LARGEST_SIZE, closed="both"),
        None,
    ],
    "standardize": ["boolean"],
    "gate_noise": [StrOptions({"member", "row"})],
    "hidden_layer_sizes": [
        "array-like",
        Interval(Integral, 1, None, closed="left"),
    ],
    "activation": [StrOptions({"relu", "tanh", "logistic", "silu"})],
    "learning_rate_init": _STEP_SIZE,
    "gate_learning_rate_init": _STEP_SIZE,
    "alpha": [Interval(Real, 0, LARGEST, closed="both")],
    "batch_size": [
        StrOptions({"auto"}),
        Interval(Integral, 1, None, closed="left"),
    ],
    "max_iter": [Interval(Integral, 1, 10**7, closed="both")],
    "n_iter_no_change": [Interval(Integral, 1, None, closed="left"), None],
    "tol": [Interval(Real, 0, None, closed="left")],
    "device": [str],
    "n_jobs": [
        None,
        Interval(Integral, 1, None, closed="left"),
        Interval(Integral, None, -1, closed="right"),
    ],
    "random_state": ["random_state"],
    "verbose": ["verbose"],
}


def check_layer_sizes(hidden_layer_sizes: ArrayLike) -> None:
    """Refuse widths that are not whole numbers of at least 1.

    Parameters
    ----------
    hidden_layer_sizes : array-like of int, or int

    Raises
    ------
    ValueError
    """
    sizes = np.asarray(hidden_layer_sizes, dtype=object).reshape(-1)
    for size in sizes:
        whole = isinstance(size, Integral) and not isinstance(size, bool | np.bool_)
        if not whole or not 1 <= size <= LARGEST_WIDTH:
            msg = (
                "hidden_layer_sizes must hold integers of at least 1 and at most "
                f"{LARGEST_WIDTH}, got {hidden_layer_sizes!r}."
            )
            raise ValueError(msg)


def check_decay(alpha: float, learning_rate_init: float) -> None:
    """Refuse a decay that takes more of the weights a step than there is.

    Parameters
    ----------
    alpha, learning_rate_init : float

    Raises
    ------
    ValueError
    """
    if alpha * learning_rate_init > 1.0 and learning_rate_init <= 1.0:
        msg = (
            "alpha must be at most 1 / learning_rate_init = "
            f"{1.0 / learning_rate_init!r}, got {alpha!r}."
        )
        raise ValueError(msg)


def check_device(device: str) -> str:
    """Choose a device that is available.

    Parameters
    ----------
    device : str
        "auto" or the name of a device.

    Returns
    -------
    device : str

    Raises
    ------
    ValueError
    """
    devices = available_devices()
    if device == "auto":
        return devices[0]
    if not re.fullmatch(r"cpu|mps|cuda(:\d+)?", device):
        msg = (
            "device must be 'auto', 'cpu', 'cuda', 'cuda:' and a number, or 'mps', "
            f"got {device!r}."
        )
        raise ValueError(msg)
    if device not in devices:
        msg = (
            f"device={device!r} is not available here; expected one of "
            f"{', '.join(devices)}, or 'auto'."
        )
        raise ValueError(msg)
    return device


def check_count(n_features_to_select: float | None, n_gates: int) -> None:
    """Refuse to select more gates than there are.

    Parameters
    ----------
    n_features_to_select : int, float or None
    n_gates : int
        Without those that stay.

    Raises
    ------
    ValueError
    """
    count = n_features_to_select
    if isinstance(count, bool):
        msg = f"n_features_to_select must be a number or None, got {count!r}."
        raise ValueError(msg)
    if isinstance(count, Integral) and int(count) > n_gates:
        msg = (
            "n_features_to_select must be at most the number of gates that keep does "
            f"not name, {n_gates}, got {count!r}."
        )
        raise ValueError(msg)


def settings_of(
    parameters: Mapping[str, Any], n_folds: int | None, device: str, seed: int
) -> Settings:
    """Translate checked parameters for what is below the selectors.

    Parameters
    ----------
    parameters : mapping
        As of `get_params`.
    n_folds : int or None
        Folds or splits that `cross_fit` asks for.
    device : str
        The device that was chosen.
    seed : int
        The seed that was drawn.

    Returns
    -------
    settings : Settings
    """
    price, screening = parameters["reg_weight"], parameters["screening"]
    working_set = None if screening is None else WORKING_SET
    if isinstance(screening, Integral):
        working_set = (int(screening), int(screening))
    layers, rows = parameters["hidden_layer_sizes"], parameters["batch_size"]
    seeds = parameters["n_seeds"]
    return Settings(
        reg_weight=None if isinstance(price, str) else float(price),
        n_folds=n_folds,
        n_seeds=None if isinstance(seeds, str) else seeds,
        working_set=working_set,
        hidden_layer_sizes=tuple(np.atleast_1d(layers).tolist()),
        activation=parameters["activation"],
        gate_std=float(parameters["gate_std"]),
        gate_noise=parameters["gate_noise"],
        learning_rate=float(parameters["learning_rate_init"]),
        gate_learning_rate=float(parameters["gate_learning_rate_init"]),
        weight_decay=float(parameters["alpha"]),
        batch_size=None if isinstance(rows, str) else rows,
        max_iter=parameters["max_iter"],
        n_iter_no_change=parameters["n_iter_no_change"],
        tol=float(parameters["tol"]),
        device=device,
        seed=seed,
    )
