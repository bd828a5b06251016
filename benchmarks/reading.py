"""How long the command line takes to read a table of CSV, and pandas.

``python -m benchmarks.reading`` writes a table to a temporary folder and lets new
processes read it in turn, pandas first. The table has numbers, a key with zeros in
front, whole numbers and text; what is written for `prune` is timed as well, for a tenth
of the columns. The machine must be idle.
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
SCRIPTS = {
    "pandas": """
import json, sys, time
import pandas
start = time.perf_counter()
pandas.read_csv(sys.argv[1])
print(json.dumps({"read": time.perf_counter() - start}))
""",
    "stg-select": """
import io, json, sys, time
from stg_select.cli._tables import read_table
start = time.perf_counter()
table = read_table(sys.argv[1])
read = time.perf_counter()
table.write(list(table.frame.columns[::10]), io.BytesIO(), "csv")
end = time.perf_counter()
print(json.dumps({"read": read - start, "write": end - read}))
""",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print medians of seconds, and the ratio of the readings turn by turn."""
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
    pandas = [turn["pandas"]["read"] for turn in turns]
    ours = [turn["stg-select"]["read"] for turn in turns]
    written = [turn["stg-select"]["write"] for turn in turns]
    ratios = [our / their for our, their in zip(ours, pandas, strict=True)]
    print(f"{options.rows} rows, {options.columns} columns, medians of {len(turns)}")
    print(f"pandas.read_csv   {median(pandas):7.3f} s")
    print(f"stg-select reads  {median(ours):7.3f} s")
    print(f"stg-select writes {median(written):7.3f} s, a tenth of the columns")
    print(f"ratio of readings {median(ratios):7.2f}, {min(ratios):.2f} to", end=" ")
    print(f"{max(ratios):.2f}")
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
