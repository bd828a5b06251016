"""The table of what selectors can do is made of calls of these selectors."""

from __future__ import annotations

import pytest

pytest.importorskip("lightgbm")  # of the extra `bench`, as are the other methods

from benchmarks.features import PROBES, table_of
from benchmarks.quality.methods import METHODS


def test_cells_say_what_a_method_does():
    ranks = {
        "filter": METHODS["mutual-info"].rank,
        "forest": METHODS["random-forest"].rank,
    }
    table = table_of(ranks)
    assert list(table.columns) == list(PROBES)
    of_filter, of_forest = table.loc["filter"], table.loc["forest"]
    assert of_filter["selected from 20 columns of noise"] == "must be told"
    assert of_filter["XOR among 100 columns ranked first"] == "no"
    assert of_filter["missing cells"] == "no"
    assert of_forest["missing cells"] == "yes"
    assert of_forest["text and dates"] == "no"
    assert "true" in of_forest["selected by default, XOR among 20"]
