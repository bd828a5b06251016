"""What a wide sparse table takes to fit: time, processor time and memory.

python -m benchmarks.sparse_table [--rows 10000] [--columns 100000] [--share 0.001]
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from stg_select import GaussianGateSelector

N_TRUE = 5


def sparse_table(
    n_rows: int, n_columns: int, share: float
) -> tuple[sparse.csr_array, np.ndarray]:
    """Draw ones at random places; the first columns, which are denser, make classes."""
    rng = np.random.default_rng(0)
    X = sparse.random_array(
        (n_rows, n_columns), density=share, format="csc", rng=rng, dtype=np.float64
    )
    X.data[:] = 1.0
    true = rng.random((n_rows, N_TRUE)) < 0.05
    X = sparse.hstack([sparse.csc_array(true.astype(float)), X[:, N_TRUE:]], "csr")
    return X, (true.sum(axis=1) + 0.3 * rng.standard_normal(n_rows) > 0.5).astype(int)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what a default fit takes and selects."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sparse_table")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--columns", type=int, default=100_000)
    parser.add_argument("--share", type=float, default=0.001)
    options = parser.parse_args(arguments)
    X, y = sparse_table(options.rows, options.columns, options.share)
    start, busy = time.perf_counter(), time.process_time()
    selector = GaussianGateSelector(random_state=0).fit(X, y)
    spent, busy = time.perf_counter() - start, time.process_time() - busy
    selected = selector.get_support(indices=True)
    n_found = int((selected < N_TRUE).sum())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"time             {spent:7.1f} s")
    print(f"processor time   {busy:7.1f} s")
    print(f"peak of memory   {peak:7.2f} GiB, libraries included")
    print(f"true columns     {n_found} of {N_TRUE}, {len(selected) - n_found} others")


if __name__ == "__main__":
    main()
