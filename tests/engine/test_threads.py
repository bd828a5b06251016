"""Limits of threads hold for a while."""

from __future__ import annotations

import pytest
import torch
from threadpoolctl import threadpool_info

from stg_select.engine import limited_threads, thread_count


def blas_threads():
    return [
        pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"
    ]


def test_threads_are_limited_within_and_as_before_afterwards():
    before = thread_count(), blas_threads()
    assert before[0] == torch.get_num_threads()
    with limited_threads(2):
        assert thread_count() == 2
        with limited_threads(1):
            assert thread_count() == 1
            assert set(blas_threads()) <= {1}
        assert thread_count() == 2
    assert (thread_count(), blas_threads()) == before


def test_threads_are_as_before_after_an_error():
    before = thread_count()
    with pytest.raises(KeyError, match="within"), limited_threads(before + 1):
        raise KeyError("within")
    assert thread_count() == before
