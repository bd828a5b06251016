"""Markdown tables from the results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import product

import pandas as pd

from benchmarks.quality.tables import markdown
from benchmarks.speed.parts import PARTS
from benchmarks.speed.results import MACHINE, Results

EMPTY = "Nothing is measured yet.\n"
LIMITS = ("sgemm_gflops", "copy_gb_per_s", "cpu_share")
Line = dict[str, str]


def make_tables(results: Results) -> str:
    """Make the tables of all parts that have results."""
    blocks = []
    for part, tabulate in TABLES.items():
        table = results.read(part)
        if not table.empty:
            title = f"## {part}. {PARTS[part].title}"
            blocks += [title, tabulate(table), describe_machine(table)]
    return "\n\n".join(blocks) + "\n" if blocks else EMPTY


def describe_machine(table: pd.DataFrame) -> str:
    """Say on what the part ran, with the limits measured between its turns."""
    sentences = []
    for (processor, threads), rows in table.groupby(
        ["processor", "threads"], sort=False
    ):
        limits = rows[rows["method"] == MACHINE]
        sgemm, copy, share = (
            spread(limits.loc[limits["metric"] == name, "value"]) for name in LIMITS
        )
        sentences.append(
            f"On {processor}, threads: {threads} of {rows['cores'].max()} cores; "
            f"float32 matrix product {sgemm} GFLOP/s, copy {copy} GB/s, share of these "
            f"cores that it was given {share}."
        )
    packages = {
        name for text in table["versions"].unique() for name in text.split("; ")
    }
    return "\n".join([*sentences, f"Versions: {', '.join(sorted(packages))}."])


def spread(values: pd.Series) -> str:
    """Write a median, with the smallest and the largest value if they differ."""
    low, median, high = map(_number, values.quantile([0.0, 0.5, 1.0]))
    return median if low == high else f"{median} ({low} to {high})"


def by_turn(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Bring one metric into a table of turns by contestants, in their order."""
    rows = table[table["metric"] == metric]
    wide = rows.pivot_table("value", "repeat", "method", "first")
    return wide[list(dict.fromkeys(rows["method"]))]


def _number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.3g}" if abs(value) >= 1e-4 else "0"


def _cases(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return dict(iter(table.groupby("case", sort=False)))


def _peers(table: pd.DataFrame) -> str:
    """Tabulate how many times as long as each of ours a peer takes, turn by turn.

    Where the operations of ours are known, also how many times as long as these take
    at the rate of a matrix product: no ratio of the same computation can exceed that.
    """
    lines: list[Line] = []
    for case, rows in _cases(table).items():
        seconds = by_turn(rows, "seconds")
        ours = [name for name in seconds if name.startswith("stg")]
        fastest = {}
        if "gflop" in set(rows["metric"]):
            rate = by_turn(rows, "sgemm_gflops")[MACHINE]
            fastest = {k: v / rate for k, v in by_turn(rows, "gflop").items()}
        for peer, own in product(seconds.columns.drop(ours), ours):
            line = {
                "case": case,
                "peer": peer,
                "ours": own,
                "peer, s": spread(seconds[peer]),
                "ours, s": spread(seconds[own]),
                "peer / ours": spread(seconds[peer] / seconds[own]),
            }
            if fastest:
                bound = seconds[peer] / fastest[own] if own in fastest else None
                line["at the matrix rate"] = "" if bound is None else spread(bound)
            lines.append(line | {"turns": str(len(seconds))})
    return _markdown(lines)


def _rates(table: pd.DataFrame) -> str:
    lines = []
    for case, rows in _cases(table).items():
        rates, limit = by_turn(rows, "gflops"), by_turn(rows, "sgemm_gflops")[MACHINE]
        steps = by_turn(rows, "step_seconds")
        lines += [
            {
                "case": case,
                "step, microseconds": spread(1e6 * steps[name]),
                "GFLOP/s": spread(rates[name]),
                "matrix product, GFLOP/s": spread(limit),
                "share, %": spread(100.0 * rates[name] / limit),
                "turns": str(len(rates)),
            }
            for name in rates
        ]
    return _markdown(lines)


def _graphics(table: pd.DataFrame) -> str:
    """Tabulate steps with their rates, and below them fits here and on a processor."""
    blocks = []
    for metric, tabulate in (("gflops", _rates), ("seconds", _peers)):
        cases = set(table.loc[table["metric"] == metric, "case"])
        if cases:
            blocks.append(tabulate(table[table["case"].isin(cases)]))
    return "\n\n".join(blocks)


def _growth(table: pd.DataFrame) -> str:
    """Tabulate seconds by size, and the factor from one size to the next."""
    names = {
        "step_seconds": "step",
        "seconds": "fit",
        "one_step_seconds": "fit with one step",
    }
    blocks = []
    for case, rows in _cases(table).items():
        known = [metric for metric in names if metric in set(rows["metric"])]
        wides = {names[metric]: by_turn(rows, metric) for metric in known}
        first = next(iter(wides.values()))
        lines: list[Line] = []
        for before, size in zip([None, *first], first, strict=False):
            line = {case: size}
            for name, wide in wides.items():
                line[f"{name}, s"] = spread(wide[size])
                factor = "" if before is None else spread(wide[size] / wide[before])
                line[f"{name}, factor"] = factor
            lines.append(line | {"turns": str(len(first))})
        blocks.append(_markdown(lines))
    return "\n\n".join(blocks)


def _columns(names: Mapping[str, str], table: pd.DataFrame) -> str:
    """Tabulate metrics of our own, which have no peer."""
    lines = []
    for case, rows in _cases(table).items():
        line = {"case": case}
        for metric, name in names.items():
            values = rows.loc[rows["metric"] == metric, "value"]
            line[name] = spread(values)
        lines.append(line | {"turns": str(rows["repeat"].nunique())})
    return _markdown(lines)


def _imports(table: pd.DataFrame) -> str:
    """Tabulate imports and whole processes, one below the other."""
    blocks = []
    for names in (IMPORTS, PROCESSES):
        rows = table[table["metric"].isin(names)]
        if not rows.empty:
            blocks.append(_columns(names, rows))
    return "\n\n".join(blocks)


def _markdown(lines: list[Line]) -> str:
    table = pd.DataFrame(lines)
    return markdown(table.set_index(table.columns[0]))


BIG = {
    "seconds": "fit, s",
    "x_gb": "X, GB",
    "peak_gb": "peak memory, GB",
    "peak_over_x": "peak / X",
    "true_among_first_4": "true columns among the first 4",
}
IMPORTS = {
    "underneath_seconds": "torch and scikit-learn, s",
    "pandas_seconds": "then pandas, s",
    "own_seconds": "then stg_select, s",
    "shell_libraries": "libraries of plots and command line among it",
}
PROCESSES = {
    "start_seconds": "python -c pass, s",
    "numpy_seconds": "python -c 'import numpy', s",
    "help_seconds": "stg-select --help, s",
}
TABLES: dict[str, Callable[[pd.DataFrame], str]] = {
    "a": _peers,
    "b": _peers,
    "c": _peers,
    "d": _rates,
    "e": _growth,
    "f": partial(_columns, BIG),
    "g": _graphics,
    "h": _imports,
    "i": _peers,
}
