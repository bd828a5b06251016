"""What selectors can do: python -m benchmarks.features prints the table of the README.

Every cell is a call of the installed version, as the quality benchmark calls it. With
``--apart`` it prints the rows of selectors that need older packages, in an environment
of their own: see `benchmarks.other_selectors`.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Mapping
from importlib.metadata import version

import numpy as np
import pandas as pd
import torch
from scipy import sparse

from benchmarks.other_selectors import APART
from benchmarks.quality.methods import METHODS
from benchmarks.quality.problem import Ranking
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
        first, *others = np.nan_to_num(ranking.scores, nan=-np.inf)
        return "yes" if table == "frame" or first > max(others) else "no"

    return probe


PROBES: dict[str, Callable[[Callable[..., Ranking]], str]] = {
    "XOR among 100 columns ranked first": joint_effect,
    "selected by default, XOR among 20": default_number,
    "selected from 20 columns of noise": noise,
    "missing cells": takes("holes"),
    "text and dates": takes("frame"),
    "sparse matrices": takes("sparse"),
}


def table_of(ranks: Mapping[str, Callable[..., Ranking]]) -> pd.DataFrame:
    """Probe selectors, one a row.

    Parameters
    ----------
    ranks : dict of str to callable
        What selectors are called, and how they rank.
    """
    rows = {}
    for name, rank in ranks.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows[name] = {what: probe(rank) for what, probe in PROBES.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


def main() -> None:
    """Print the table as Markdown, with the versions."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.features")
    parser.add_argument(
        "--apart",
        action="store_true",
        help="selectors that need older packages, in an environment of their own",
    )
    torch.set_num_threads(1)
    if parser.parse_args().apart:
        table, packages = table_of(APART), ["stg", "arfs", "pandas", "setuptools"]
    else:
        table = table_of({name: METHODS[method].rank for method, name in NAMES.items()})
        packages = [p for method in NAMES for p in METHODS[method].packages]
    print(f"| | {' | '.join(table.columns)} |")
    print(f"|{' --- |' * (1 + table.shape[1])}")
    for name, cells in table.iterrows():
        print(f"| {name} | {' | '.join(cells)} |")
    used = dict.fromkeys([*packages, "numpy"])
    print("\n" + "; ".join(f"{name} {version(name)}" for name in used))


if __name__ == "__main__":
    main()
