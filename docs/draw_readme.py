"""Draw the picture of the README, to the path that is given."""

from __future__ import annotations

import sys

import matplotlib as mpl

mpl.use("svg")

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LassoCV

from stg_select import GaussianGateSelector
from stg_select.datasets import make_ring_xor

N_COLUMNS = 500
N_SHOWN = 15
TRUE, OTHER = "#0072B2", "#999999"


def importances() -> dict[str, np.ndarray]:
    """Rank the columns by a Lasso, a forest, and the gates."""
    X, y, _ = make_ring_xor(n_samples=833, n_features=N_COLUMNS, random_state=0)
    lasso = LassoCV(random_state=0)
    forest = RandomForestClassifier(500, random_state=0)
    selector = GaussianGateSelector(random_state=0)
    return {
        "Lasso": np.abs(lasso.fit(X, y).coef_),
        "Forest of 500 trees": forest.fit(X, y).feature_importances_,
        "stg_select": selector.fit(X, y).feature_importances_,
    }


def draw(path: str) -> None:
    """Draw the best columns of each, the true ones in blue."""
    true = make_ring_xor(n_samples=833, n_features=N_COLUMNS, random_state=0)[2]
    figure, axes = plt.subplots(1, 3, figsize=(9, 3.4), layout="constrained")
    for ax, (name, values) in zip(axes, importances().items(), strict=True):
        best = np.argsort(-values, kind="stable")[:N_SHOWN][::-1]
        colors = [TRUE if column in true else OTHER for column in best]
        ax.barh(range(N_SHOWN), values[best] / max(values.max(), 1e-12), color=colors)
        ax.set_yticks(range(N_SHOWN), [f"x{column}" for column in best], fontsize=8)
        ax.set_title(name)
        ax.set_xticks([])
        ax.spines[["top", "right", "bottom"]].set_visible(False)
    figure.suptitle(
        f"A ring of two columns and the signs of two more among {N_COLUMNS} columns: "
        "the true four in blue",
        fontsize=10,
    )
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    draw(sys.argv[1])
