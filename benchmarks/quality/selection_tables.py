"""Tables of parts f, g, i and s: losses, genetics, any table, and stability."""

from __future__ import annotations

import pandas as pd

from benchmarks.quality.parts.pruning import N_WORDS
from benchmarks.quality.parts.stability import as_set, mean_jaccard
from benchmarks.quality.summary import draw_counts, markdown, mean_by

ALL = "all-columns"
BEST_WORDS = f"best {N_WORDS}"


def losses(table: pd.DataFrame) -> pd.DataFrame:
    """Add to each selection how much worse the best model on it is than on all columns.

    Parameters
    ----------
    table : DataFrame
        The results of part f.

    Returns
    -------
    DataFrame
        Of those rows whose split the method "all-columns" ran on too, with `group`,
        `loss` and `share` of the columns that are kept.
    """
    key = ["task", "draw"]
    everything = table[(table["method"] == ALL) & (table["columns"] == "default")]
    everything = everything[[*key, "best"]].rename(columns={"best": "best_of_all"})
    joined = table[table["method"] != ALL].merge(everything, on=key)
    return joined.assign(
        group=joined["task"].str.split("/").str[0],
        loss=joined["best_of_all"] - joined["best"],
        share=joined["n_selected"] / joined["n_features"],
        empty=joined["n_selected"] == 0,
    )


def by_group(selections: pd.DataFrame) -> pd.DataFrame:
    """Summarise default selections: one row a group of tables and method.

    Means are over the splits of a table first and over tables then; the worst is the
    worst table.
    """
    values = ["loss", "share", "n_selected", "fit_seconds"]
    key = ["group", "method"]
    by_table = selections.groupby([*key, "task"], observed=True, sort=False)
    tables = by_table[values].mean().groupby(key, observed=True, sort=False)
    summary = pd.DataFrame(
        {
            "mean loss": tables["loss"].mean(),
            "worst": tables["loss"].max(),
            "share kept": tables["share"].mean(),
            "median kept": tables["n_selected"].median(),
            "tables": tables.size().astype(object),
            "seconds": tables["fit_seconds"].mean(),
        }
    )
    counts = selections.groupby(key, observed=True)["empty"].sum()
    summary.insert(4, "empty", counts.astype(object))
    return summary


def pruning(table: pd.DataFrame) -> str:
    """Tabulate part f."""
    joined = losses(table)
    if joined.empty:
        return f"Nothing to compare: run the method {ALL} on the same splits."
    default = joined[joined["columns"] == "default"]
    blocks = [
        "Loss: best test score (accuracy, or R2 for numbers) of boosted trees, extra "
        "trees and a linear model on all columns, minus that on the default selection; "
        "mean over the tables, and the worst table. Share and median number of columns "
        "kept; fits that kept nothing. Slow peers ran on the tables and splits that "
        "are counted only"
    ]
    summary = by_group(default)
    for group in default["group"].unique():
        of_group = summary.xs(group)
        counts = draw_counts(default[default["group"] == group])
        of_group.insert(of_group.columns.get_loc("tables") + 1, "splits", counts)
        blocks.append(f"**{group}**\n\n" + markdown(of_group, 3))
    everything = table[(table["method"] == ALL) & (table["columns"] == "default")]
    by_table = mean_by(default, "task", "loss")
    by_table.insert(0, "all columns", everything.groupby("task")["best"].mean())
    blocks.append(
        "Best score on all columns, and the loss by table\n\n" + markdown(by_table, 3)
    )
    words = joined[joined["columns"] == BEST_WORDS]
    if not words.empty:
        scores = mean_by(words, "task", "best").T
        scores.loc["all words"] = words.groupby("task")["best_of_all"].mean()
        scores.index.name = "method"
        scores["mean"] = scores.mean(axis=1, skipna=False)
        blocks.append(
            f"Best accuracy on the first {N_WORDS} words of the ranking\n\n"
            + markdown(scores, 3)
        )
    return "\n\n".join(blocks)


def genetics(table: pd.DataFrame) -> str:
    """Tabulate part g."""
    table = table.assign(
        task=table["task"].str.partition("/")[0],
        power=(table["best_k"] > 1 - 1e-9).astype(float),
    )
    power, f1 = mean_by(table, "task", "power"), mean_by(table, "task", "f1")
    seconds = mean_by(table, "task", "fit_seconds")
    return "\n\n".join(
        [
            "Power by family: share of the sets in which all true columns are ranked "
            "first\n\n" + markdown(power.sort_index()),
            "F1 of the default selection by family\n\n"
            + markdown(f1.sort_index().dropna(axis=1, how="all")),
            "Seconds of a fit\n\n" + markdown(seconds.sort_index(), 1),
        ]
    )


def any_table(table: pd.DataFrame) -> str:
    """Tabulate part i: family by family, among the methods that take it."""
    family = table["task"].str.partition("/")[0]
    blocks = [
        "Share of the k true columns among the first k, F1 of the default selection, "
        "its size, and seconds of a fit; means over the draws"
    ]
    for name in family.unique():
        of_family = table[family == name]
        summary = pd.DataFrame(
            {
                label: mean_by(of_family, "task", value).mean()
                for label, value in (
                    ("best k", "best_k"),
                    ("F1", "f1"),
                    ("selected", "n_selected"),
                    ("seconds", "fit_seconds"),
                )
            }
        ).reindex(mean_by(of_family, "task", "best_k").columns)
        summary.insert(0, "tables", _n_tasks(of_family))
        summary["draws"] = draw_counts(of_family)
        blocks.append(f"**{name}**, means over the tables\n\n" + markdown(summary))
        for label, value in (("Best k", "best_k"), ("F1", "f1")):
            by_task = mean_by(of_family, "task", value).dropna(axis=1, how="all")
            if len(by_task) > 1:
                blocks.append(f"{label} by table\n\n" + markdown(by_task))
    return "\n\n".join(blocks)


def _n_tasks(table: pd.DataFrame) -> pd.Series:
    counts = table.groupby("method", observed=True)["task"].nunique()
    return counts.astype(object)


def stability(table: pd.DataFrame) -> str:
    """Tabulate part s."""
    blocks = []
    for column, label in (
        ("selected", "the default selection"),
        ("first", "the first ten of the ranking"),
    ):
        sets = table[column].map(as_set)
        shares = table.assign(sets=sets).pivot_table(
            "sets",
            "method",
            "task",
            lambda values: mean_jaccard(list(values)),
            observed=True,
            sort=False,
        )
        shares.insert(0, "mean", shares.mean(axis=1, skipna=False))
        shares.insert(1, "smallest", shares.iloc[:, 1:].min(axis=1, skipna=False))
        if column == "selected":
            shares["seeds"] = draw_counts(table)
        blocks.append(
            f"Mean share of common columns (Jaccard) of two seeds, {label}\n\n"
            + markdown(shares)
        )
    sizes = mean_by(table, "task", "n_selected").T
    blocks.append("Mean number of columns selected\n\n" + markdown(sizes, 1))
    return "\n\n".join(blocks)
