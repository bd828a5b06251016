"""One thread a process: the tests' problems are small and xdist shares the cores."""

from __future__ import annotations

import os

# Read by torch and numpy when they are first imported, which is after this file.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
