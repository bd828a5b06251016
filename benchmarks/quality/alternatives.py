"""Two ways to train members that the selector does not take, measured against its own.

    python -m benchmarks.quality.alternatives

*A second screen.* After training, every member is screened again, against the residual
of its own network on its network rows. Columns above the level of chance join its
working set, and it is trained once more. (Other rows may not be looked at: the gate
rows are what gates are judged by.)

*Null members.* As many members again are trained on a shuffled target. A member has to
explain more than 95 % of those that open a gate, in place of the price with which it
has to beat the null model.

The tables are those of parts b and e, on other draws.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning

from benchmarks.options import words
from benchmarks.quality.metrics import recovery
from benchmarks.quality.parts.recovery import SUITE
from benchmarks.quality.problem import Ranking, seed_of
from benchmarks.quality.runner import describe_versions
from benchmarks.quality.tables import markdown
from stg_select import GaussianGateSelector, screening
from stg_select.datasets import make_noise
from stg_select.engine import PathResult
from stg_select.selectors._members import MEMBER_PAIR_COLUMNS, narrow
from stg_select.selectors._outcome import summarise
from stg_select.selectors._table import Table
from stg_select.selectors._training import Training, plan_training, train_members

OUT = Path(__file__).parent / "results" / "alternatives.csv"
SEED_OFFSET = 7
NULL_QUANTILE = 0.95
TASKS = {name: make for name, (make, _, _) in SUITE.items()} | {
    f"noise/{task}": partial(make_noise, n_samples=300, n_features=100, task=task)
    for task in ("regression", "classification")
}


@dataclass(frozen=True, eq=False)
class Members:
    """The members of one fit.

    Attributes
    ----------
    table : Table
    training : Training
    result : PathResult
        With the outputs of the networks.
    """

    table: Table
    training: Training
    result: PathResult

    @property
    def margin(self) -> NDArray[np.floating]:
        """What each explains beyond the price of its gates, in null deviances."""
        price = self.training.judged_price
        return 1.0 - self.result.loss - price * self.result.n_open

    def selected(self, n_columns: int, bar: float = 0.0) -> NDArray[np.bool_]:
        """Mask of the columns selected if members have to clear a margin."""
        outcome = summarise(
            replace(self.result, loss=self.result.loss + bar),
            self.training.gates,
            self.table,
            n_columns,
            judged_price=self.training.judged_price,
            screened=False,
        )
        return outcome.active_probs >= GaussianGateSelector().threshold


class Trained(GaussianGateSelector):
    """Trains as the selector does, and keeps the members alone."""

    def _fit_table(
        self, table: Table, gate: NDArray[np.integer], device: str, seed: int
    ) -> None:
        parameters = self.get_params(deep=False)
        training = plan_training(table, parameters, device=device, seed=seed)
        self.members_ = _trained(table, training)


def screened_again(members: Members) -> tuple[Members, list[NDArray[np.integer]]]:
    """Let in what each network leaves over, and train once more.

    Returns
    -------
    members : Members
    new : list of ndarray
        Gates of the table that each member lets in.
    """
    table, training = members.table, members.training
    row_sets, new = [], []
    for row_set, raw in zip(training.plan.row_sets, members.result.raw, strict=True):
        scores = screening.gate_scores(
            table.ranks,
            table.column_gate,
            table.objective.residual(raw, table.target),
            row_set.network_weights,
            MEMBER_PAIR_COLUMNS,
        )
        above = np.flatnonzero(scores.marginal >= 1.0)
        chosen = slice(None) if row_set.gates is None else row_set.gates
        inside = training.gates[chosen]
        new.append(np.setdiff1d(above, inside))
        row_sets.append(replace(row_set, gates=np.union1d(inside, new[-1])))
    plan = replace(training.plan, row_sets=tuple(row_sets))
    plan, gates = narrow(plan, len(table.gates))
    return _trained(table, replace(training, plan=plan, gates=gates)), new


def compare(task: str, draw: int) -> dict[str, Any]:
    """Measure the selector's way and both others on one table."""
    seed = seed_of(task, 0, draw, SEED_OFFSET)
    X, y, informative = TASKS[task](random_state=seed)
    members = Trained(random_state=seed).fit(X, y).members_
    again, new = screened_again(members)
    shuffled = np.random.default_rng(seed).permutation(y)
    null = Trained(random_state=seed).fit(X, shuffled).members_
    margins = null.margin[null.result.n_open > 0]
    bar = float(np.quantile(margins, NULL_QUANTILE)) if len(margins) else 0.0
    true = np.isin(members.table.gates, informative)
    row: dict[str, Any] = {
        "true let in": float(np.mean([true[gates].sum() for gates in new])),
        "others let in": float(np.mean([(~true[gates]).sum() for gates in new])),
        "median null margin": float(np.median(margins)) if len(margins) else np.nan,
    }
    n_columns = X.shape[1]
    ways = {
        "selector": members.selected(n_columns),
        "second screen": again.selected(n_columns),
        "null members": members.selected(n_columns, bar),
    }
    for way, selected in ways.items():
        ranking = Ranking(selected.astype(np.float64), selected)
        known = len(informative) > 0
        row[f"F1, {way}"] = recovery(ranking, informative)["f1"] if known else np.nan
        row[f"false, {way}"] = float(np.delete(selected, informative).sum())
    return row | {
        "seed": seed,
        "versions": describe_versions(("stg-select", "torch")),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, keep the rows and print their means."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.alternatives",
        description="Compare the selector with a second screen and with null members.",
    )
    parser.add_argument("--tasks", type=words, default=tuple(TASKS))
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--out", type=Path, default=OUT, help="file of the rows")
    options = parser.parse_args(arguments)
    rows = []
    for task in options.tasks:
        for draw in range(options.draws):
            rows.append({"task": task, "draw": draw, **compare(task, draw)})
        print(f"{task}: {options.draws} draws", file=sys.stderr)
    table = pd.DataFrame(rows)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    table.round(4).to_csv(options.out, index=False)
    measured = table.drop(columns=["draw", "seed", "versions"])
    means = measured.groupby("task", sort=False).mean()
    means.loc["mean"] = means.mean()
    text = markdown(means.round(2) + 0.0)  # no -0.00
    options.out.with_suffix(".md").write_text(text + "\n")
    print(text)
    return 0


def _trained(table: Table, training: Training) -> Members:
    training = replace(training, config=replace(training.config, return_raw=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        result = train_members(table, training, n_jobs=1, show_progress=False)
    return Members(table, training, result)


if __name__ == "__main__":
    sys.exit(main())
