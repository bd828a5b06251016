"""What terms explain on held-out rows, against least squares by hand."""

from __future__ import annotations

import numpy as np
import pytest
from draws import ranks
from scipy import sparse

from stg_select.columns import SparseRanks
from stg_select.screening import Found, gate_scores, judged_on
from stg_select.screening._held_out import _directions


@pytest.fixture
def halves():
    """A product and a straight column among six; every other row is held out."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-1.0, 1.0, (800, 6))
    residual = x[:, 0] + 3.0 * x[:, 1] * x[:, 2] + 0.5 * rng.standard_normal(800)
    residual = (residual - residual.mean())[:, None]
    odd = np.arange(800) % 2
    weight = rng.uniform(0.5, 2.0, 800)
    return ranks(x), residual, (weight * (1 - odd), weight * odd)


def by_hand(u, residual, weight, lower, functions):
    """Share of the variance of the held-out rows that least squares explain."""
    learn, judge = (w > 0.0 for w in weight)
    y = residual[:, 0] - np.average(residual[learn, 0], weights=weight[0][learn])
    losses = []
    for columns in (lower, [*lower, *functions]):
        design = np.column_stack([np.ones(len(u)), *columns])
        root = np.sqrt(weight[0][learn])
        learned = design[learn] * root[:, None], y[learn] * root
        solved = np.linalg.lstsq(*learned, rcond=None)[0]
        rest = (y - design @ solved)[judge]
        losses.append(np.average(rest**2, weights=weight[1][judge]))
    whole = np.average(y[judge] ** 2, weights=weight[1][judge])
    return (min(losses[0], whole) - losses[1]) / whole


def test_shares_are_those_of_least_squares(halves):
    u, residual, weight = halves
    found = [Found(*k, 2.0, 0.0) for k in (("linear", (0,)), ("product", (1, 2)))]
    straight, product = judged_on(found, u, (residual, residual), weight)
    z = u.astype(float)
    # 400 rows are too few for the fourth degree
    powers = [z[:, i] ** k for i in (1, 2) for k in (1, 2, 3)]
    expected = by_hand(z, residual, weight, [], [z[:, 0]])
    assert straight.explained == pytest.approx(expected, abs=0.01)
    expected = by_hand(z, residual, weight, powers, [z[:, 1] * z[:, 2]])
    assert product.explained == pytest.approx(expected, abs=0.01)
    assert product.explained > 0.5


def test_terms_stay_as_they_are_but_for_their_share(halves):
    u, residual, weight = halves
    found = [Found("interaction", (1, 2), 3.0, 1e-9)]
    (judged,) = judged_on(found, u, (residual, residual), weight)
    assert (judged.kind, judged.columns, judged.score, judged.by_chance) == (
        "interaction",
        (1, 2),
        3.0,
        1e-9,
    )


def test_noise_explains_nothing_that_was_held_out(halves):
    u, residual, weight = halves
    found = [Found("interaction", pair, 1.1, 0.3) for pair in ((3, 4), (4, 5))]
    for term in judged_on(found, u, (residual, residual), weight):
        assert -0.2 < term.explained < 0.02


def explained_as_interaction(x, residual):
    """What two columns explain together of numbers, and of probabilities."""
    odd = np.arange(len(x)) % 2.0
    arguments = ranks(x), (residual, residual), (1.0 - odd, odd)
    found = [Found("interaction", (0, 1), 5.0, 0.0)]
    return (
        judged_on(found, *arguments, are_probabilities=are_probabilities)[0].explained
        for are_probabilities in (False, True)
    )


@pytest.mark.parametrize("increasing", [True, False])
def test_a_curve_of_a_sum_is_no_set_of_columns(increasing):
    """A step of the sum of two columns is, if it is not taken for a curve."""
    rng = np.random.default_rng(2)
    x = rng.uniform(-1.0, 1.0, (2000, 2))
    total = x.sum(axis=1)
    y = (total > 0.5) if increasing else (np.abs(total) > 0.5)
    residual = (y - y.mean())[:, None]
    straight, curved = explained_as_interaction(x, residual)
    assert straight > 0.03
    assert (curved < 0.005) if increasing else (curved > 0.03)


def test_curves_of_several_classes_are_no_set_of_columns():
    rng = np.random.default_rng(3)
    x = rng.uniform(-1.0, 1.0, (2000, 2))
    # of two sums, that of all three of which says most
    label = np.argmax([x[:, 0], 0.6 * x[:, 1], -x.sum(axis=1)], axis=0)
    residual = np.eye(3)[label] - np.bincount(label) / 2000
    straight, curved = explained_as_interaction(x, residual)
    assert straight > 0.03
    assert curved < 0.005


def test_what_columns_span_is_turned_to_unit_variance():
    rng = np.random.default_rng(4)
    few = rng.standard_normal((300, 2)) * [1.0, 0.01]
    values = few @ rng.standard_normal((2, 5)) + 3.0
    weight = rng.uniform(0.5, 2.0, 200)
    turned = _directions(values, weight)
    assert turned.shape == (300, 2)  # not five
    covariance = np.cov(turned[:200].T, aweights=weight, ddof=0)
    np.testing.assert_allclose(covariance, np.eye(2), atol=1e-8)
    # all rows are turned by the same matrix
    design = np.column_stack([np.ones(300), turned])
    solved = np.linalg.lstsq(design[:200], values[:200], rcond=None)[0]
    np.testing.assert_allclose(design @ solved, values, atol=1e-8)
    assert np.isfinite(_directions(np.ones((30, 3)), np.ones(20))).all()


def test_a_class_that_all_rows_have_has_no_curve():
    u = ranks(np.random.default_rng(0).random((100, 2)))
    residual = np.zeros((100, 2))
    odd = np.arange(100) % 2.0
    found = [Found("product", (0, 1), 2.0, 0.0)]
    arguments = found, u, (residual, residual), (1.0 - odd, odd)
    (term,) = judged_on(*arguments, are_probabilities=True)
    assert term.explained == 0.0


def test_sparse_ranks_give_the_same(halves):
    _, residual, weight = halves
    x = (np.random.default_rng(1).random((800, 3)) < 0.2).astype(float)
    found = [Found("linear", (0,), 2.0, 0.0), Found("product", (0, 2), 2.0, 0.0)]
    sparse_ranks = SparseRanks.of_table(sparse.csc_array(x), np.ones(800))
    shares = [
        [t.explained for t in judged_on(found, u, (residual, residual), weight)]
        for u in (ranks(x), sparse_ranks)
    ]
    np.testing.assert_allclose(*shares, atol=1e-6)


@pytest.mark.parametrize("empty", [0, 1])
def test_without_rows_on_both_sides_nothing_is_said(halves, empty):
    u, residual, weight = halves
    weight = [w * (side != empty) for side, w in enumerate(weight)]
    (term,) = judged_on([Found("linear", (0,), 2.0, 0.0)], u, [residual] * 2, weight)
    assert np.isnan(term.explained)


def test_terms_of_a_screen_name_columns_and_their_chance(halves):
    u, residual, weight = halves
    whole = sum(weight)
    scores = gate_scores(u, np.array([0, 0, 1, 2, 3, 4]), residual, whole, 100)
    found = {term.columns: term for term in scores.terms}
    assert set(found) >= {(0,), (1, 2)}
    assert found[1, 2].kind == "product"
    assert found[1, 2].by_chance < 1e-6
    assert scores.in_pairs.tolist() == [True] * 5
    assert all(term.score >= 1.0 for term in scores.terms)
