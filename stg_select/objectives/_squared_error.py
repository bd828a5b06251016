"""Squared error, for responses of any number of outputs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from stg_select.objectives._objective import EncodedTarget, Objective
from stg_select.objectives._response import read_response, units_of_response
from stg_select.weighted import standardized, winsorized

FloatArray = NDArray[np.floating]

# share of the variance that counts as none, so that exact predictions stay finite
SMALLEST_LOSS = 1e-12


class SquaredError(Objective):
    """Half the squared error, summed over the outputs; for targets (n, O).

    Networks learn outputs of variance 1, so the loss is a log-likelihood in which the
    variance of the noise is that of the response: 1/2 an output for the null model.
    """

    name = "squared_error"

    def loss(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        rows = 0.5 * (raw - target).square().sum(-1)
        return (rows * weight).sum(-1)

    def gradient(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        return (raw - target).mul_(weight.unsqueeze(-1))

    def null_raw(self, target: NDArray, weight: FloatArray) -> FloatArray:
        return np.average(target, axis=0, weights=weight)

    def gain(self, loss: FloatArray, n_rows: float, null_deviance: float) -> FloatArray:
        # the variance of the noise is not known: it is what the predictions leave
        return -n_rows * null_deviance * np.log(np.maximum(loss, SMALLEST_LOSS))

    def scaled(self, values: NDArray, weight: FloatArray, *, robust: bool) -> NDArray:
        encode = winsorized if robust else standardized
        return encode(values, weight).astype(np.float32)

    def units(self, values: NDArray, target: NDArray) -> NDArray[np.float64]:
        return units_of_response(values, target)


def encode_response(y: NDArray, weight: FloatArray) -> EncodedTarget:
    """Encode a response.

    Parameters
    ----------
    y : ndarray of shape (n,) or (n, O)
    weight : ndarray of shape (n,)
        Rows of weight 0 do not count.

    Returns
    -------
    encoded : EncodedTarget
        With values of shape (n, O).

    Raises
    ------
    ValueError
        If y does not hold numbers, or an output does not vary.
    """
    values = read_response(y, weight, SquaredError.name)
    return EncodedTarget(values, SquaredError(values.shape[1]))
