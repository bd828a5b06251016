"""What selectors can do: python -m benchmarks.features prints the table of the README.

Every cell is a call of the installed version, as the quality benchmark calls it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from scipy import sparse

from benchmarks.quality.methods import METHODS
from benchmarks.quality.problem import Ranking
from benchmarks.quality.runner import describe_versions
from stg_select.datasets import make_mixed_frame, make_noise, make_xor

NAMES = {
    "stg": "stg_select",
    "captum-loop": "Captum's gates in a loop",
    "lassonet": "LassoNet",
    "boruta": "Boruta",
    "random-forest": "SelectFromModel, forest",
    "l1-cv": "SelectFromModel, L1 with CV",
    "mutual-info": "SelectKBest, mutual information",
}
SEED = 0
N_NOISE = 20


def joint_effect(rank: Callable[..., Ranking]) -> str:
    """Tell whether two columns that matter only together are the first of 100."""
    X, y, true = make_xor(n_samples=500, n_features=100, random_state=SEED)
    ranking = rank(X, y, "classification", SEED)
    return "yes" if set(ranking.best(2)) == set(true) else "no"


def default_number(rank: Callable[..., Ranking]) -> str:
    """Tell how many of the columns of this table it selects, and how many are true."""
    X, y, true = make_xor(n_samples=500, n_features=20, random_state=SEED)
    selected = rank(X, y, "classification", SEED).selected
    if selected is None:
        return "must be told"
    return f"{selected[true].sum()} true, {selected.sum() - selected[true].sum()} false"


def noise(rank: Callable[..., Ranking]) -> str:
    """Count what is selected from columns that have nothing to do with the target."""
    X, y, _ = make_noise(
        n_samples=300, n_features=N_NOISE, task="classification", random_state=SEED
    )
    selected = rank(X, y, "classification", SEED).selected
    return "must be told" if selected is None else f"{selected.sum()} of {N_NOISE}"


def takes(table: str) -> Callable[[Callable[..., Ranking]], str]:
    """Make a probe of whether the column that makes the target comes first.

    Of the frame with text it is enough that it is taken.
    """

    def probe(rank: Callable[..., Ranking]) -> str:
        rng = np.random.default_rng(SEED)
        X = rng.poisson(0.5, (200, 6)).astype(np.float64)
        y = (X[:, 0] > 0).astype(int)
        if table == "holes":
            X[rng.random(X.shape) < 0.1] = np.nan
        if table == "sparse":
            X = sparse.csr_matrix(X)
        if table == "frame":
            X, y, _ = make_mixed_frame(
                200, 12, task="classification", random_state=SEED
            )
        try:
            ranking = rank(X, y, "classification", SEED)
        except Exception:  # whatever it raises, it does not take it
            return "no"
        return "yes" if table == "frame" or ranking.best(1)[0] == 0 else "no"

    return probe


PROBES: dict[str, Callable[[Callable[..., Ranking]], str]] = {
    "XOR among 100 columns ranked first": joint_effect,
    "selected by default, XOR among 20": default_number,
    "selected from 20 columns of noise": noise,
    "missing cells": takes("holes"),
    "text and dates": takes("frame"),
    "sparse matrices": takes("sparse"),
}


def table_of(names: dict[str, str]) -> pd.DataFrame:
    """Probe methods of the benchmark, one a row.

    Parameters
    ----------
    names : dict of str to str
        Methods of the benchmark, and how to call them.
    """
    rows = {}
    for method, name in names.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows[name] = {
                what: probe(METHODS[method].rank) for what, probe in PROBES.items()
            }
    return pd.DataFrame.from_dict(rows, orient="index")


def main() -> None:
    """Print the table as Markdown, with the versions."""
    torch.set_num_threads(1)
    table = table_of(NAMES)
    print(f"| | {' | '.join(table.columns)} |")
    print(f"|{' --- |' * (1 + table.shape[1])}")
    for name, cells in table.iterrows():
        print(f"| {name} | {' | '.join(cells)} |")
    packages = dict.fromkeys(p for m in NAMES for p in METHODS[m].packages)
    print(f"\n{describe_versions(packages)}")


if __name__ == "__main__":
    main()
