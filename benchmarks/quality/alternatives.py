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
from sklearn.utils import check_random_state

from benchmarks.options import words
from benchmarks.quality.parts.recovery import SUITE
from benchmarks.quality.problem import seed_of
from benchmarks.quality.runner import describe_versions
from benchmarks.quality.tables import markdown
from stg_select import GaussianGateSelector, rules, screening
from stg_select.datasets import make_noise
from stg_select.engine import PathResult, TrainingConfig, TrainingPlan
from stg_select.selectors._members import (
    MEMBER_PAIR_COLUMNS,
    WORKING_SET,
    MemberChoice,
    plan_members,
)
from stg_select.selectors._table import Table, build_table
from stg_select.selectors._targets import encode_target
from stg_select.selectors._training import train_members, training_config

OUT = Path(__file__).parent / "results" / "alternatives.csv"
SEED_OFFSET = 7
NULL_QUANTILE = 0.95
TASKS = {name: make for name, (make, _, _) in SUITE.items()} | {
    f"noise/{task}": partial(make_noise, n_samples=300, n_features=100, task=task)
    for task in ("regression", "classification")
}


@dataclass(frozen=True, eq=False)
class Members:
    """The members of one fit, trained as the selector trains them."""

    table: Table
    plan: TrainingPlan
    config: TrainingConfig
    result: PathResult
    price: float

    @property
    def margin(self) -> NDArray[np.floating]:
        """What each explains beyond the price of its gates, in null deviances."""
        return 1.0 - self.result.loss - self.price * self.result.n_open

    def selected(self, bar: float) -> NDArray[np.integer]:
        """Columns selected if members have to clear a margin."""
        counts = (self.margin > bar)[:, None]
        probs = np.where(counts, self.result.active_probs, np.nan)
        mean = rules.mean_over_members(probs, 0.0)
        return self.table.gates[mean >= 0.5]


def fit_members(X: NDArray, y: NDArray, random_state: int) -> Members:
    """Train the members of a selector with its defaults and this `random_state`."""
    seed = int(check_random_state(random_state).randint(2**31 - 1))
    parameters = GaussianGateSelector().get_params()
    weight = np.ones(len(X))
    table = build_table(
        X,
        encode_target(y, "auto", weight),
        weight,
        np.arange(X.shape[1]),
        n_folds=parameters["cross_fit"],
        embedding=parameters["embedding"],
        standardize=parameters["standardize"],
        seed=seed,
    )
    unit = rules.likelihood_unit(table.n_effective, table.null_deviance)
    price = rules.information_price(
        len(table.gates), table.n_effective, table.null_deviance
    )
    choice = MemberChoice(
        parameters["cross_fit"], parameters["n_seeds"], WORKING_SET, price, seed
    )
    config = training_config(
        parameters, len(table.weight), "cpu", rules.LEAST_GAIN * unit
    )
    config = replace(config, return_raw=True)
    plan = plan_members(table, choice)
    result = _train(table, plan, config)
    return Members(table, plan, config, result, price + rules.OPTIMISM * unit)


def screened_again(members: Members) -> tuple[Members, list[NDArray[np.integer]]]:
    """Let in what each network leaves over, and train once more.

    Returns
    -------
    members : Members
    new : list of ndarray
        Gates that each member lets in.
    """
    table, row_sets, new = members.table, [], []
    assert members.result.raw is not None
    for row_set, raw in zip(members.plan.row_sets, members.result.raw, strict=True):
        scores = screening.gate_scores(
            table.ranks,
            table.column_gate,
            table.objective.residual(raw, table.target),
            row_set.network_weights,
            MEMBER_PAIR_COLUMNS,
        )
        above = np.flatnonzero(scores.marginal >= 1.0)
        inside = np.arange(len(table.gates)) if row_set.gates is None else row_set.gates
        new.append(np.setdiff1d(above, inside))
        row_sets.append(replace(row_set, gates=np.union1d(inside, new[-1])))
    plan = replace(members.plan, row_sets=tuple(row_sets))
    result = _train(table, plan, members.config)
    return replace(members, plan=plan, result=result), new


def compare(task: str, draw: int) -> dict[str, Any]:
    """Measure the selector's way and both others on one table."""
    make = TASKS[task]
    seed = seed_of(task, 0, draw, SEED_OFFSET)
    X, y, informative = make(random_state=seed)
    members = fit_members(X, y, seed)
    again, new = screened_again(members)
    shuffled = np.random.default_rng(seed).permutation(y)
    null = fit_members(X, shuffled, seed)
    margins = null.margin[null.result.n_open > 0]
    bar = float(np.quantile(margins, NULL_QUANTILE)) if len(margins) else 0.0
    true = np.isin(members.table.gates, informative)
    row: dict[str, Any] = {
        "true let in": float(np.mean([true[gates].sum() for gates in new])),
        "others let in": float(np.mean([(~true[gates]).sum() for gates in new])),
        "median null margin": float(np.median(margins)) if len(margins) else np.nan,
    }
    ways = {
        "selector": members.selected(0.0),
        "second screen": again.selected(0.0),
        "null members": members.selected(bar),
    }
    for way, selected in ways.items():
        hits = np.isin(selected, informative).sum()
        found = len(selected) + len(informative)
        row[f"F1, {way}"] = 2.0 * hits / found if len(informative) else np.nan
        row[f"false, {way}"] = float(len(selected) - hits)
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


def _train(table: Table, plan: TrainingPlan, config: TrainingConfig) -> PathResult:
    gates = np.arange(len(table.gates))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return train_members(plan, table, gates, config, n_jobs=1, show_progress=False)


if __name__ == "__main__":
    sys.exit(main())
