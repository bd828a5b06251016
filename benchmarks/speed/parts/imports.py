"""What the names of `stg_select` take beyond the libraries below it, and its help.

A new process imports what the package takes of torch and scikit-learn, then pandas,
then the package. Libraries of plots and of the command line that come along only in
the last step are counted: torch and pandas bring some of them by themselves.

The help of the command is a process from its start to its end, as a person waits for
it, beside one that does nothing and one that imports NumPy.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping

from benchmarks.speed.case import Case, Measure, Metrics, Part, Sizes, seconds_of

UNDERNEATH = (
    "torch",
    "scipy.special",
    "sklearn.base",
    "sklearn.feature_selection",
    "sklearn.linear_model",
    "sklearn.utils.multiclass",
    "sklearn.utils.validation",
)
SHELLS = ("matplotlib", "pyarrow", "rich", "tqdm", "typer")
SCRIPT = """
import json, sys, time
seconds, came = [], []
for names in {steps}:
    before = set(sys.modules)
    start = time.perf_counter()
    for name in names:
        __import__(name)
    seconds.append(time.perf_counter() - start)
    came.append([name for name in {shells} if name in set(sys.modules) - before])
print(json.dumps([seconds, came]))
"""


# what whole processes run; the last is what the script stg-select consists of
PROCESSES = {
    "start_seconds": "pass",
    "numpy_seconds": "import numpy",
    "help_seconds": "from stg_select.cli import main; main(['--help'])",
}


def make_cases(sizes: Sizes) -> list[Case]:
    """List the two cases."""
    below = ("stg-select", "torch", "scikit-learn", "pandas")
    shell = ("stg-select", "torch", "typer", "rich")
    return [
        Case("import stg_select", _contestants, 1, below),
        Case("stg-select --help", _processes, 1, shell),
    ]


def import_in_new_process(
    steps: list[tuple[str, ...]],
) -> tuple[list[float], list[list[str]]]:
    """Import modules step by step; tell seconds and new shell libraries of each."""
    script = SCRIPT.format(steps=steps, shells=SHELLS)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    seconds, came = json.loads(done.stdout)
    return seconds, came


def _contestants() -> Mapping[str, Measure]:
    import_in_new_process([("stg_select.selectors",)])  # brings the files into memory

    def measure(seed: int) -> Metrics:
        steps = [UNDERNEATH, ("pandas",), ("stg_select.selectors",)]
        seconds, came = import_in_new_process(steps)
        return {
            "underneath_seconds": seconds[0],
            "pandas_seconds": seconds[1],
            "own_seconds": seconds[2],
            "shell_libraries": len(came[2]),
        }

    return {"stg": measure}


def seconds_of_process(code: str) -> float:
    """Time a new process that runs some code, from its start to its end."""
    args = [sys.executable, "-c", code]
    return seconds_of(lambda: subprocess.run(args, capture_output=True, check=True))


def _processes() -> Mapping[str, Measure]:
    for code in PROCESSES.values():  # brings the files into memory
        seconds_of_process(code)

    def measure(seed: int) -> Metrics:
        return {name: seconds_of_process(code) for name, code in PROCESSES.items()}

    return {"stg": measure}


PART = Part("Time of the import and of the help", make_cases, repeats=7)
