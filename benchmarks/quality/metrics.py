"""How near a ranking and a selection come to the known truth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.problem import Ranking, Row

SELECTION = ("n_selected", "precision", "recall", "f1")
RECOVERY = ("best_k", "best_2k", *SELECTION)


def recovery(ranking: Ranking, informative: NDArray[np.intp]) -> Row:
    """Compare a ranking and its default selection with the true columns.

    ``best_k`` is the share of the k true columns among the first k (which is also the
    precision at k), ``best_2k`` among the first 2k. An empty selection has precision
    0. Metrics of the selection are left out if the method has none.
    """
    k = informative.size
    row: Row = {
        "best_k": np.isin(informative, ranking.best(k)).mean(),
        "best_2k": np.isin(informative, ranking.best(2 * k)).mean(),
    }
    if ranking.selected is None:
        return row
    hits = int(ranking.selected[informative].sum())
    n_selected = int(ranking.selected.sum())
    return row | {
        "n_selected": n_selected,
        "precision": hits / max(n_selected, 1),
        "recall": hits / k,
        "f1": 2 * hits / (n_selected + k),
    }
