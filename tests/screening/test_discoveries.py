"""What the screen finds among noise, and what it makes of noise alone."""

from __future__ import annotations

import numpy as np
import pytest
from draws import ranks
from sklearn.linear_model import LinearRegression

from stg_select.datasets import (
    make_friedman1,
    make_heavy_tails,
    make_heteroscedastic,
    make_near_copies,
    make_products,
    make_ring,
    make_ring_xor_sum,
    make_three_way,
    make_waves,
    make_xor,
)
from stg_select.screening import gate_scores


def scores_of(x, residual):
    columns, weight = np.arange(x.shape[1]), np.ones(len(x))
    return gate_scores(ranks(x), columns, residual, weight, 512)


@pytest.mark.parametrize(
    ("make", "n_rows", "n_columns"),
    [
        (make_ring, 600, 502),
        (make_xor, 600, 502),
        (make_ring_xor_sum, 1000, 256),
        (make_three_way, 1000, 50),
        (make_near_copies, 600, 100),
        (make_products, 600, 100),
        (make_friedman1, 1000, 512),
        (make_heteroscedastic, 600, 200),
        (make_heavy_tails, 500, 200),
        (make_waves, 600, 200),
    ],
)
@pytest.mark.parametrize("seed", range(2))
def test_true_columns_come_first(make, n_rows, n_columns, seed):
    x, y, informative = make(n_samples=n_rows, n_features=n_columns, random_state=seed)
    codes = y if y.dtype.kind == "f" else np.unique(y, return_inverse=True)[1]
    scores = scores_of(x, (codes - codes.mean())[:, None])
    first = np.argsort(-scores.coefficient)[: len(informative)]
    assert set(first) == set(informative)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("order", [2, 3])
def test_product_among_noise(order, seed):
    """No column alone says anything, together they are all there is."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((500, 50))
    true = rng.choice(50, order, replace=False)
    residual = x[:, true].prod(axis=1) + 0.5 * rng.standard_normal(500)
    scores = scores_of(x, residual[:, None])
    for values in (scores.coefficient, scores.marginal):
        assert set(np.argsort(-values)[:order]) == set(true)
    assert scores.marginal[true].min() > 1.5
    others = np.delete(scores.coefficient, true)
    assert others.max() < scores.coefficient[true].min() / 2


@pytest.mark.parametrize("seed", range(3))
def test_ring_is_found_as_a_pair(seed):
    """Among 500 others, none of the two far above chance on its own."""
    x, y, informative = make_ring(n_samples=600, n_features=502, random_state=seed)
    scores = scores_of(x, (y - y.mean())[:, None])
    assert scores.marginal[informative].min() > 1.5
    others = np.delete(scores.marginal, informative)
    assert np.count_nonzero(others >= 1.0) < 25


@pytest.mark.parametrize("seed", range(4))
def test_coefficients_part_a_true_column_from_its_near_copy(seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((500, 30))
    x[:, 10:20] = x[:, :10] + 0.2 * rng.standard_normal((500, 10))
    residual = x[:, :5].sum(axis=1, keepdims=True) + rng.standard_normal((500, 1))
    scores = scores_of(x, residual)
    assert set(np.argsort(-scores.coefficient)[:5]) == set(range(5))
    # alone a copy says nearly as much as the column it copies
    assert (scores.marginal[10:15] > 0.5 * scores.marginal[:5]).all()


def test_coefficients_are_those_of_the_linear_model_where_it_is_sure():
    """In units of the residual's standard deviation, less the small penalty."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-1.0, 1.0, (1200, 8))
    residual = x @ np.array([2.0, -1.5, 1.0, 0.5, 0, 0, 0, 0])
    residual += 0.1 * rng.standard_normal(1200)
    scores = scores_of(x, residual[:, None])
    z = np.column_stack([x, residual])
    z = (z - z.mean(axis=0)) / z.std(axis=0)
    exact = np.abs(LinearRegression().fit(z[:, :8], z[:, 8]).coef_)
    np.testing.assert_allclose(scores.coefficient, exact, atol=0.03)


@pytest.mark.parametrize("n_columns", [10, 200])
@pytest.mark.parametrize(
    "noise",
    [
        lambda rng, x: rng.standard_normal(len(x)),
        lambda rng, x: (rng.random(len(x)) < 0.1).astype(float),
        lambda rng, x: rng.standard_t(2.0, len(x)),
        lambda rng, x: rng.standard_normal(len(x)) * np.exp(x[:, 0]),
    ],
    ids=["normal", "rare", "heavy", "uneven"],
)
def test_noise_scores_about_1(noise, n_columns):
    """Also of a rare class, of heavy tails, and where a column moves the spread."""
    n_above, largest = [], []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        x = rng.standard_normal((400, n_columns))
        scores = scores_of(x, noise(rng, x)[:, None])
        n_above.append(np.count_nonzero(scores.marginal >= 1.0))
        largest.append(scores.marginal.max())
    assert 0.7 < np.mean(largest) < 1.25
    assert np.mean(n_above) < 4.0


@pytest.mark.parametrize("outlier", [1e2, -1e3])
def test_an_outlier_of_the_residual_does_not_decide(outlier):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((400, 50))
    residual = (x[:, 0] + x[:, 1] * x[:, 2] + rng.standard_normal(400))[:, None]
    x[9, 30] = 8.0
    residual[9] = outlier
    first = np.argsort(-scores_of(x, residual).coefficient)[:3]
    assert set(first) == {0, 1, 2}


def test_heavy_tails_hide_little():
    """Three columns behind noise without a variance."""
    for seed in range(4):
        rng = np.random.default_rng(seed)
        x = rng.standard_normal((500, 100))
        y = 2.0 * x[:, :3].sum(axis=1) + rng.standard_cauchy(500)
        scores = scores_of(x, y[:, None])
        assert set(np.argsort(-scores.coefficient)[:3]) == {0, 1, 2}
