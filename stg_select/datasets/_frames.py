"""A data frame as an analyst has it: text, dates, categories, numbers, holes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stg_select.datasets._draws import (
    Seed,
    Task,
    check_sizes,
    check_task,
    noisy_target,
)

KINDS = ("number", "text", "date", "flag", "amount", "gap")
WORDS = ("Bonn", "Lima", "Oslo", "Rome", "Wien")
SPAN = 1000  # days
#: Positions among the columns of their kind that matter.
INFORMATIVE = {"number": (0, 1), "text": (0, 1), "date": (0,), "amount": (0,)}


def make_mixed_frame(
    n_samples: int = 600,
    n_features: int = 60,
    *,
    missing: float = 0.1,
    noise: float = 0.5,
    task: Task = "regression",
    random_state: Seed = None,
) -> tuple[pd.DataFrame, NDArray[Any], NDArray[np.intp]]:
    r"""Make a data frame of text, dates, flags, amounts, numbers and missing cells.

    The columns are named after their kinds: ``number_0`` is standard normal, ``text_0``
    one of five towns, ``date_0`` a day out of a thousand, ``flag_0`` a truth value,
    ``amount_0`` money written as "1,234.50", and of ``gap_0`` a share `missing` of the
    cells is missing; so it is of every second number. Seven columns matter: a number
    whose sign turns with the town (:math:`x` in two towns, :math:`-x` elsewhere),
    another number by itself, one more town, the weekend of a date, the logarithm of an
    amount, and one column only by being missing.

    Parameters
    ----------
    n_samples : int, default=600
        Number of rows.
    n_features : int, default=60
        Number of columns, at least 12; as many of each kind, up to one.
    missing : float, default=0.1
        Share of the missing cells, in (0, 1).
    noise : float, default=0.5
        Standard deviation of the noise; that of the signal is 1.
    task : {"regression", "classification"}, default="regression"
        "classification" cuts the same response at its median.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : DataFrame of shape (n_samples, n_features)
        Columns in random order.
    y : ndarray of shape (n_samples,)
        float64, or classes 0 and 1.
    informative : ndarray of shape (7,)
        Positions of the columns that matter.
    """
    check_sizes(n_samples, n_features, 12)
    check_task(task)
    if not 0.0 < missing < 1.0:
        raise ValueError(f"missing must be between 0 and 1, got {missing!r}.")
    rng = np.random.default_rng(random_state)
    columns: dict[str, Any] = {}
    for position in range(n_features):
        kind, number = KINDS[position % len(KINDS)], position // len(KINDS)
        columns[f"{kind}_{number}"] = _cells(rng, kind, n_samples)
    for number in range(1, n_features // len(KINDS) + 1, 2):
        if f"number_{number}" in columns:
            columns[f"number_{number}"][rng.random(n_samples) < missing] = np.nan
    for name in [name for name in columns if name.startswith("gap")]:
        columns[name][rng.random(n_samples) < missing] = np.nan
    frame = pd.DataFrame(columns)
    signal = _signal(frame)
    for name in frame.columns[frame.columns.str.startswith("amount")]:
        frame[name] = [f"{value:,.2f}" for value in frame[name]]
    matter = [
        *(f"{kind}_{i}" for kind, places in INFORMATIVE.items() for i in places),
        "gap_0",
    ]
    frame = frame[rng.permutation(frame.columns)]
    y = noisy_target(signal, noise * rng.standard_normal(n_samples), task)
    informative = np.flatnonzero(frame.columns.isin(matter))
    return frame, y, informative


def _cells(rng: np.random.Generator, kind: str, n: int) -> Any:
    if kind == "text":
        return rng.choice(WORDS, n).astype(object)
    if kind == "date":
        days = pd.to_timedelta(rng.integers(0, SPAN, n), unit="D")
        return pd.Timestamp("2022-01-01") + days
    if kind == "flag":
        return rng.random(n) < 0.3
    if kind == "amount":
        return np.exp(rng.normal(7.0, 1.5, n)).round(2)
    return rng.standard_normal(n)


def _signal(frame: pd.DataFrame) -> NDArray[np.float64]:
    """Add up seven columns, each part of unit variance."""
    turned = np.where(frame["text_0"].isin(WORDS[:2]), 1.0, -1.0)
    second = frame["number_1"]
    parts = [
        turned * frame["number_0"],
        second.fillna(second.mean()),
        frame["text_1"] == WORDS[2],
        frame["date_0"].dt.day_of_week >= 5,
        np.log(frame["amount_0"]),
        frame["gap_0"].isna(),
    ]
    numbers = [np.asarray(part, dtype=np.float64) for part in parts]
    return sum((part - part.mean()) / part.std() for part in numbers)
