"""From rows and columns to inputs of networks, in blocks and gate by gate."""

from __future__ import annotations

import numpy as np
import pytest
from samples import make_table
from scipy.stats import rankdata
from sklearn.preprocessing import StandardScaler

from stg_select.columns import (
    Components,
    _blocks,
    legendre_polynomials,
    rank_uniform,
)
from stg_select.crossfit import RowPlan, build_table
from stg_select.selectors._targets import encode_target
from stg_select.weighted import standardized

N_ROWS = 70


def build(
    X, y, *, gate=None, embedding="legendre", weight=None, n_folds=None, **settings
):
    weight = np.ones(len(X)) if weight is None else weight
    # without folds columns stay where they are
    defaults = {"standardize": True, "seed": 0}
    return build_table(
        Components.of_array(X),
        encode_target(y, "auto", weight),
        weight,
        np.arange(X.shape[1]) if gate is None else gate,
        RowPlan(n_folds),
        embedded=embedding is not None,
        **{**defaults, **settings},
    )


def position_in(X, table):
    """Row of X that each row of the table came from: the first column has no ties."""
    return np.argsort(X[:, 0])[np.argsort(np.argsort(table.ranks[:, 0]))]


def mixed_columns():
    """Continuous, tied, binary and constant columns; the first has no ties."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((N_ROWS, 6))
    X[:, 1] = np.round(X[:, 1])
    X[:, 2] = X[:, 2] > 0.5
    X[:, 4] = 3.0
    return X, X[:, 0] + rng.standard_normal(N_ROWS)


def test_columns_of_a_gate_lie_next_to_each_other():
    X, y = mixed_columns()
    table = build(X, y, gate=np.array([0, 1, 0, 2, 3, 1]))
    np.testing.assert_array_equal(table.gates, [0, 1, 2])
    np.testing.assert_array_equal(table.component_gate, [0, 0, 1, 1, 2])
    row = position_in(X, table)
    for place, column in enumerate([0, 2, 1, 5, 3]):
        expected = (2.0 * rankdata(X[:, column]) - 1.0) / N_ROWS - 1.0
        np.testing.assert_allclose(table.ranks[:, place], expected[row], atol=1e-6)


def test_embedded_columns_are_their_ranks():
    table = build(*mixed_columns())
    assert table.embedded
    assert table.components is table.ranks
    assert table.ranks.dtype == np.float32


def test_other_columns_are_standardised_next_to_their_ranks():
    X, y = mixed_columns()
    table = build(X, y, embedding=None)
    assert not table.embedded
    row = position_in(X, table)
    varying = [0, 1, 2, 3, 5]
    expected = StandardScaler().fit_transform(X[:, varying])[row]
    np.testing.assert_allclose(table.components, expected, atol=1e-5)
    np.testing.assert_allclose(
        table.ranks, rank_uniform(X[:, varying], np.ones(N_ROWS))[row], atol=1e-6
    )


def test_plain_columns_are_as_they_came():
    X, y = mixed_columns()
    table = build(X, y, embedding=None, standardize=False)
    row = position_in(X, table)
    expected = X[row][:, [0, 1, 2, 3, 5]].astype(np.float32)
    np.testing.assert_array_equal(table.components, expected)


def test_only_plain_training_sees_outliers_of_the_target():
    X, y = mixed_columns()
    y[3] = 100.0
    assert np.abs(build(X, y, n_folds=4).target).max() < 5.0
    assert np.abs(build(X, y).target).max() > 8.0


@pytest.mark.parametrize("gates", [[0, 1, 2, 3], [1], [0, 3], [2, 3]])
@pytest.mark.parametrize("embedding", ["legendre", None])
@pytest.mark.parametrize("cells", [1, 3 * N_ROWS, 2**21])
def test_inputs_are_those_of_every_column_alone(gates, embedding, cells, monkeypatch):
    X, y = mixed_columns()
    weight = np.random.default_rng(1).uniform(0.5, 2.0, N_ROWS)
    gate = np.array([0, 2, 1, 0, 5, 3])
    table = build(X, y, gate=gate, embedding=embedding, weight=weight)
    row = position_in(X, table)
    monkeypatch.setattr(_blocks, "BLOCK_CELLS", cells)
    inputs = table.inputs(np.array(gates))
    assert inputs.x is table.components, "which is not copied"
    # columns in the order of their gates
    owners = [(0, 0), (3, 0), (2, 1), (1, 2), (5, 3)]
    chosen = [(column, owner) for column, owner in owners if owner in gates]
    expected_gate = [gates.index(owner) for _, owner in chosen]
    np.testing.assert_array_equal(inputs.column_gate, expected_gate)
    assert (inputs.polynomials is not None) == (embedding is not None)
    for place, (column, _) in enumerate(chosen):
        found = inputs.x[:, inputs.columns[place]]
        alone = X[:, [column]]
        if embedding:
            alone = rank_uniform(alone, weight)
            roots, scales = legendre_polynomials(alone, weight)
            # squares are a quarter as large
            expected = roots, scales * [[1.0], [0.25]]
            for all_of_them, its_own in zip(inputs.polynomials, expected, strict=True):
                np.testing.assert_allclose(
                    all_of_them[:, place], its_own[:, 0], rtol=1e-4, atol=1e-4
                )
        else:
            alone = standardized(alone, weight)
        np.testing.assert_allclose(found, alone[row, 0], atol=1e-4)


@pytest.mark.parametrize("cells", [1, 150, 2**21])
def test_constant_columns_are_found_in_every_block(cells, monkeypatch):
    X, y = make_table("regression")
    X[:, [0, 4]] = [-3.0, 0.0]
    monkeypatch.setattr(_blocks, "BLOCK_CELLS", cells)
    np.testing.assert_array_equal(build(X, y).gates, [1, 2, 3, 5])


def test_equal_rows_are_one_of_twice_the_weight():
    X, y = mixed_columns()
    again = build(np.vstack([X, X[:9]]), np.r_[y, y[:9]], n_folds=4)
    weight = np.where(np.arange(N_ROWS) < 9, 2.0, 1.0)
    once = build(X, y, weight=weight, n_folds=4)
    for name in ("components", "ranks", "target", "weight"):
        np.testing.assert_array_equal(getattr(again, name), getattr(once, name))
    # a row that comes again tells nothing new
    assert again.n_effective == once.n_effective
    assert N_ROWS - 9 < once.n_effective < N_ROWS
    assert again.likelihood_rows == once.likelihood_rows


def test_rows_of_a_log_likelihood_hardly_count_more_than_one():
    X, y = mixed_columns()
    assert build(X, y).likelihood_rows == N_ROWS
    heavy = np.arange(N_ROWS) < 4
    for factor in (1.0, 0.001):
        table = build(X, y, weight=factor * np.where(heavy, 32.0, 1.0))
        light = N_ROWS - 4
        expected = (128 + light) * (4 * 32**2 + light) / (4 * 32**3 + light)
        assert table.likelihood_rows == pytest.approx(expected)
        assert table.likelihood_rows < 0.7 * table.n_effective
        # what the heaviest of so many rows counts, by its share of the weight
        assert 32 / (128 + light) * table.likelihood_rows < 1.1


def test_a_row_that_comes_very_often_leaves_the_others_their_say():
    X, y = mixed_columns()
    times = np.where(np.arange(N_ROWS) == 0, 11.0, 1.0)
    table = build(X, y, weight=times, n_folds=4)
    mean = times.sum() / N_ROWS
    assert table.weight.max() == np.ceil(3.0 * mean)
    assert table.likelihood_rows > 0.5 * N_ROWS
    # without folds networks see the weights as a loop of one's own does
    assert build(X, y, weight=times).weight.max() == 11.0


def test_of_few_kinds_of_rows_each_counts_as_often_as_it_comes():
    X = np.repeat([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], 30, axis=0)
    y = np.tile([0, 1, 1], 40)
    table = build(X, y, n_folds=4)
    assert table.few_kinds
    assert table.likelihood_rows == pytest.approx(120.0)
