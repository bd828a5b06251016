"""How long a table, half of it text, takes to be read and encoded, and to be fitted.

python -m benchmarks.mixed_table [--rows 100000] [--columns 200]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd

from stg_select import GaussianGateSelector
from stg_select.selectors import _fitting

N_LEVELS = 20
#: What `fit` calls one after the other, and what it does there.
STEPS = {
    "checked_table": "check",
    "read_features": "read",
    "build_table": "encode",
    "fit_members": "screen and train",
}


def mixed_table(n_rows: int, n_columns: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Draw a table of texts and numbers, of which one each make two classes."""
    rng = np.random.default_rng(0)
    levels = np.array([f"level {i}" for i in range(N_LEVELS)], dtype=object)
    columns: dict[str, Any] = {}
    for i in range(n_columns // 2):
        columns[f"text {i}"] = levels[rng.integers(0, N_LEVELS, n_rows)]
        columns[f"number {i}"] = rng.standard_normal(n_rows)
    X = pd.DataFrame(columns)
    signal = X["number 0"] + 2.0 * (X["text 0"] == levels[3])
    return X, (signal + rng.standard_normal(n_rows) > 0).to_numpy(dtype=int)


def seconds_of_a_fit(X: pd.DataFrame, y: np.ndarray) -> dict[str, float]:
    """Time the steps of a default fit.

    Returns
    -------
    seconds : dict of str to float
        By the words of `STEPS`.
    """
    seconds: dict[str, float] = {}

    def timed(step: str, function: Callable) -> Callable:
        def run(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                seconds[step] = time.perf_counter() - start

        return run

    with ExitStack() as stack:
        for name, step in STEPS.items():
            function = timed(step, getattr(_fitting, name))
            stack.enter_context(patch.object(_fitting, name, function))
        GaussianGateSelector(random_state=0).fit(X, y)
    return seconds


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the seconds of every step."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mixed_table")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=200)
    options = parser.parse_args(arguments)
    X, y = mixed_table(options.rows, options.columns)
    for step, spent in seconds_of_a_fit(X, y).items():
        print(f"{step:16} {spent:7.1f} s", flush=True)


if __name__ == "__main__":
    main()
