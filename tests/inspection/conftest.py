from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from samples import N_FEATURES, make_table, quick_selector

from stg_select import GaussianGateSelector

#: Names that break a page or a picture that takes them for markup or formulas.
NAMES = [
    "</script><b>bold",
    "$x and $ \\frac{",
    "\"quoted\" & 'so'",
    "line\none\u2028two",
    "long " * 30,
    "größe",
]


@pytest.fixture(autouse=True)
def headless():
    """Draw without a screen, and leave no figure behind."""
    mpl.use("agg")
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.fixture(scope="session")
def table() -> tuple[pd.DataFrame, pd.Series]:
    X, y = make_table("binary")
    labels = np.where(y == 1, "<yes>", "no")
    return pd.DataFrame(X, columns=NAMES), pd.Series(labels, name="</title>target")


@pytest.fixture(scope="session")
def fitted(table) -> GaussianGateSelector:
    """A selector to read from, which no test may change."""
    assert len(NAMES) == N_FEATURES
    return quick_selector().fit(*table)
