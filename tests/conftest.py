from __future__ import annotations

import os

import pytest
import torch
from hypothesis import settings

# workers of pytest-xdist share the cores, as do the processes that they start
if "PYTEST_XDIST_WORKER" in os.environ:
    torch.set_num_threads(1)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")

# a machine that others use as well is slow at times, which is no failure
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture
def cuda_device() -> torch.device:
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device")
    return torch.device("cuda")
