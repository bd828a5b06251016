"""Why features are kept or left out, and what is said to act together."""

from __future__ import annotations

import numpy as np
import pytest
from samples import fitted_on, make_table, quick_selector

from stg_select import GaussianGateSelector
from stg_select.datasets import (
    make_additive,
    make_linear,
    make_noise,
    make_products,
    make_ring,
    make_three_way,
    make_xor,
)
from stg_select.selectors._reasons import (
    Findings,
    interaction_table,
    without_copies,
)

NAN = np.nan


def terms_of(*found):
    """Terms as a fit keeps them: features, then chance, the best one first."""
    features = np.full((len(found), 5), -1)
    for row, (chosen, _) in enumerate(found):
        features[row, : len(chosen)] = chosen
    return {
        "kind": np.array(["interaction"] * len(found), dtype="U11"),
        "features": features,
        "score": np.linspace(5.0, 2.0, len(found)),
        "by_chance": np.array([by_chance for _, by_chance in found], dtype=float),
        "members": np.ones(len(found)),
        "explained": np.full(len(found), 0.1),
        "gain": np.full(len(found), 1.0),
    }


def findings_of(n_features=1, **changed):
    """Findings about features x0, x1, ... that are all kept and above chance."""
    yes = np.ones(n_features, dtype=bool)
    findings = {
        "names": np.array([f"x{i}" for i in range(n_features)], dtype=object),
        "gate": np.arange(n_features),
        "selected": yes,
        "varies": yes,
        "is_text": ~yes,
        "by_keep": ~yes,
        "copy_of": np.full(n_features, -1),
        "would_select": yes,
        "asked_for": False,
        "open_share": np.ones(n_features),
        "scores": np.full(n_features, 2.0),
        "alone_scores": np.full(n_features, 2.0),
        "in_pairs": yes,
        "terms": terms_of(),
    }
    arrays = {
        name: np.resize(value, n_features)
        if isinstance(value, list | float | bool) and name != "asked_for"
        else value
        for name, value in changed.items()
    }
    return Findings(**{**findings, **arrays})


def reason_of(**changed):
    (reason,) = findings_of(**changed).reasons()
    return reason


LEFT = {"selected": False, "would_select": False}
BELOW = {"scores": 0.9, "alone_scores": 0.9}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, "kept: alone"),
        ({"alone_scores": 0.9}, "kept: perhaps with others"),
        ({**BELOW}, "kept: its gate stays open"),
        ({"scores": NAN, "alone_scores": NAN}, "kept: its gate stays open"),
        ({**BELOW, "open_share": 0.4}, "kept: by its place in the ranking"),
        ({**BELOW, "open_share": 0.4, "asked_for": True}, "kept: as was asked for"),
        ({"selected": False}, "would be kept, but fewer were asked for"),
        (LEFT, "above chance but not worth its price"),
        ({**LEFT, "scores": 0.9}, "below chance"),
        ({**LEFT, "scores": 0.9, "in_pairs": False}, "not looked at in pairs"),
        ({**LEFT, "scores": NAN, "in_pairs": False}, "its gate closes"),
        ({**LEFT, "scores": 0.0, "varies": False, "in_pairs": False}, "constant"),
        (
            {**LEFT, "scores": 0.0, "varies": False, "is_text": True},
            "constant, or text without frequent values",
        ),
    ],
)
def test_reason_of_a_feature(changed, reason):
    assert reason_of(**changed) == reason


@pytest.mark.parametrize("changed", [{}, {"varies": False}, {"copy_of": [0]}])
def test_who_asks_by_keep_is_told_so(changed):
    assert reason_of(by_keep=True, **changed) == "kept: by keep"


def test_near_copies_name_the_better_feature():
    findings = findings_of(3, copy_of=[-1, -1, 0], selected=[True, True, False])
    assert findings.reasons()[2] == "near-copy of x0"
    assert findings.copies().tolist() == [None, None, "x0"]


def test_better_features_stand_for_their_copies():
    terms = terms_of(((1, 2), 1e-9), ((0, 3), 1e-9), ((0, 1, 2), 1e-9), ((4,), 1e-9))
    better = without_copies(terms, np.array([2, -1, -1, 1, -1]))
    assert better["features"].tolist() == [
        [1, 2, -1, -1, -1],
        [1, 2, -1, -1, -1],
        [1, 2, -1, -1, -1],
        [4, -1, -1, -1, -1],
    ]
    assert terms["features"][1, 0] == 0, "those of the fit stay as they are"
    assert len(interaction_table(better, findings_of(5).names)) == 1


def test_kept_features_name_their_company():
    terms = terms_of(((0, 1), 1e-9), ((2, 3, 4), 1e-9), ((2, 5), 1e-9), ((2,), 1e-9))
    assert findings_of(7, terms=terms).reasons().tolist() == [
        "kept: with x1",
        "kept: with x0",
        "kept: alone and with x3 and x4, with x5",
        "kept: with x2 and x4",
        "kept: with x2 and x3",
        "kept: with x2",
        "kept: alone",
    ]


def test_features_that_are_left_out_have_no_company():
    findings = findings_of(
        2, terms=terms_of(((0, 1), 1e-9)), **{n: [True, False] for n in LEFT}
    )
    expected = ["kept: with x1", "above chance but not worth its price"]
    assert findings.reasons().tolist() == expected


def test_much_company_is_counted():
    terms = terms_of(*(((0, i), 1e-9) for i in range(1, 7)))
    first = findings_of(7, terms=terms).reasons()[0]
    assert first == "kept: with x1, with x2, with x3 and 3 more"


def test_sets_that_chance_may_make_are_no_company():
    terms = terms_of(
        ((0, 1), 0.02), ((0, 2), 0.005), ((1, 2), 0.0), ((3, 1), 0.0), ((0,), 0.02)
    )
    terms["explained"][:5] = 0.5, NAN, 0.009, -0.1, 0.5
    terms["gain"][1:3] = NAN, 9.0
    expected = ["kept: with x2", "kept: alone", "kept: with x0", "kept: alone"]
    assert findings_of(4, terms=terms).reasons().tolist() == expected
    table = interaction_table(terms, findings_of(4).names)
    assert table["features"].tolist() == [("x0", "x2")]


def test_columns_of_a_gate_share_their_reason():
    """Those of one are no company of each other."""
    terms = terms_of(((0, 3), 1e-9), ((1, 2), 1e-9))
    reasons = findings_of(4, gate=[0, 1, 1, 0], terms=terms).reasons()
    assert reasons.tolist() == ["kept: alone"] * 4
    reasons = findings_of(4, gate=[0, 1, 1, 3], terms=terms).reasons()
    assert reasons[[0, 3]].tolist() == ["kept: with x3", "kept: with x0"]
    terms = terms_of(((0, 3), 1e-9))
    reasons = findings_of(4, gate=[0, 1, 1, 0], terms=terms).reasons()
    assert reasons.tolist() == ["kept: alone"] * 4
    terms = terms_of(((0, 2), 1e-9))
    reasons = findings_of(3, gate=[0, 0, 1], terms=terms).reasons()
    assert reasons.tolist() == ["kept: with x2", "kept: with x2", "kept: with x0"]


def test_what_members_see_again_on_held_out_rows_is_no_chance():
    terms = terms_of(((0, 1), 0.2), ((0, 2), 0.2))
    terms["gain"][:] = 6.5, 5.5
    table = interaction_table(terms, findings_of(3).names)
    assert table["features"].tolist() == [("x0", "x1")]


def test_features_without_a_score_of_their_own_may_act_with_others():
    terms = terms_of(((0, 1), 0.2), ((2, 3), 0.3), ((2, 4), 0.3), ((2,), 0.3))
    findings = findings_of(5, alone_scores=[0.9] * 4 + [1.1], terms=terms)
    assert findings.reasons().tolist() == [
        "kept: perhaps with x1",
        "kept: perhaps with x0",
        "kept: perhaps with x3",
        "kept: perhaps with x2",
        "kept: alone",
    ]


def test_a_set_that_was_found_twice_is_listed_once():
    terms = terms_of(((0, 1), 1e-9), ((2,), 1e-9), ((0, 1), 1e-9), ((0, 1, 2), 1e-9))
    table = interaction_table(terms, findings_of(3).names)
    assert table["features"].tolist() == [("x0", "x1"), ("x0", "x1", "x2")]
    assert table["score"].tolist() == [5.0, 2.0]
    columns = ["features", "kind", "score", "members", "explained"]
    assert table.columns.tolist() == columns


def named(columns):
    return tuple(f"x{i}" for i in sorted(columns))


def fitted(table):
    return GaussianGateSelector(max_iter=60, random_state=0).fit(*table[:2])


@pytest.mark.parametrize("make", [make_xor, make_ring])
@pytest.mark.parametrize("seed", range(2))
def test_the_true_pair_and_nothing_else(make, seed):
    table = make(n_samples=500, n_features=30, random_state=seed)
    selector = fitted(table)
    found = selector.interactions()
    assert found["features"].tolist() == [named(table[2])]
    assert (found["explained"] > 0.05).all()
    assert (found["members"] == 1.0).all()
    if make is make_xor:
        ranking = selector.ranking_table()
        assert ranking["reason"][:2].tolist() == [
            f"kept: with {name}" for name in ranking["feature"][[1, 0]]
        ]


@pytest.mark.parametrize("task", ["regression", "classification"])
@pytest.mark.parametrize("seed", range(2))
def test_all_pairs_of_a_sum_of_products(task, seed):
    X, y, informative = make_products(800, 30, task=task, random_state=seed)
    pairs = informative.reshape(3, 2)
    if task == "regression":  # two products alone
        pairs = pairs[:2]
        noise = np.random.default_rng(seed).normal(scale=0.3, size=800)
        y = X[:, pairs].prod(axis=2).sum(axis=1) + noise
    found = fitted((X, y)).interactions()
    assert set(found["features"]) == {named(pair) for pair in pairs}


@pytest.mark.parametrize("seed", range(2))
def test_the_triples(seed):
    X, y, informative = make_three_way(1000, 30, random_state=seed)
    found = fitted((X, y)).interactions()
    triples = informative.reshape(2, 3)
    assert set(found["features"]) == {named(triple) for triple in triples}
    assert set(found["kind"]) <= {"triple", "cells"}


@pytest.mark.parametrize("make", [make_linear, make_additive])
@pytest.mark.parametrize("task", ["regression", "classification"])
@pytest.mark.parametrize("seed", range(2))
def test_silent_about_columns_that_act_alone(make, task, seed):
    table = make(n_samples=700, n_features=30, task=task, random_state=seed)
    selector = fitted(table)
    assert selector.interactions().empty
    reasons = selector.ranking_table()["reason"]
    assert not reasons.str.contains("with ").any()
    assert reasons.str.startswith("kept").sum() == selector.get_support().sum()


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_silent_about_a_sum_that_decides_without_noise(kind):
    """Though a product helps to predict a class from it."""
    selector = fitted(make_table(kind, n_rows=400))
    assert selector.interactions().empty
    reasons = selector.ranking_table()["reason"]
    assert reasons[:2].tolist() == ["kept: alone"] * 2


@pytest.mark.parametrize("seed", range(5))
def test_silent_about_noise(seed):
    X, y, _ = make_noise(400, 30, random_state=seed)
    selector = fitted((X, y))
    assert selector.interactions().empty
    assert not selector.ranking_table()["reason"].str.startswith("kept").any()


def test_reasons_follow_what_is_asked_for_after_the_fit():
    selector = quick_selector().fit(*make_table("regression"))
    selector.n_features_to_select = 1
    reasons = selector.ranking_table()["reason"].tolist()
    assert reasons[:2] == ["kept: alone", "would be kept, but fewer were asked for"]
    selector.n_features_to_select = 6
    reasons = selector.ranking_table()["reason"]
    assert reasons.str.startswith("kept").all()


def test_near_copies_of_a_fit():
    X, y = make_table("regression")
    X[:, 4] = X[:, 0] ** 3
    selector = quick_selector(max_correlation=0.9).fit(X, y)
    table = selector.ranking_table().set_index("feature")
    (copy,) = {"x0", "x4"} - set(table.index[table["selected"]])
    (better,) = {"x0", "x4"} - {copy}
    assert table.loc[copy, "reason"] == f"near-copy of {better}"
    assert table.loc[copy, "copy_of"] == better
    assert table["copy_of"].drop(copy).isna().all()


def test_every_feature_has_a_reason():
    table = fitted_on("regression").ranking_table()
    assert table["reason"][:2].tolist() == ["kept: alone"] * 2
    assert table["reason"].str.len().min() > 0
