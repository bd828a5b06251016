"""The picture of speed shows the results that are kept with the code."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

pytest.importorskip("matplotlib")
DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture
def draw_speed(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    import draw_speed

    yield draw_speed
    sys.modules.pop("draw_speed")


def test_medians_and_spreads_of_cases(draw_speed, tmp_path, monkeypatch):
    turns = [("stg", 3.0), ("stg", 1.0), ("stg", 2.0), ("random-forest", 5.0)]
    rows = [("n=1000 p=64", m, "seconds", value) for m, value in turns]
    rows.append(("n=1000 p=64", "machine", "cpu_share", 1.0))
    rows.append(("text/R8", "stg", "seconds", 9.0))
    table = pd.DataFrame(rows, columns=["case", "method", "metric", "value"])
    table.to_csv(tmp_path / "a.csv", index=False)
    monkeypatch.setattr(draw_speed, "RESULTS", tmp_path)
    read = draw_speed.seconds("a").set_index("method")
    assert sorted(read.index) == ["random-forest", "stg"]
    assert read.loc["stg", ["n", "p"]].tolist() == [1000, 64]
    assert read.loc["stg", ["median", "min", "max"]].tolist() == [2.0, 1.0, 3.0]


def test_kept_results_have_both_growths_and_a_forest(draw_speed, tmp_path):
    often, once = draw_speed.seconds("a"), draw_speed.seconds("f")
    wide = often[often["n"] == 1000]
    assert wide.groupby("method")["p"].nunique().min() >= 3
    assert set(wide["method"]) == set(draw_speed.NAMES)
    assert once[once["p"] == 100]["n"].nunique() >= 2
    draw_speed.draw(tmp_path / "speed.svg")
    assert (tmp_path / "speed.svg").read_text().count('<g id="axes_') == 2
