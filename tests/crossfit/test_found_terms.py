"""What members say about the terms of the screen on all rows."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from encoded import table_of
from samples import make_table

from stg_select.crossfit import _found_terms
from stg_select.crossfit._found_terms import found_terms, judged
from stg_select.crossfit._members import Split
from stg_select.crossfit._shortlists import (
    MEMBER_PAIR_COLUMNS,
    Shortlist,
    screen,
    shortlist,
)
from stg_select.screening import Found, _first_rows

# components 2 and 3 are those of feature 9
TABLE = SimpleNamespace(component_feature=np.array([4, 0, 9, 9, 7]), n_effective=60.0)


def split_of(*terms, held_out=True):
    rows = np.ones(3)
    shortlist = Shortlist(np.arange(1, 5), 1, terms)
    return Split(rows, rows if held_out else None, 0, shortlist)


@pytest.fixture
def already_judged(monkeypatch):
    monkeypatch.setattr(_found_terms, "judged", lambda table, terms, *weights: terms)


@pytest.mark.usefixtures("already_judged")
def test_members_are_counted_by_the_features_that_they_found():
    found = [
        Found("linear", (0,), 1.5, 0.01),
        Found("interaction", (1, 4), 3.0, 1e-9),
        Found("triple", (0, 1, 4), 1.1, 0.2),
    ]
    splits = [
        split_of(
            Found("product", (1, 4), 2.0, 0.0, explained=0.4),
            Found("interaction", (1, 4), 1.2, 0.0, explained=0.9),
            Found("smooth", (0,), 1.2, 0.0, explained=0.1),
        ),
        split_of(Found("interaction", (1, 4), 2.0, 0.0, explained=0.2)),
        split_of(),
        split_of(Found("linear", (4,), 2.0, 0.0, explained=0.3)),
    ]
    terms = found_terms(TABLE, found, splits, 1)
    assert terms["kind"].tolist() == ["interaction", "linear", "triple"]
    assert terms["features"].tolist() == [
        [0, 7, -1, -1, -1],
        [4, -1, -1, -1, -1],
        [0, 4, 7, -1, -1],
    ]
    np.testing.assert_array_equal(terms["score"], [3.0, 1.5, 1.1])
    np.testing.assert_array_equal(terms["by_chance"], [1e-9, 0.01, 0.2])
    np.testing.assert_array_equal(terms["members"], [0.5, 0.25, 0.0])
    np.testing.assert_allclose(terms["explained"], [0.6 / 4, 0.1 / 4, 0.0])
    np.testing.assert_allclose(terms["gain"], [30 * 0.6 / 4, 30 * 0.1 / 4, 0.0])


@pytest.mark.usefixtures("already_judged")
def test_a_wave_and_a_smooth_term_of_a_feature_are_told_apart():
    found = [Found("wave", (0,), 3.0, 0.0), Found("linear", (0,), 1.5, 0.01)]
    splits = [
        split_of(
            Found("smooth", (0,), 2.0, 0.0, explained=0.1),
            Found("wave", (0,), 1.2, 0.0, explained=0.4),
        ),
        split_of(Found("wave", (0,), 1.2, 0.0, explained=0.2)),
    ]
    terms = found_terms(TABLE, found, splits, 1)
    assert terms["kind"].tolist() == ["wave", "linear"]
    assert terms["features"][:, 0].tolist() == [4, 4]
    assert terms["members"].tolist() == [1.0, 0.5]
    np.testing.assert_allclose(terms["explained"], [0.3, 0.05])


def test_two_components_of_a_feature_are_one():
    terms = found_terms(TABLE, [Found("product", (2, 3), 2.0, 0.0)], [split_of()], 1)
    assert terms["features"].tolist() == [[9, -1, -1, -1, -1]]


def test_without_gate_rows_nothing_is_held_out():
    found = [Found("linear", (0,), 2.0, 0.0)]
    terms = found_terms(TABLE, found, [split_of(*found, held_out=False)], 1)
    assert terms["members"].tolist() == [1.0]
    assert np.isnan(terms["explained"]).all()


def test_nothing_found_and_no_screen():
    splits = [Split(np.ones(3), None, 0)]
    terms = found_terms(TABLE, [], splits, 1)
    assert {name: values.shape for name, values in terms.items()} == {
        "kind": (0,),
        "features": (0, 5),
        "score": (0,),
        "by_chance": (0,),
        "members": (0,),
        "explained": (0,),
        "gain": (0,),
    }


def test_gate_rows_judge_what_network_rows_have_found():
    """Only what the screen on all rows has found too."""
    table = table_of(*make_table("binary", n_rows=61))
    gate_rows = np.arange(len(table.weight)) % 3 == 0
    network, gate = table.weight * ~gate_rows, table.weight * gate_rows
    screened = shortlist(table, screen(table, network, MEMBER_PAIR_COLUMNS))
    assert len(screened.terms) > 1
    expected = judged(table, screened.terms[:1], network, gate)[0].explained
    assert expected > 0.1
    split = Split(network, gate, 0, screened)
    terms = found_terms(table, screened.terms[:1], [split], 1)
    np.testing.assert_array_equal(terms["explained"], [expected])


def test_of_a_long_table_each_side_is_judged_by_its_first_rows(monkeypatch):
    """Wherever in the table they are."""
    X, y = make_table("binary", n_rows=400)
    table = table_of(X, y)
    weight = (np.arange(len(table.weight)) < 300).astype(float)
    found = [Found("linear", (0,), 2.0, 0.0)]
    held_out = np.where(np.arange(len(weight)) < 360, 1.0 - weight, 0.0)
    first = np.where(np.arange(len(weight)) < 60, weight, 0.0)
    (expected,) = judged(table, found, first, held_out)
    monkeypatch.setattr(_first_rows, "MAX_ROWS", 60)
    (of_first,) = judged(table, found, weight, 1.0 - weight)
    assert of_first.explained == pytest.approx(expected.explained, rel=0.05)
