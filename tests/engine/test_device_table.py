"""Where the table lies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from problems import CONFIG, cross_fitted_sets, make_problem, plain_sets

from stg_select.engine import InputTable
from stg_select.engine._device_table import DeviceTable

COLUMN_GATE = np.array([0, 1, 1, 2, 3, 3, 4])


def device_table(table, problem, **changes):
    config = replace(CONFIG, dtype=torch.float32, **changes)
    return DeviceTable.from_numpy(table, problem.target, problem.objective, config)


@pytest.mark.parametrize(("missing", "streamed"), [(0, False), (1, True)])
def test_tables_larger_than_the_budget_are_streamed(missing, streamed):
    problem = make_problem(component_gate=COLUMN_GATE)
    wide = np.zeros((problem.n_rows, 2 * len(COLUMN_GATE)))
    columns = 2 * np.arange(len(COLUMN_GATE)) + 1
    table = InputTable(wide, COLUMN_GATE, columns)
    # the columns in use, in the precision of the training
    budget = problem.n_rows * len(COLUMN_GATE) * 4 - missing
    assert device_table(table, problem, data_budget=budget).streamed == streamed
    assert not device_table(table, problem).streamed


@pytest.mark.parametrize("data_budget", [None, 0])
def test_tables_of_the_right_precision_are_not_copied(data_budget, tmp_path):
    """Neither are those that cannot be written, such as memory maps."""
    problem = make_problem()
    np.save(tmp_path / "x.npy", problem.x.astype(np.float32))
    x = np.load(tmp_path / "x.npy", mmap_mode="r")
    table = InputTable(x, problem.component_gate, columns=np.array([4, 2, 3, 0, 1]))
    data = device_table(table, problem, data_budget=data_budget)
    assert data.x.data_ptr() == x.ctypes.data


def test_null_deviance_is_that_of_all_rows_of_a_member():
    problem = make_problem("binary")
    table = device_table(problem.table, problem)
    for row_set in (*cross_fitted_sets(36), *plain_sets(36)):
        weight = row_set.network_weights
        if row_set.gate_row_weights is not None:
            weight = weight + row_set.gate_row_weights
        share = np.average(problem.target, weights=weight)
        entropy = -share * np.log(share) - (1 - share) * np.log(1 - share)
        assert table.null_deviance(row_set) == pytest.approx(entropy)


def test_weights_in_a_byte_do_not_overflow():
    problem = make_problem("binary")
    row_set = cross_fitted_sets(36)[0]
    weight = np.where(row_set.network_weights > 0, 200, 0)
    gate_row_weight = np.full(36, 100)
    both = [
        replace(
            row_set,
            network_weights=weight.astype(dtype),
            gate_row_weights=gate_row_weight.astype(dtype),
        )
        for dtype in (np.uint8, np.float64)
    ]
    table = device_table(problem.table, problem)
    assert table.null_deviance(both[0]) == table.null_deviance(both[1])


def test_layout_of_working_sets_side_by_side():
    problem = make_problem(component_gate=COLUMN_GATE)
    table = device_table(problem.table, problem)
    columns, spread, n_components = table.layout([np.array([1, 4]), np.array([0])])
    assert columns.tolist() == [[1, 2, 6], [0, 0, 0]]
    assert n_components == [3, 1]
    expected = [[[1, 1, 0], [0, 0, 1]], [[1, 0, 0], [0, 0, 0]]]
    torch.testing.assert_close(spread, torch.tensor(expected, dtype=torch.float32))
    columns, spread, n_components = table.layout([np.array([0, 2]), np.array([4])])
    assert columns.tolist() == [[0, 3], [6, 0]]
    assert spread == 1
    assert table.layout([np.arange(5)])[0] is None
