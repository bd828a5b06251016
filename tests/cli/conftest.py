"""Tables of which it is clear what tells about the target."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest
from commands import QUICK

import stg_select


@pytest.fixture(autouse=True)
def quick_selector(monkeypatch):
    """Let the selector train briefly: the tables here are small and clear."""
    quick = functools.partial(stg_select.GaussianGateSelector, **QUICK)
    monkeypatch.setattr(stg_select, "GaussianGateSelector", quick)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """A table of which `level` and `size` tell about `y`, and the rest does not."""
    rng = np.random.default_rng(0)
    n_rows = 300
    level = rng.choice(["low", "mid", "high"], n_rows)
    size = rng.normal(size=n_rows).round(3)
    score = 2 * (level == "high") + size + 0.1 * rng.normal(size=n_rows)
    return pd.DataFrame(
        {
            "id": [f"{i:04d}-x" for i in range(n_rows)],
            "noise": rng.normal(size=n_rows).round(3),
            "level": level,
            "unit": "cm",
            "y": np.where(score > 0.5, "yes", "no"),
            "size": np.where(rng.random(n_rows) < 0.05, np.nan, size),
            "noise two": rng.integers(0, 9, n_rows),
        }
    )


@pytest.fixture
def table(frame, tmp_path) -> str:
    """The table as a CSV file."""
    path = tmp_path / "table.csv"
    frame.to_csv(path, index=False)
    return str(path)


@pytest.fixture
def out(tmp_path) -> str:
    """Where to write."""
    return str(tmp_path / "out.csv")
