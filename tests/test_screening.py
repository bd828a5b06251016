"""Screening scores against the formulas written out as loops, and what they find."""

from __future__ import annotations

from itertools import combinations
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.linear_model import LinearRegression

from stg_select import screening
from stg_select.datasets import (
    make_friedman1,
    make_near_copies,
    make_ring,
    make_three_way,
    make_xor,
)
from stg_select.encoding import legendre
from stg_select.screening import (
    first_order_scores,
    gate_scores,
    pair_scores,
    triple_scores,
)

sizes = st.tuples(st.integers(3, 12), st.integers(1, 6), st.integers(1, 3))
draws = st.integers(0, 2**32 - 1)


def draw(size, seed):
    """A table, a residual, row weights and the generator they came from."""
    n_rows, n_columns, n_outputs = size
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n_rows, n_columns))
    weight = rng.uniform(0.5, 2.0, n_rows)
    return x, rng.standard_normal((n_rows, n_outputs)), weight, rng


def score_by_hand(product_of, residual, weight):
    """Score of one term given by its value in every row."""
    n, n_outputs = residual.shape
    return max(
        abs(sum(weight[i] * residual[i, o] * product_of[i] for i in range(n)))
        for o in range(n_outputs)
    ) / sqrt(n)


def chance(n_terms):
    return sqrt(2 * log(max(n_terms, 2)))


def standardized(values, weight):
    centred = values - np.average(values, axis=0, weights=weight)
    return centred / np.sqrt(np.average(centred**2, axis=0, weights=weight))


@given(size=sizes, seed=draws)
def test_first_order_scores_are_the_formula(size, seed):
    x, residual, weight, _ = draw(size, seed)
    expected = [score_by_hand(column, residual, weight) for column in x.T]
    scores = first_order_scores(x, residual, weight)
    np.testing.assert_allclose(scores, expected, atol=1e-12)


@given(size=sizes, seed=draws, block=st.sampled_from([1, 2, 4, 1024]))
def test_pair_scores_are_the_formula(size, seed, block):
    """Whatever the blocks in which the products are taken."""
    left, residual, weight, rng = draw(size, seed)
    right = rng.standard_normal(left.shape)
    m = left.shape[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screening, "BLOCK", block)
        scores, partner = pair_scores(left, right, residual, weight)
    for d in range(m):
        of_partner = {
            e: score_by_hand(left[:, d] * right[:, e], residual, weight)
            for e in range(m)
            if e != d
        }
        assert scores[d] == pytest.approx(max(of_partner.values(), default=0.0))
        if of_partner:
            assert of_partner[partner[d]] == pytest.approx(scores[d])


@given(size=sizes, seed=draws)
def test_triple_scores_are_the_formula(size, seed):
    x, residual, weight, _ = draw(size, seed)
    n_columns = x.shape[1]
    scores, triples = triple_scores(x, residual, weight)
    assert len(scores) == len(triples) == max(n_columns - 2, 0)
    for first, (score, triple) in enumerate(zip(scores, triples, strict=True)):
        every = {
            (first, *rest): score_by_hand(
                x[:, [first, *rest]].prod(axis=1), residual, weight
            )
            for rest in combinations(range(first + 1, n_columns), 2)
        }
        assert score == pytest.approx(max(every.values()))
        assert every[tuple(sorted(triple))] == pytest.approx(score)


@given(size=sizes, seed=draws)
def test_marginals_of_one_round_are_the_best_terms_of_a_gate(size, seed):
    """All terms are scored: there are fewer columns than either limit."""
    x, residual, weight, rng = draw(size, seed)
    n_columns = x.shape[1]
    gate = np.cumsum(np.r_[0, rng.integers(0, 2, n_columns - 1)])
    leading = np.flatnonzero(rng.random(n_columns) < 0.7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screening, "N_ROUNDS", 1)
        scores = gate_scores(x, gate, leading, residual, weight)
    weight = weight / weight.mean()
    z, r = standardized(x, weight), standardized(residual, weight)
    best = np.array([score_by_hand(column, r, weight) for column in z.T])
    best /= chance(n_columns)
    m = len(leading)
    n_pairs = m * (m - 1) / 2
    for pair in combinations(leading, 2):
        score = score_by_hand(z[:, pair].prod(axis=1), r, weight) / chance(n_pairs)
        best[list(pair)] = np.maximum(best[list(pair)], score)
    # of the triples of one first column the best one counts
    n_triples = m * (m - 1) * (m - 2) / 6
    for first in range(m - 2):
        every = {
            (leading[first], *rest): score_by_hand(
                z[:, [leading[first], *rest]].prod(axis=1), r, weight
            )
            for rest in combinations(leading[first + 1 :], 2)
        }
        top = max(every, key=every.__getitem__)
        score = every[top] / chance(n_triples)
        best[list(top)] = np.maximum(best[list(top)], score)
    expected = [best[gate == g].max() for g in range(gate[-1] + 1)]
    np.testing.assert_allclose(scores.marginal, expected, atol=1e-10)


@given(size=sizes, seed=draws)
def test_weights_are_repeated_rows(size, seed):
    """Up to the number of rows that the size of a chance score goes by."""
    x, residual, _, rng = draw(size, seed)
    count = rng.integers(0, 4, len(x))
    count[0] += 1
    used = np.flatnonzero(count)
    x, residual, count = x[used], residual[used], count[used]
    factor = sqrt(count.sum() / len(count))
    again = [np.repeat(a, count, axis=0) for a in (x, residual)]
    ones = np.ones(count.sum())
    np.testing.assert_allclose(
        first_order_scores(x, residual, count),
        first_order_scores(*again, ones) * factor,
    )
    np.testing.assert_allclose(
        pair_scores(x, x, residual, count)[0],
        pair_scores(again[0], *again, ones)[0] * factor,
    )
    np.testing.assert_allclose(
        triple_scores(x, residual, count)[0], triple_scores(*again, ones)[0] * factor
    )


def planted(n_rows=300, n_columns=20, seed=0):
    """Three columns and a pair that carry a residual, among others."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n_rows, n_columns))
    residual = x[:, :1] - x[:, 1:2] + x[:, 2:3] + x[:, 3:4] * x[:, 4:5]
    return x, residual + 0.3 * rng.standard_normal((n_rows, 1)), rng


def test_twice_the_weight_is_the_row_twice():
    """Of a strong signal the coefficients hardly notice how many rows there are."""
    x, residual, rng = planted()
    count = rng.integers(1, 3, len(x))
    columns = np.arange(20)
    weighted = gate_scores(x, columns, columns, residual, count.astype(float))
    again = [np.repeat(a, count, axis=0) for a in (x, residual)]
    repeated = gate_scores(again[0], columns, columns, again[1], np.ones(count.sum()))
    np.testing.assert_allclose(weighted.coefficient, repeated.coefficient, atol=0.03)
    assert set(np.argsort(-weighted.coefficient)[:5]) == set(range(5))


def scores_as_arrays(*args):
    scores = gate_scores(*args)
    return np.stack([scores.coefficient, scores.marginal])


@given(size=sizes, seed=draws)
def test_rows_of_weight_0_are_not_looked_at(size, seed):
    x, residual, weight, _ = draw(size, seed)
    weight[-1] = 0.0
    columns = np.arange(x.shape[1])
    expected = scores_as_arrays(x, columns, columns, residual, weight)
    x[-1], residual[-1] = np.nan, np.nan
    np.testing.assert_array_equal(
        scores_as_arrays(x, columns, columns, residual, weight), expected
    )


@pytest.mark.parametrize("scale", [1e-9, 8.0, 1e9])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_units_do_not_matter(scale, dtype):
    x, residual, rng = planted()
    x, weight, columns = x.astype(dtype), rng.uniform(0.5, 2.0, len(x)), np.arange(20)
    expected = scores_as_arrays(x, columns, columns, residual, weight)
    for changed in (
        (x, columns, columns, scale * residual, weight),
        (x, columns, columns, residual, scale * weight),
        (dtype(scale) * x, columns, columns, residual, weight),
        (dtype(scale) * (x + 3), columns, columns, residual, weight),
    ):
        scores = scores_as_arrays(*changed)
        np.testing.assert_allclose(scores, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_extreme_units_neither_overflow_nor_vanish(size):
    x, residual, _ = planted()
    columns, weight = np.arange(20), np.ones(len(x))
    expected = scores_as_arrays(
        x.astype(np.float32), columns, columns, residual, weight
    )
    scaled = (size * x).astype(np.float32)
    scores = scores_as_arrays(scaled, columns, columns, residual, weight)
    np.testing.assert_allclose(scores, expected, rtol=1e-3, atol=1e-4)


def test_order_of_columns_and_precision_do_not_matter():
    x, residual, rng = planted()
    columns, weight = np.arange(20), np.ones(len(x))
    expected = scores_as_arrays(x, columns, columns, residual, weight)
    order = rng.permutation(20)
    shuffled = scores_as_arrays(x[:, order], columns, columns, residual, weight)
    np.testing.assert_allclose(shuffled, expected[:, order], atol=1e-3)
    single = x.astype(np.float32)
    scores = scores_as_arrays(single, columns, columns, residual, weight)
    np.testing.assert_allclose(scores, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("n_outputs", [1, 2, 5])
def test_residual_that_is_0_scores_nothing(n_outputs):
    x = np.random.default_rng(0).standard_normal((9, 3))
    columns = np.arange(3)
    scores = scores_as_arrays(x, columns, columns, np.zeros((9, n_outputs)), np.ones(9))
    np.testing.assert_array_equal(scores, 0.0)


def test_many_equal_outputs_are_one():
    x, residual, _ = planted()
    columns, weight = np.arange(20), np.ones(len(x))
    expected = scores_as_arrays(x, columns, columns, residual, weight)
    scores = scores_as_arrays(
        x, columns, columns, residual * np.arange(1.0, 7.0), weight
    )
    np.testing.assert_allclose(scores, expected, atol=1e-6)


@given(
    x=hnp.arrays(np.float64, (8, 4), elements=st.sampled_from([-1.0, 0.1, 2.0])),
    seed=draws,
)
def test_columns_that_do_not_vary_score_nothing(x, seed):
    rng = np.random.default_rng(seed)
    columns, residual = np.arange(4), rng.standard_normal((8, 1))
    scores = scores_as_arrays(x, columns, columns, residual, rng.uniform(1, 2, 8))
    assert np.isfinite(scores).all()
    np.testing.assert_array_equal(scores[:, (x == x[0]).all(axis=0)], 0.0)


def test_coefficients_are_those_of_the_linear_model_where_it_is_sure():
    """In units of the residual's standard deviation, less the small penalty."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2000, 8))
    residual = x @ np.array([2.0, -1.0, 0.5, 0, 0, 0, 0, 0]) + 0.1 * rng.random(2000)
    columns = np.arange(8)
    scores = gate_scores(x, columns, columns, residual[:, None], np.ones(2000))
    z = standardized(np.column_stack([x, residual]), np.ones(2000))
    exact = np.abs(LinearRegression().fit(z[:, :8], z[:, 8]).coef_)
    np.testing.assert_allclose(scores.coefficient, exact, atol=0.02)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("order", [2, 3])
def test_product_among_noise(order, seed):
    """No column alone says anything, together they are all there is."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((500, 50)).astype(np.float32)
    true = rng.choice(50, order, replace=False)
    residual = x[:, true].prod(axis=1, keepdims=True) + 0.5 * rng.standard_normal(
        (500, 1)
    )
    columns = np.arange(50)
    scores = gate_scores(x, columns, columns, residual, np.ones(500))
    for values in (scores.coefficient, scores.marginal):
        assert set(np.argsort(-values)[:order]) == set(true)
    assert scores.marginal[true].min() > 2.0
    assert scores.coefficient[true].min() > 0.3
    others = np.delete(scores.coefficient, true)
    assert others.max() < scores.coefficient[true].min() / 3


@pytest.mark.parametrize("seed", range(4))
def test_only_leading_components_enter_products(seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((500, 20))
    residual = x[:, [3]] * x[:, [8]]
    columns = np.arange(20)
    scores = gate_scores(x, columns, np.arange(8), residual, np.ones(500))
    assert scores.coefficient[[3, 8]].max() < 0.3
    scores = gate_scores(x, columns, np.arange(9), residual, np.ones(500))
    assert scores.coefficient[[3, 8]].min() > 0.8


@pytest.mark.parametrize("seed", range(4))
def test_coefficients_part_a_true_column_from_its_near_copy(seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((500, 30))
    x[:, 10:20] = x[:, :10] + 0.2 * rng.standard_normal((500, 10))
    residual = x[:, :5].sum(axis=1, keepdims=True) + rng.standard_normal((500, 1))
    columns = np.arange(30)
    scores = gate_scores(x, columns, columns, residual, np.ones(500))
    assert set(np.argsort(-scores.coefficient)[:5]) == set(range(5))
    assert (scores.coefficient[:5] > scores.coefficient[10:15] + 0.04).all()
    # alone a copy says nearly as much as the column it copies
    assert (scores.marginal[10:15] > 0.5 * scores.marginal[:5]).all()


def encoded(table):
    """Components of a table and the residual of its null model."""
    X, y, informative = table
    codes = y if y.dtype.kind == "f" else np.unique(y, return_inverse=True)[1]
    residual = (codes - codes.mean())[:, None]
    return legendre(X, np.ones(len(X))), residual, set(informative)


@pytest.mark.parametrize(
    ("make", "n_columns"),
    [
        (make_xor, 512),
        (make_ring, 512),
        (make_friedman1, 512),
        (make_three_way, 50),
        (make_near_copies, 100),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_true_columns_come_first(make, n_columns, seed):
    components, residual, informative = encoded(
        make(n_samples=1000, n_features=n_columns, random_state=seed)
    )
    gate, leading = np.repeat(np.arange(n_columns), 2), np.arange(0, 2 * n_columns, 2)
    scores = gate_scores(components, gate, leading, residual, np.ones(1000))
    first = np.argsort(-scores.coefficient)[: len(informative)]
    assert set(first) == informative


@pytest.mark.parametrize("n_components", [10, 100, 1000])
@pytest.mark.parametrize("n_outputs", [1, 3])
def test_scores_of_noise_are_about_1(n_components, n_outputs):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((400, n_components))
    residual = rng.standard_normal((400, n_outputs))
    columns = np.arange(n_components)
    scores = gate_scores(x, columns, columns, residual, np.ones(400))
    assert 0.7 < scores.marginal.max() < (1.35 if n_outputs == 1 else 1.7)


@given(size=sizes, seed=draws)
def test_gates_of_several_components_score_their_best_one(size, seed):
    x, residual, weight, _ = draw(size, seed)
    columns = np.arange(x.shape[1])
    alone = gate_scores(x, columns, columns, residual, weight)
    joint = gate_scores(x, columns * 0, columns, residual, weight)
    assert joint.marginal.shape == joint.coefficient.shape == (1,)
    assert joint.marginal[0] == alone.marginal.max()
    assert joint.coefficient[0] == alone.coefficient.max()
    assert alone.marginal.shape == columns.shape
