"""Markdown tables from the results."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from benchmarks.quality.methods import METHODS
from benchmarks.quality.metrics import SELECTION
from benchmarks.quality.parts import make_parts
from benchmarks.quality.results import Results
from benchmarks.quality.selection_tables import any_table, genetics, pruning, stability
from benchmarks.quality.summary import draw_counts, markdown, mean_by

VARIANTS = {name for name in METHODS if name.startswith("stg-")}


def make_tables(
    results: Results, methods: Sequence[str], n_draws: int | None = None
) -> str:
    """Make the tables of all parts that have results, of the first so many draws."""
    blocks = []
    for part, tabulate in TABLES.items():
        table = results.read(part, methods)
        if not table.empty:
            if n_draws is not None:
                table = table[table["draw"] < n_draws]
            order = [name for name in methods if name in set(table["method"])]
            table["method"] = pd.Categorical(table["method"], order)
            title = make_parts(None)[part].title
            blocks.append(f"## {part}. {title}\n\n{tabulate(table)}")
    return "\n\n".join(blocks) + "\n"


def _mean_ranks(means: pd.DataFrame) -> pd.Series:
    """Average the ranks among the methods that have every row; 1 is best."""
    complete = means.loc[:, means.notna().all()]
    return complete.rank(axis=1, ascending=False).mean()


def _furthest_behind(table: pd.DataFrame, value: str) -> pd.Series:
    """Largest lead that any peer has on any task, over the draws that both ran on."""
    runs = table.pivot_table(value, ["task", "draw"], "method", observed=True)
    furthest = {}
    for method in runs:
        peers = [name for name in runs if name != method and name not in VARIANTS]
        if peers:
            leads = runs[peers].sub(runs[method], axis=0).groupby("task").mean()
            furthest[method] = max(0.0, leads.max(axis=None))
    return pd.Series(furthest, index=runs.columns, dtype=float).rename_axis("method")


def _nonlinear(table: pd.DataFrame) -> str:
    means = 100 * mean_by(table, ["p", "task"], "best_k")
    complete = means.notna().all()
    summary = means.groupby("task", sort=False).mean().T
    summary["mean"] = summary.mean(axis=1)
    summary = summary.where(complete, axis=0)
    summary["mean rank"] = _mean_ranks(means)
    for name, metric in (("best 2k", "best_2k"), ("F1 (%)", "f1")):
        mean = mean_by(table, ["p", "task"], metric).mean()
        summary[name] = 100 * mean.where(complete)
    summary["folds"] = draw_counts(table)
    summary["seconds"] = table.groupby("method", observed=True)["fit_seconds"].mean()
    blocks = [
        "Best k (%), mean over all numbers of columns where a method ran on all; ranks "
        "are over sets and numbers of columns\n\n" + markdown(summary, 1)
    ]
    for task in table["task"].unique():
        by_p = means.xs(task, level="task").sort_index().T
        blocks.append(f"**{task}**, best k (%) by number of columns\n\n")
        blocks[-1] += markdown(by_p, 0)
    return "\n\n".join(blocks)


def _recovery(table: pd.DataFrame) -> str:
    means = mean_by(table, "task", "best_k")
    summary = pd.DataFrame(
        {
            "precision@k": means.mean().where(means.notna().all()),
            "mean rank": _mean_ranks(means),
            "furthest behind a peer": _furthest_behind(table, "best_k"),
            "best 2k": mean_by(table, "task", "best_2k").mean(),
        }
    )
    for metric in (*SELECTION[1:], SELECTION[0]):
        summary[metric] = mean_by(table, "task", metric).mean()
    summary["draws"] = draw_counts(table)
    summary["seconds"] = table.groupby("method", observed=True)["fit_seconds"].mean()
    return (
        "Means over the tasks; ranks are among the methods that ran on all tasks. A "
        "lead is the mean over the draws that both methods ran on; our own variants "
        "are no peers\n\n"
        + markdown(summary)
        + "\n\nPrecision@k by task\n\n"
        + markdown(means)
        + "\n\nF1 of the default selection by task\n\n"
        + markdown(mean_by(table, "task", "f1").dropna(axis=1, how="all"))
    )


def _madelon(table: pd.DataFrame) -> str:
    columns = ["auroc", "n_selected", "auroc_selected", "fit_seconds"]
    summary = table.groupby("method", observed=True)[columns].mean()
    summary["folds"] = table.groupby("method", observed=True)["draw"].nunique()
    return markdown(summary, 3)


def _real(table: pd.DataFrame) -> str:
    blocks = []
    table = table.assign(accuracy=100 * table["accuracy"])
    for k, part in table.groupby("k", sort=False):
        means = mean_by(part, ["task", "classifier"], "accuracy")
        by_task = means.groupby("task").mean().T
        by_task["mean"] = by_task.mean(axis=1, skipna=False)
        n_rows = part["method"].value_counts()
        full = part[part["method"].isin(n_rows.index[n_rows == n_rows.max()])]
        by_task["mean rank"] = _mean_ranks(means[full["method"].unique()])
        by_task["furthest behind a peer"] = _furthest_behind(full, "accuracy")
        by_task["splits"] = draw_counts(part)
        blocks.append(
            f"Accuracy (%) on the best {k}, mean of three classifiers; ranks are over "
            "sets and classifiers, leads are the largest on any set, in points; both "
            "are among the methods that ran on all splits of all sets, and our own "
            "variants are no peers\n\n" + markdown(by_task)
        )
    return "\n\n".join(blocks)


def _noise(table: pd.DataFrame) -> str:
    counts = mean_by(table, ["task", "p"], "n_selected").T
    counts.columns = [f"{task} p={p}" for task, p in counts.columns]
    mean = counts.mean(axis=1, skipna=False)
    largest = counts.max(axis=1, skipna=False)
    counts.insert(0, "mean", mean)
    counts.insert(1, "largest", largest)
    counts.insert(2, "draws", draw_counts(table))
    return "Mean number of columns selected\n\n" + markdown(counts.T.astype(object))


def _unseen(table: pd.DataFrame) -> str:
    dense = table[table["task"].str.startswith("dense-")]
    metrics = ["best_k", "recall", "precision", "f1"]
    by_method = dense.groupby("method", observed=True)[metrics].mean()
    return (
        _recovery(table)
        + "\n\nSignals of 60 of 200 and 40 of 100 columns alone\n\n"
        + markdown(by_method.rename(columns={"best_k": "precision@k"}))
    )


def _dependent(table: pd.DataFrame) -> str:
    false = mean_by(table, "task", "n_false").T
    found = mean_by(table, "task", "n_found").T
    return (
        "Mean number of false columns selected\n\n"
        + markdown(false.astype(object))
        + "\n\nMean number of true columns selected\n\n"
        + markdown(found.astype(object))
    )


TABLES: dict[str, Callable[[pd.DataFrame], str]] = {
    "a": _nonlinear,
    "b": _recovery,
    "c": _madelon,
    "d": _real,
    "e": _noise,
    "f": pruning,
    "g": genetics,
    "h": _unseen,
    "i": any_table,
    "j": _dependent,
    "n": _noise,
    "s": stability,
    "w": _noise,
}
