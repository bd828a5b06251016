"""One default fit of a large float32 table in a process of its own.

``python -m benchmarks.speed.big_fit N P THREADS SEED [MAX_ITER]`` prints seconds and
bytes as JSON: the peak beyond what the imports take, the table itself included.
"""

from __future__ import annotations

import json
import sys

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.speed.case import Metrics, seconds_of
from benchmarks.speed.machine import peak_memory, present_memory
from stg_select import GaussianGateSelector

BLOCK = 2**22


def fit_big(n: int, p: int, seed: int, max_iter: int | None) -> Metrics:
    """Draw a table, fit the selector and tell seconds and peak memory."""
    before = present_memory()
    X, y = draw_table(n, p, seed)
    selector = GaussianGateSelector(random_state=seed)
    if max_iter is not None:
        selector.set_params(max_iter=max_iter)
    seconds = seconds_of(lambda: selector.fit(X, y))
    beyond = peak_memory() - before
    found = np.isin(selector.ranking_[:4], range(1, 5)).sum()
    return {
        "seconds": seconds,
        "peak_gb": 1e-9 * beyond,
        "x_gb": 1e-9 * X.nbytes,
        "peak_over_x": beyond / X.nbytes,
        "true_among_first_4": float(found),
    }


def draw_table(
    n: int, p: int, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Draw normal columns, the first four of which carry two classes, in place."""
    rng = np.random.default_rng(seed)
    X = np.empty((n, p), dtype=np.float32)
    flat = X.reshape(-1)
    for start in range(0, flat.size, BLOCK):
        rng.standard_normal(dtype=np.float32, out=flat[start : start + BLOCK])
    signal = X[:, 0] + X[:, 1] + 1.5 * X[:, 2] * X[:, 3]
    return X, (signal > 0.0).astype(np.int64)


def main(arguments: list[str]) -> None:
    """Read the sizes, fit, print."""
    n, p, threads, seed, *max_iter = (int(word) for word in arguments)
    torch.set_num_threads(threads)
    with threadpool_limits(threads):
        metrics = fit_big(n, p, seed, max_iter[0] if max_iter else None)
    print(json.dumps(metrics))


if __name__ == "__main__":
    main(sys.argv[1:])
