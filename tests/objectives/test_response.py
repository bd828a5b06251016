"""What a response must be."""

from __future__ import annotations

import numpy as np
import pytest

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
