"""Screening scores against the formulas written out as loops."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stg_select import screening
from stg_select.datasets import make_friedman1, make_ring, make_xor
from stg_select.encoding import legendre
from stg_select.screening import first_order_scores, gate_scores, pair_scores

sizes = st.tuples(st.integers(2, 12), st.integers(1, 7), st.integers(1, 3))
draws = st.integers(0, 2**32 - 1)


def draw(size, seed):
    n_rows, n_components, n_outputs = size
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n_rows, n_components))
    return x, rng.standard_normal((n_rows, n_outputs)), rng


def first_by_hand(x, r):
    """The formula of the docstring, one term after the other."""
    n, n_components = x.shape
    return [
        max(abs(sum(x[i, d] * r[i, o] for i in range(n))) for o in range(r.shape[1]))
        / n**0.5
        for d in range(n_components)
    ]


def pairs_by_hand(x, r):
    n, n_components = x.shape
    return [
        max(
            (
                abs(sum(x[i, d] * r[i, o] * x[i, e] for i in range(n)))
                for e, o in product(range(n_components), range(r.shape[1]))
                if e != d
            ),
            default=0.0,
        )
        / n**0.5
        for d in range(n_components)
    ]


@given(size=sizes, seed=draws)
def test_scores_are_the_formulas(size, seed):
    x, residual, _ = draw(size, seed)
    np.testing.assert_allclose(
        first_order_scores(x, residual), first_by_hand(x, residual), atol=1e-12
    )
    np.testing.assert_allclose(
        pair_scores(x, residual), pairs_by_hand(x, residual), atol=1e-12
    )


@given(size=sizes, seed=draws, block=st.integers(1, 4))
def test_blocks_do_not_matter(size, seed, block):
    x, residual, _ = draw(size, seed)
    whole = pair_scores(x, residual)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screening, "BLOCK", block)
        np.testing.assert_allclose(pair_scores(x, residual), whole, atol=1e-12)


def gates_by_hand(x, component_gate, residual):
    """Scores of gates at equal weights."""
    n_components = x.shape[1]
    scaled = residual / np.sqrt(np.mean(residual**2, axis=0))
    best = np.array(first_by_hand(x, scaled)) / np.sqrt(
        2 * np.log(max(n_components, 2))
    )
    if n_components > 1:
        n_pairs = max(n_components * (n_components - 1) / 2, 2)
        pairs = np.array(pairs_by_hand(x, scaled)) / np.sqrt(2 * np.log(n_pairs))
        best = np.maximum(best, pairs)
    n_gates = component_gate[-1] + 1
    return [best[component_gate == g].max() for g in range(n_gates)]


@given(size=sizes, seed=draws, data=st.data())
def test_gates_score_their_best_component(size, seed, data):
    x, residual, _ = draw(size, seed)
    steps = data.draw(hnp.arrays(np.int64, x.shape[1], elements=st.integers(0, 1)))
    steps[0] = 0
    gate = np.cumsum(steps)
    np.testing.assert_allclose(
        gate_scores(x, gate, residual, np.ones(len(x))),
        gates_by_hand(x, gate, residual),
        atol=1e-10,
    )


@given(size=sizes, seed=draws)
def test_weights_are_repeated_rows(size, seed):
    x, residual, rng = draw(size, seed)
    count = rng.integers(0, 4, len(x))
    count[0] += 1
    gate = np.arange(x.shape[1])
    weighted = gate_scores(x, gate, residual, count.astype(float))
    repeated = gate_scores(
        np.repeat(x, count, axis=0),
        gate,
        np.repeat(residual, count, axis=0),
        np.ones(count.sum()),
    )
    # repeated rows count as more rows, equal weights as fewer
    n_used = np.count_nonzero(count)
    np.testing.assert_allclose(
        weighted * np.sqrt(count.sum() / n_used), repeated, rtol=1e-9
    )


@given(size=sizes, seed=draws)
def test_rows_of_weight_0_are_not_looked_at(size, seed):
    x, residual, rng = draw(size, seed)
    weight = np.r_[rng.uniform(0.5, 2.0, len(x) - 1), 0.0]
    gate = np.arange(x.shape[1])
    scores = gate_scores(x, gate, residual, weight)
    x[-1], residual[-1] = np.nan, np.nan
    np.testing.assert_array_equal(gate_scores(x, gate, residual, weight), scores)


@given(size=sizes, seed=draws, scale=st.sampled_from([1e-6, 8.0, 1e6]))
def test_units_of_residual_and_weights_do_not_matter(size, seed, scale):
    x, residual, rng = draw(size, seed)
    weight = rng.uniform(0.5, 2.0, len(x))
    gate = np.arange(x.shape[1])
    scores = gate_scores(x, gate, residual, weight)
    np.testing.assert_allclose(
        gate_scores(x, gate, scale * residual, weight), scores, rtol=1e-9
    )
    np.testing.assert_allclose(
        gate_scores(x, gate, residual, scale * weight), scores, rtol=1e-9
    )


def test_residual_that_is_0_scores_nothing():
    x = np.random.default_rng(0).standard_normal((9, 3))
    np.testing.assert_array_equal(
        gate_scores(x, np.arange(3), np.zeros((9, 2)), np.ones(9)), 0.0
    )


@given(size=sizes, seed=draws)
def test_single_precision_and_order_of_columns(size, seed):
    x, residual, rng = draw(size, seed)
    weight, gate = np.ones(len(x)), np.arange(x.shape[1])
    scores = gate_scores(x, gate, residual, weight)
    order = rng.permutation(x.shape[1])
    np.testing.assert_allclose(
        gate_scores(x[:, order], gate, residual, weight), scores[order], rtol=1e-9
    )
    single = gate_scores(x.astype(np.float32), gate, residual, weight)
    np.testing.assert_allclose(single, scores, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("make", [make_xor, make_ring, make_friedman1])
@pytest.mark.parametrize("seed", range(3))
def test_true_columns_among_many_are_in_the_working_set(make, seed):
    X, y, informative = make(n_samples=1000, n_features=512, random_state=seed)
    weight = np.ones(len(X))
    components = legendre(X, weight)
    numbers = np.unique(y, return_inverse=True)[1] if y.dtype.kind != "f" else y
    residual = (numbers - numbers.mean())[:, None]
    scores = gate_scores(components, np.repeat(np.arange(512), 2), residual, weight)
    assert set(informative) <= set(np.argsort(-scores)[:64])


@pytest.mark.parametrize("n_components", [10, 100, 1000])
def test_scores_of_noise_are_about_1_at_most(n_components):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((400, n_components))
    residual = rng.standard_normal((400, 1))
    best = gate_scores(x, np.arange(n_components), residual, np.ones(400)).max()
    assert 0.5 < best < 1.5
