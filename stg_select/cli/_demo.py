"""A real table with as many useless columns as real ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

#: The column that the demo predicts.
DEMO_TARGET = "diagnosis"
SHUFFLED = " (shuffled)"


def demo_table(seed: int) -> pd.DataFrame:
    """Return scikit-learn's breast-cancer table with a shuffled copy of every column.

    A shuffled copy has the distribution of the real column and tells nothing about
    the target.

    Parameters
    ----------
    seed : int
        Decides how the copies are shuffled.

    Returns
    -------
    frame : DataFrame of shape (569, 61)
        The 30 real columns, their 30 copies and the target.
    """
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer(as_frame=True)
    rng = np.random.default_rng(seed)
    copies = bunch.data.apply(lambda column: rng.permutation(column.to_numpy()))
    target = bunch.target.map(dict(enumerate(bunch.target_names))).rename(DEMO_TARGET)
    return pd.concat([bunch.data, copies.add_suffix(SHUFFLED), target], axis=1)


def demo_summary(ranking: pd.DataFrame) -> str:
    """Say how many real and how many shuffled columns were kept."""
    shuffled = ranking["feature"].str.endswith(SHUFFLED)
    kept = ranking["selected"]
    return (
        f"Kept {int((kept & ~shuffled).sum())} of {int((~shuffled).sum())} real "
        f"columns and {int((kept & shuffled).sum())} of {int(shuffled.sum())} shuffled "
        "copies."
    )
