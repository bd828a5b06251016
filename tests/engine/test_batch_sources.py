"""The rows of a step with their targets and weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from problems import CONFIG, cross_fitted_sets, make_problem

from stg_select.engine._batch_sources import BatchSource
from stg_select.engine._device_table import DeviceTable
from stg_select.engine._network_inputs import NetworkInputs


def make_source(problem, sets, batch_size, **settings):
    config = replace(CONFIG, batch_size=batch_size)
    table = DeviceTable.from_numpy(
        problem.table, problem.target, problem.objective, config
    )
    inputs = NetworkInputs(table, None, max_bytes=0)
    weights = [s.network_weights for s in sets]
    settings = {"by_component": False, **settings}
    return BatchSource(table, inputs, weights, sets, batch_size, **settings)


@pytest.mark.parametrize("batch_size", [None, 5])
def test_rows_targets_and_weights_belong_together(batch_size):
    problem = make_problem("multiclass")
    sets = cross_fitted_sets(problem.n_rows)
    source = make_source(problem, sets, batch_size)
    assert source.fixed == (batch_size is None)
    for _ in range(40):  # more than are planned at once
        x, target, weight = source.next()
        for k, row_set in enumerate(sets):
            every = row_set.network_weights + row_set.gate_row_weights
            null = problem.objective.null_deviance(problem.target, every)
            size = np.count_nonzero(row_set.network_weights)
            scale = 1.0 if batch_size is None else size / batch_size
            used = weight[k] > 0
            # rows of normal draws are found by their first number
            rows = [int(np.flatnonzero(problem.x[:, 0] == v)[0]) for v in x[k, :, 0]]
            np.testing.assert_array_equal(x[k].numpy(), problem.x[rows])
            np.testing.assert_array_equal(target[k].numpy(), problem.target[rows])
            share = row_set.network_weights / row_set.network_weights.sum()
            expected = (scale * share / null)[rows]
            np.testing.assert_allclose(weight[k][used], expected[used])


@pytest.mark.parametrize("settings", [{}, {"by_component": True}], ids=str)
@pytest.mark.parametrize("batch_size", [None, 5])
def test_row_sets_that_stay_go_on(batch_size, settings):
    problem = make_problem()
    sets = cross_fitted_sets(problem.n_rows)
    whole, part = (make_source(problem, sets, batch_size, **settings) for _ in "ab")
    whole.next(), part.next()
    part.keep([2, 0])
    for _ in range(40):
        for every, kept in zip(whole.next(), part.next(), strict=True):
            assert torch.equal(every[[2, 0]], kept)


def test_a_fixed_source_gives_its_first_batch_again():
    problem = make_problem()
    source = make_source(problem, cross_fitted_sets(36), 5, fixed=True)
    first = [tensor.clone() for tensor in source.next()]
    for one, other in zip(first, source.next(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize(
    ("batch_size", "n_sets", "together"), [(None, 3, True), (5, 3, False), (5, 1, True)]
)
def test_components_lie_together_where_that_is_no_copy_at_every_step(
    batch_size, n_sets, together
):
    problem = make_problem()
    sets = cross_fitted_sets(problem.n_rows)[:n_sets]
    x = make_source(problem, sets, batch_size, by_component=True).next().x
    assert x.mT.is_contiguous() == together
