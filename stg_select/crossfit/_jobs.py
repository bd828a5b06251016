"""Tasks that are shared out to the workers of joblib."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import starmap
from typing import Any, TypeVar

from joblib import effective_n_jobs  # scikit-learn needs it as well
from joblib.parallel import get_active_backend
from sklearn.utils.parallel import Parallel, delayed

from stg_select.engine import limited_threads, thread_count

Result = TypeVar("Result")


def count_jobs(n_jobs: int | None) -> int:
    """Tell how many workers a fit may have.

    Parameters
    ----------
    n_jobs : int or None
        As joblib reads it.

    Returns
    -------
    n_jobs : int
        1 for a fit that is itself the task of a worker: the cores are shared out.
    """
    backend, _ = get_active_backend()
    return 1 if backend.nesting_level else int(effective_n_jobs(n_jobs))


def run_tasks(
    function: Callable[..., Result], tasks: Sequence[tuple[Any, ...]], n_jobs: int
) -> Iterator[Result]:
    """Call a function with the arguments of each task.

    Several workers share the threads that the caller has, at least one for each.

    Parameters
    ----------
    function : callable
    tasks : sequence of tuple
        Arguments of each call. Workers that are processes see large arrays as memory
        maps.
    n_jobs : int
        Workers; 1 makes the calls here, each when its result is asked for.

    Yields
    ------
    result
        What the calls return, in the order of the tasks.
    """
    n_jobs = min(n_jobs, len(tasks))
    if n_jobs == 1:
        yield from starmap(function, tasks)
        return
    backend, _ = get_active_backend()
    return_as = "generator" if backend.supports_return_generator else "list"
    n_threads = max(1, thread_count() // n_jobs)
    with limited_threads(n_threads):  # of workers that are threads
        yield from Parallel(n_jobs, return_as=return_as)(
            delayed(_call_with_threads)(n_threads, function, task) for task in tasks
        )


def _call_with_threads(
    n_threads: int, function: Callable[..., Result], task: tuple[Any, ...]
) -> Result:
    """Call a function in a worker, which may be a process with threads of its own."""
    with limited_threads(n_threads):
        return function(*task)
