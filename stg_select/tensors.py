"""Arrays of numpy as tensors of torch."""

from __future__ import annotations

import warnings

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def shared_tensor(array: NDArray) -> Tensor:
    """Share the memory of an array that nobody writes to, such as a memory map.

    Parameters
    ----------
    array : ndarray
        Copied only if its cells do not lie in order.

    Returns
    -------
    tensor : Tensor of the shape of array
    """
    array = np.ascontiguousarray(array)
    if array.flags.writeable:
        return torch.from_numpy(array)
    with warnings.catch_warnings():
        # torch warns of arrays that cannot be written; a copy would be as large
        warnings.filterwarnings("ignore", "The given NumPy array is not writ")
        return torch.from_numpy(array)
