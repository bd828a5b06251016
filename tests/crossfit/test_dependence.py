"""How many rows dependent rows stand for, and blocks of rows in time."""

from __future__ import annotations

import numpy as np
import pytest

from stg_select.columns import rank_uniform
from stg_select.crossfit._dependence import design_effects, time_blocks
from stg_select.screening import Clusters

N_GROUPS, SIZE = 60, 10
N_ROWS = N_GROUPS * SIZE
GROUP = np.repeat(np.arange(N_GROUPS), SIZE)
WEIGHT = np.ones(N_ROWS)


def ranks_of(*columns):
    return rank_uniform(np.column_stack(columns), WEIGHT)


def series(rng, persistence):
    """A series that keeps a share of its last value."""
    values = rng.standard_normal(N_ROWS)
    for t in range(1, N_ROWS):
        values[t] += persistence * values[t - 1]
    return values


def test_a_column_constant_in_groups_counts_its_groups():
    rng = np.random.default_rng(0)
    constant = rng.standard_normal(N_GROUPS)[GROUP]
    free = rng.standard_normal(N_ROWS)
    residual = rng.standard_normal(N_GROUPS)[GROUP][:, None]
    ranks = ranks_of(constant, free)
    effects = design_effects(ranks, residual, WEIGHT, GROUP)
    assert effects[0] == pytest.approx(SIZE, rel=0.35)
    assert 1.0 <= effects[1] < 2.0


@pytest.mark.parametrize(("n_groups", "quantile"), [(4, 0.584), (60, 45.577)])
def test_few_groups_leave_the_upper_end_of_what_the_effect_may_be(n_groups, quantile):
    """The tenth part quantile of chi-squared variables, from a table."""
    rng = np.random.default_rng(5)
    group = np.repeat(np.arange(n_groups), SIZE)
    weight = np.ones(len(group))
    constant = rng.standard_normal(n_groups)[group]
    residual = 0.4 * rng.standard_normal(n_groups)[group]
    residual += rng.standard_normal(len(group))
    residual -= residual.mean()
    excess = Clusters(group).excess(residual)
    effects = design_effects(
        rank_uniform(constant[:, None], weight), residual[:, None], weight, group
    )
    expected = 1.0 + (n_groups - 1) / quantile * excess
    assert effects[0] == pytest.approx(expected, rel=0.01)


def test_rows_that_are_alike_in_no_residual_count_as_they_are():
    rng = np.random.default_rng(1)
    constant = rng.standard_normal(N_GROUPS)[GROUP]
    residual = rng.standard_normal((N_ROWS, 1))
    effects = design_effects(ranks_of(constant), residual, WEIGHT, GROUP)
    assert 1.0 <= effects[0] < 2.0


def test_the_order_of_the_rows_does_not_matter():
    rng = np.random.default_rng(2)
    ranks = ranks_of(rng.standard_normal(N_GROUPS)[GROUP], rng.standard_normal(N_ROWS))
    residual = rng.standard_normal(N_GROUPS)[GROUP][:, None]
    order = rng.permutation(N_ROWS)
    np.testing.assert_allclose(
        design_effects(ranks[order], residual[order], WEIGHT, GROUP[order]),
        design_effects(ranks, residual, WEIGHT, GROUP),
    )


def test_blocks_are_longer_where_series_are_slower():
    rng = np.random.default_rng(3)
    time = np.arange(N_ROWS)
    counts = []
    for persistence in (0.0, 0.6, 0.95):
        ranks = ranks_of(series(rng, persistence))
        residual = series(rng, persistence)[:, None]
        counts.append(len(np.unique(time_blocks(ranks, residual, WEIGHT, time))))
    assert counts[0] > 2 * counts[1] > 4 * counts[2]
    assert counts[2] >= 3


def test_blocks_are_neighbours_in_time_whatever_the_order_of_the_rows():
    rng = np.random.default_rng(4)
    ranks, residual = ranks_of(series(rng, 0.9)), series(rng, 0.9)[:, None]
    time = np.arange(N_ROWS)
    block = time_blocks(ranks, residual, WEIGHT, time)
    assert (np.diff(block) >= 0).all()
    order = rng.permutation(N_ROWS)
    shuffled = time_blocks(ranks[order], residual[order], WEIGHT, time[order])
    np.testing.assert_array_equal(shuffled, block[order])
