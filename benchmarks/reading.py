"""How long the command line takes to read a table of CSV, and pandas.

``python -m benchmarks.reading`` writes a table to a temporary folder and lets new
processes read it in turn, pandas first. The table has numbers, a key with zeros in
front, whole numbers and text; what is written for `prune` is timed as well, for a tenth
of the columns. Processor time says more than time where the machine is not idle.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

#: Columns that are not fractional numbers.
OTHERS = ("key", "level", "count", "y")
LINES = (
    ("pandas", "read", "pandas.read_csv"),
    ("stg-select", "read", "stg-select reads"),
    ("stg-select", "write", "stg-select writes a tenth of the columns"),
)
SCRIPTS = {
    "pandas": """
import json, sys, time
import pandas
start, work = time.perf_counter(), time.process_time()
pandas.read_csv(sys.argv[1])
read, work = time.perf_counter() - start, time.process_time() - work
print(json.dumps({"read": read, "work": work}))
""",
    "stg-select": """
import io, json, sys, time
from stg_select.cli._tables import read_table
start, work = time.perf_counter(), time.process_time()
table = read_table(sys.argv[1])
read, work = time.perf_counter() - start, time.process_time() - work
start = time.perf_counter()
table.write(list(table.frame.columns[::10]), io.BytesIO(), "csv")
write = time.perf_counter() - start
print(json.dumps({"read": read, "work": work, "write": write}))
""",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print medians of seconds, and ratios of the readings turn by turn."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.reading",
        description="Time the reading of a CSV table, in new processes in turn.",
    )
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--columns", type=int, default=102)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        draw_table(options.rows, options.columns).to_csv(path, index=False)
        turns = [
            {name: _seconds(script, path) for name, script in SCRIPTS.items()}
            for _ in range(options.repeats)
        ]
    print(f"{options.rows} rows, {options.columns} columns, medians of {len(turns)}")
    for name, metric, what in LINES:
        seconds = median(turn[name][metric] for turn in turns)
        print(f"{what:<42} {seconds:7.3f} s")
    for metric, what in (("read", "time"), ("work", "processor time")):
        ratios = [turn["stg-select"][metric] / turn["pandas"][metric] for turn in turns]
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        print(f"ratio of readings, {what}: {median(ratios):.2f}, {spread}")
    return 0


def draw_table(n_rows: int, n_columns: int) -> pd.DataFrame:
    """Draw fractional numbers, and the columns of `OTHERS`."""
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=(n_rows, n_columns - len(OTHERS))).round(5)
    frame = pd.DataFrame(numbers).add_prefix("x")
    others = {
        "key": [f"{i:07d}" for i in range(n_rows)],
        "level": rng.choice(["low", "mid", "high"], n_rows),
        "count": rng.integers(0, 9, n_rows),
        "y": rng.choice(["yes", "no"], n_rows),
    }
    return frame.assign(**{name: others[name] for name in OTHERS})


def _seconds(script: str, path: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
