"""How many threads torch and the linear algebra of numpy use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from threadpoolctl import threadpool_limits  # scikit-learn needs it as well


def thread_count() -> int:
    """Threads that torch uses in this thread.

    Returns
    -------
    n_threads : int
    """
    return torch.get_num_threads()


@contextmanager
def limited_threads(n_threads: int) -> Iterator[None]:
    """Let torch and the linear algebra of numpy use so many threads, for a while.

    Threads that are started within inherit the limit.

    Parameters
    ----------
    n_threads : int
    """
    before = torch.get_num_threads()
    torch.set_num_threads(n_threads)
    try:
        with threadpool_limits(n_threads, user_api="blas"):
            yield
    finally:
        torch.set_num_threads(before)
