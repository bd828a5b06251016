"""Arrays as tensors without a copy."""

from __future__ import annotations

import numpy as np
import torch

from stg_select.tensors import shared_tensor


def test_memory_is_shared_and_need_not_be_writable():
    array = np.arange(6.0).reshape(2, 3)
    array.setflags(write=False)
    tensor = shared_tensor(array)
    assert tensor.data_ptr() == array.ctypes.data
    assert tensor.dtype == torch.float64
    np.testing.assert_array_equal(tensor.numpy(), array)


def test_cells_are_brought_in_order():
    array = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(shared_tensor(array.T).numpy(), array.T)
