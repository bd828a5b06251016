"""What a response must be."""

from __future__ import annotations

import numpy as np
import pytest

from stg_select.objectives import OBJECTIVES
from stg_select.objectives._response import read_response

ONES = np.ones(3)


@pytest.mark.parametrize("dtype", [int, bool, float, np.float32, np.uint8, object])
def test_numbers_of_any_type(dtype):
    values = read_response(np.array([0, 1, 1], dtype=dtype), ONES, "squared_error")
    assert values.dtype == np.float64
    np.testing.assert_array_equal(values, [[0.0], [1.0], [1.0]])


def test_labels_are_refused():
    with pytest.raises(ValueError, match="objective='any' expects numbers in y, got"):
        read_response(np.array(["a", "b", "c"]), ONES, "any")


def test_every_output_must_vary():
    y = np.array([[1.0, 2.0], [2.0, 2.0], [3.0, 2.0]])
    with pytest.raises(ValueError, match=r"a constant in output \[1\]"):
        read_response(y, ONES, "any")


def test_rows_without_weight_do_not_make_it_vary():
    with pytest.raises(ValueError, match=r"a constant in output \[0\]"):
        read_response(np.array([1.0, 1.0, 2.0]), np.array([1.0, 1.0, 0.0]), "any")


@pytest.mark.parametrize("objective", ["squared_error", "huber", "poisson"])
@pytest.mark.parametrize("robust", [True, False])
def test_units_lead_back_to_the_response(objective, robust):
    y = 1e4 * np.random.default_rng(0).lognormal(sigma=1.5, size=300)
    y[7] = 1e9
    weight = np.ones(300)
    encoded = OBJECTIVES[objective](y, weight)
    target = encoded.objective.scaled(encoded.values, weight, robust=robust)
    offset, slope = encoded.objective.units(encoded.values, target)
    back = (offset + slope * target.reshape(300, -1)).ravel()
    inside = target.ravel() < target.max()
    assert inside.sum() > 280
    np.testing.assert_allclose(back[inside], y[inside], rtol=1e-5, atol=1e2)


@pytest.mark.parametrize("y", [[0.0, 1.0, 1.0], [0.0, 0.0, 3.0, 3.0, 7.0]])
def test_units_of_few_values(y):
    y = np.array(y)
    encoded = OBJECTIVES["squared_error"](y, np.ones(len(y)))
    target = encoded.objective.scaled(encoded.values, np.ones(len(y)), robust=True)
    offset, slope = encoded.objective.units(encoded.values, target)
    np.testing.assert_allclose(offset + slope * target[:, 0], y, atol=1e-6)


def test_units_of_other_targets_are_their_own():
    encoded = OBJECTIVES["log_loss"](np.array(["a", "b", "c"] * 9), np.ones(27))
    units = encoded.objective.units(encoded.values, encoded.values)
    np.testing.assert_array_equal(units, [[0.0] * 3, [1.0] * 3])
