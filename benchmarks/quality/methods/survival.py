"""Rankings for survival times: the L1 path of Cox models, and random forests."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

from benchmarks.quality.methods.forests import by_permutation
from benchmarks.quality.problem import Ranking

N_FOLDS = 5
MIN_SHARE = 0.05  # last penalty of the path, as a share of the first
N_TREES = 100


def coxnet(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Score by the coefficients of the L1 Cox model that cross-validation chooses.

    The penalty is that with the highest mean concordance in five folds, of 100 down to
    a twentieth of the largest, on standardised columns. Columns with a coefficient of
    zero follow in the order in which they enter the path; the others are selected.
    """
    from sksurv.metrics import concordance_index_censored

    Z = StandardScaler().fit_transform(X)
    path = _path(Z, y)
    concordance = np.zeros(len(path.alphas_))
    for train, test in KFold(N_FOLDS, shuffle=True, random_state=seed).split(Z):
        model = _path(Z[train], y[train], alphas=path.alphas_)
        risks = Z[test] @ model.coef_
        for place in range(len(concordance)):
            # a path ends early where further columns explain nothing more
            risk = risks[:, min(place, risks.shape[1] - 1)]
            concordance[place] += concordance_index_censored(
                y["event"][test], y["time"][test], risk
            )[0]
    size = np.abs(path.coef_[:, np.argmax(concordance)])
    entry = np.where(path.coef_ != 0, path.alphas_, 0.0).max(axis=1)
    smallest = size[size > 0].min(initial=1.0)
    return Ranking(size + smallest * entry / (2.0 * path.alphas_[0]), size > 0)


def _path(Z: NDArray[np.float64], y: NDArray, alphas: Any = None) -> Any:
    from sksurv.linear_model import CoxnetSurvivalAnalysis

    model = CoxnetSurvivalAnalysis(
        l1_ratio=1.0, alphas=alphas, alpha_min_ratio=MIN_SHARE
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "all coefficients are zero", UserWarning)
        return model.fit(Z, y)


def forest_permutation(
    X: NDArray[np.float64], y: NDArray, kind: str, seed: int
) -> Ranking:
    """Score by the concordance that 100 survival trees lose by permutation.

    Held-out rows, permutations and selection are those of `rf-permutation`.
    """
    from sksurv.ensemble import RandomSurvivalForest

    forest = RandomSurvivalForest(N_TREES, low_memory=True, random_state=seed)
    return by_permutation(forest, X, y, seed)
