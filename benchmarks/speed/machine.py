"""The machine: its name, its threads and its measured limits."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from benchmarks.speed.case import Metrics, seconds_of

MATRIX = {"cpu": 1536, "cuda": 8192}
COPY_BYTES = {"cpu": 2**27, "cuda": 2**30}
QUICK = 16
TRIES = 5


def measure_limits(device: str = "cpu", *, quick: bool = False) -> Metrics:
    """Measure what the machine can do at the present number of threads.

    ``sgemm_gflops`` is the rate of a product of two square float32 matrices that
    exceed the caches, ``copy_gb_per_s`` that of a copy of a large float32 array, bytes
    read and written. The best of a few tries: a limit, not a mean. `quick` takes small
    ones, which do not tell the limits. ``cpu_share`` is the share of its cores that
    this process was given for it: less than 1 where other work runs on them.
    """
    kind = torch.device(device).type
    size, n_bytes = MATRIX[kind], COPY_BYTES[kind]
    if quick:
        size, n_bytes = size // QUICK, n_bytes // QUICK
    left, right = (torch.ones(size, size, device=device) for _ in range(2))
    product = torch.empty_like(left)
    source = torch.ones(n_bytes // 4, device=device)
    goal = torch.ones_like(source)
    wait = torch.cuda.synchronize if kind == "cuda" else _nothing
    start, used = time.perf_counter(), time.process_time()
    matrix = _best(lambda: torch.mm(left, right, out=product), wait)
    copy = _best(lambda: goal.copy_(source), wait)
    given = (time.process_time() - used) / (time.perf_counter() - start)
    return {
        "sgemm_gflops": 2e-9 * size**3 / matrix,
        "copy_gb_per_s": 2e-9 * n_bytes / copy,
        "cpu_share": given / torch.get_num_threads() if kind == "cpu" else 1.0,
    }


def name_processor(device: str = "cpu") -> str:
    """Name the processor, or the graphics processor of a CUDA device."""
    if torch.device(device).type == "cuda":
        return torch.cuda.get_device_name(device)
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    return platform.processor() or platform.machine()


def peak_memory() -> int:
    """Tell the largest number of bytes that this process has held so far.

    On Linux ``VmHWM`` and not ``ru_maxrss``, which a child inherits from its parent.
    """
    return _status("VmHWM")


def present_memory() -> int:
    """Tell the number of bytes that this process holds."""
    return _status("VmRSS")


def _status(field: str) -> int:
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith(field):
                return 1024 * int(line.split()[1])
    import resource

    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest if platform.system() == "Darwin" else 1024 * largest


def available_cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _best(action: Callable[[], object], wait: Callable[[], None]) -> float:
    def once() -> None:
        action()
        wait()

    once()
    return float(np.min([seconds_of(once) for _ in range(TRIES)]))


def _nothing() -> None:
    """Stand for the synchronisation where there is nothing to wait for."""
