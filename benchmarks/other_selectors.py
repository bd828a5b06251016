"""Selectors that need older packages than ours, for an environment of their own.

``python -m pip install "setuptools<81" "pandas<3" arfs stg`` makes it run, with what
this package needs itself; ``python -m benchmarks.features --apart`` prints their rows.
"""

from __future__ import annotations

import collections
import collections.abc
import contextlib
import io

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.quality.problem import Ranking

# the epochs and settings of the example in the README of stg
N_EPOCHS = 3000
GATED = {
    "hidden_dims": [60, 20],
    "activation": "tanh",
    "optimizer": "SGD",
    "learning_rate": 0.1,
    "feature_selection": True,
    "sigma": 0.5,
    "lam": 0.5,
    "device": "cpu",
}


def grootcv(X: NDArray | pd.DataFrame, y: NDArray, kind: str, seed: int) -> Ranking:
    """Rank by `arfs.feature_selection.allrelevant.GrootCV`, as its tutorial calls it.

    It takes no seed.
    """
    from arfs.feature_selection.allrelevant import GrootCV

    objective = "binary" if kind == "classification" else "rmse"
    model = GrootCV(objective=objective, cutoff=1, n_folds=5, n_iter=5, silent=True)
    X = _framed(X)
    with contextlib.redirect_stdout(io.StringIO()):
        model.fit(X, pd.Series(y))
    # one row a column, the mean of its importance last
    found = model.cv_df.set_index("feature").iloc[:, -1].astype(float)
    return Ranking(found.reindex(X.columns).to_numpy(), np.asarray(model.support_))


def first_gates(X: NDArray, y: NDArray, kind: str, seed: int) -> Ranking:
    """Rank by the package of the gates' authors, as its README calls it.

    Python 3.10 took names out of `collections` that it uses; they are put back.
    """
    for name in ("Sequence", "Mapping", "Set"):
        setattr(collections, name, getattr(collections.abc, name))
    from stg import STG

    X = np.asarray(X, dtype=np.float64)
    model = STG(
        task_type="classification",
        input_dim=X.shape[1],
        output_dim=len(np.unique(y)),
        batch_size=len(X),
        random_state=seed,
        **GATED,
    )
    with contextlib.redirect_stdout(io.StringIO()):
        model.fit(X, y, nr_epochs=N_EPOCHS, valid_X=X, valid_y=y, print_interval=1000)
    return Ranking(model.get_gates(mode="raw"), model.get_gates(mode="prob") > 0.0)


def _framed(X: NDArray | pd.DataFrame) -> pd.DataFrame:
    if isinstance(X, pd.DataFrame):
        return X
    return pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])])


APART = {"stg (the gates' authors)": first_gates, "arfs, GrootCV": grootcv}
