"""The default fit against a forest."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from sklearn.ensemble import RandomForestClassifier

from benchmarks.speed.case import Case, Measure, Metrics, Part, Sizes, seconds_of
from stg_select import GaussianGateSelector
from stg_select.datasets import make_ring_xor_sum

#: Rows and columns: 1000 rows of more and more columns, then fewer rows and more.
SHAPES = (
    *((1000, p) for p in (64, 512, 2048)),
    *((n, 64) for n in (200, 500, 4000, 16000)),
)


def make_cases(sizes: Sizes) -> list[Case]:
    """One case a shape of the table."""
    shapes = ((120, 8),) if sizes.quick else SHAPES
    return [
        Case(
            name=f"n={n} p={p}",
            contestants=partial(_contestants, n, p, sizes),
            threads=sizes.cores,
            packages=("stg-select", "torch", "scikit-learn"),
        )
        for n, p in shapes
    ]


def _contestants(n: int, p: int, sizes: Sizes) -> Mapping[str, Measure]:
    X, y, _ = make_ring_xor_sum(n, p, random_state=0)

    def ours(seed: int) -> Metrics:
        selector = GaussianGateSelector(random_state=seed)
        if sizes.quick:
            selector.set_params(max_iter=100)
        return {"seconds": seconds_of(lambda: selector.fit(X, y))}

    def forest(seed: int) -> Metrics:
        n_trees = 20 if sizes.quick else 500
        model = RandomForestClassifier(n_trees, n_jobs=sizes.cores, random_state=seed)
        return {"seconds": seconds_of(lambda: model.fit(X, y))}

    return {"stg": ours, "random-forest": forest}


PART = Part("Default fit against a forest of 500 trees", make_cases)
