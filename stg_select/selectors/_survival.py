"""Events and times in the forms that users have them: recognised before all else."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stg_select.objectives import SURVIVAL

# words of which names of columns are made; what holds a word of time is a time,
# "time_to_event" as well
WORDS = {
    "time": {
        *("day", "days", "duration", "followup", "futime", "month", "months", "tenure"),
        *("time", "times", "week", "weeks", "year", "years"),
    },
    "censoring": {"cens", "censor", "censored", "censoring"},
    "event": {"dead", "death", "died", "event", "events", "observed", "status"},
}
# how truth values are written
TRUE, FALSE = ("True", "1", "1.0"), ("False", "0", "0.0")


def read_survival(y: Any, objective: str) -> Any:
    """Turn a frame or records of an event and a time into a structured array.

    Parameters
    ----------
    y : object
        A target as the user gave it.
    objective : str
        What the user takes it for.

    Returns
    -------
    y : object
        A structured array, if `y` is a DataFrame of two columns whose names say so,
        as "status" and "days" do in either order, and `objective` does not say
        otherwise; or if it is a record array; else `y`.

    Raises
    ------
    ValueError
        If it is the censoring that is named, or the columns do not hold events and
        times.
    """
    if isinstance(y, np.recarray):  # scikit-learn knows structured arrays alone
        return y.view(y.dtype.fields or y.dtype, np.ndarray)
    names = list(getattr(y, "columns", ()))
    kinds = [_kind_of_name(name) for name in names]
    if len(names) != 2 or kinds.count("time") != 1 or None in kinds:
        return y
    if objective not in {"auto", *SURVIVAL}:
        return y
    place = kinds.index("time")
    time, other = names[place], names[1 - place]
    if kinds[1 - place] == "censoring":
        msg = (
            f"y must hold the events, got the censoring in column {other!r}; give a "
            "column 'event' that is 1 where the event was seen."
        )
        raise ValueError(msg)
    return _structured(y[other], y[time])


def check_survival(y: NDArray) -> NDArray:
    """Refuse structured arrays of other things than events and times.

    Parameters
    ----------
    y : structured ndarray of shape (n,)

    Returns
    -------
    y : structured ndarray of shape (n,)

    Raises
    ------
    ValueError
        If there are not two fields, the first one of truth values and the second one
        of numbers.
    """
    kinds = [y[name].dtype.kind for name in y.dtype.names or ()]
    if len(kinds) != 2 or kinds[0] != "b" or kinds[1] not in "iuf":
        msg = (
            "y must hold two fields where it is a structured array, a truth value for "
            f"the event and a number for the time, got dtype {y.dtype!s}."
        )
        raise ValueError(msg)
    return y


def _structured(event: Any, time: Any) -> NDArray:
    """Put two columns of a frame into a structured array."""
    known = np.isin(np.asarray(event).astype(str), (*TRUE, *FALSE))
    if not known.all():
        value = np.asarray(event)[~known][0]
        msg = f"The events of y must be truth values or 0 and 1, got {value!s}."
        raise ValueError(msg)
    y = np.empty(len(known), dtype=[("event", bool), ("time", np.float64)])
    y["event"] = np.isin(np.asarray(event).astype(str), TRUE)
    try:
        y["time"] = pd.to_numeric(np.asarray(time), errors="raise")
    except (TypeError, ValueError):
        kind = np.asarray(time).dtype
        msg = f"The times of y must be numbers, got dtype {kind!s}."
        raise ValueError(msg) from None
    return y


def _kind_of_name(name: object) -> str | None:
    """Tell what a column holds by the words of its name."""
    words = set(re.split(r"[^a-z]+", str(name).lower()))
    return next((kind for kind, known in WORDS.items() if words & known), None)
