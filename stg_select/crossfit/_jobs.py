"""Tasks that are shared out to the workers of joblib."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from itertools import starmap
from typing import Any, TypeVar

from joblib import effective_n_jobs  # scikit-learn needs it as well
from joblib.parallel import get_active_backend
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.parallel import Parallel, delayed

from stg_select.engine import limited_threads, thread_count

Result = TypeVar("Result")

# Threads that share the tasks of one worker. Small matrix products gain more from it
# than from threads of their own; beyond a few, threads wait for Python's lock, and so
# do two whose arrays hold fewer numbers than this.
MOST_THREADS = 4
SHARED_NUMBERS = 2**17


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
    function: Callable[..., Result],
    tasks: Sequence[tuple[Any, ...]],
    n_jobs: int,
    n_numbers: int,
    on_error: Callable[[], None] | None = None,
) -> Iterator[Result]:
    """Call a function with the arguments of each task.

    Several workers share the threads that the caller has, at least one for each. A
    single worker lets its threads share large tasks, and does small ones in one thread.

    Parameters
    ----------
    function : callable
        It leaves the filters of warnings alone, which are common to all threads.
    tasks : sequence of tuple
        Arguments of each call. Workers that are processes see large arrays as memory
        maps.
    n_jobs : int
        Workers; 1 makes the calls in this process: one by one, each when its result is
        asked for, if it has one thread, tasks are small or this is not the main one.
    n_numbers : int
        About how many numbers the arrays hold that a task works on.
    on_error : callable, optional
        Called in this thread after an error or an interrupt, before it waits for
        threads that are still at work: they may be told to stop.

    Yields
    ------
    result
        What the calls return, in the order of the tasks.
    """
    n_jobs = min(n_jobs, len(tasks))
    n_sharing = min(thread_count(), MOST_THREADS, len(tasks))
    if threading.current_thread() is not threading.main_thread():
        n_sharing = 1  # other threads may be at work as well
    if n_jobs > 1:
        yield from _in_workers(function, tasks, n_jobs)
    elif n_sharing <= 1:
        yield from starmap(function, tasks)
    elif n_numbers >= SHARED_NUMBERS:
        yield from _in_threads(function, tasks, n_sharing, on_error)
    else:
        with limited_threads(1):
            yield from starmap(function, tasks)


@contextmanager
def quiet() -> Iterator[None]:
    """Say nothing of regressions that stop before they have converged, for a while.

    To be entered where no other thread of a fit is at work.
    """
    with warnings.catch_warnings():
        # in the words of scikit-learn: members that go on improving are another matter
        said = ".*(did not|failed to) converge"
        warnings.filterwarnings("ignore", said, ConvergenceWarning)
        yield


def _in_threads(
    function: Callable[..., Result],
    tasks: Sequence[tuple[Any, ...]],
    n_sharing: int,
    on_error: Callable[[], None] | None,
) -> Iterator[Result]:
    """Share tasks out to threads of this process, none of which outlives the call."""
    n_threads = max(1, thread_count() // n_sharing)
    # the threads inherit the limit
    with limited_threads(n_threads), ThreadPoolExecutor(n_sharing) as pool:
        results = [pool.submit(function, *task) for task in tasks]
        try:
            for result in results:
                yield result.result()
        except BaseException:
            if on_error is not None:
                on_error()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _in_workers(
    function: Callable[..., Result], tasks: Sequence[tuple[Any, ...]], n_jobs: int
) -> Iterator[Result]:
    """Share tasks out to the workers of the backend that the caller has chosen."""
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
    """Call a function in a worker, which may be a process with threads of its own.

    In a thread the caller has seen to warnings.
    """
    in_process = threading.current_thread() is threading.main_thread()
    with limited_threads(n_threads), quiet() if in_process else nullcontext():
        return function(*task)
