from __future__ import annotations

import os

import pytest
import torch
from hypothesis import settings

from stg_select.crossfit import _how_many

# workers of pytest-xdist share the cores, as do the processes that they start
if "PYTEST_XDIST_WORKER" in os.environ:
    torch.set_num_threads(1)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")

# a machine that others use as well is slow at times, which is no failure
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture(autouse=True)
def two_deals(request):
    """Deal few rows to folds as often as many: more deals would take most of the time.

    Tests that are about them, or show what a default fit prints, are marked.
    """
    with pytest.MonkeyPatch.context() as patch:
        if request.node.get_closest_marker("all_deals") is None:
            patch.setattr(_how_many, "MOST_DEALS", _how_many.FEWEST_DEALS)
        yield


@pytest.fixture
def cuda_device() -> torch.device:
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device")
    return torch.device("cuda")
