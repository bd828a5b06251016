"""Huber's loss, for responses with outliers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from stg_select.objectives._objective import EncodedTarget, Objective
from stg_select.objectives._response import read_response, units_of_response
from stg_select.weighted import standardized

FloatArray = NDArray[np.floating]

# where the loss turns from a square into a line, in robust standard deviations: as
# efficient as the mean up to 5 % where there are no outliers
THRESHOLD = 1.35
# Robust standard deviations to which outliers are brought back. There the loss is a
# straight line for all predictions, so that none of its slopes change; without it the
# losses of outliers would be so large that single precision hides all others.
LARGEST = 10.0
# standard deviations of a normal variable for one median absolute deviation
NORMAL_MAD = 1.4826


class Huber(Objective):
    r"""Huber's loss over the dispersion, summed over the outputs; for targets (n, O).

    .. math:: \rho(e) = e^2 / 2 \text{ if } |e| \leq c, \text{ else } c |e| - c^2 / 2

    with the error e and c = 1.35 [1]_. Networks learn outputs in units of a spread that
    outliers do not move, the median absolute deviation. A useless column lowers twice
    the loss by :math:`\phi` times a chi-squared variable with
    :math:`\phi = E \psi^2 / E \psi'` and :math:`\psi = \rho'`; dividing by it gives
    back units of log-likelihood, at which columns are priced. As for the squared error
    the errors are those of the null model.

    Parameters
    ----------
    dispersion : ndarray of shape (O,)
        :math:`\phi` of each output.

    References
    ----------
    .. [1] P. J. Huber, "Robust Estimation of a Location Parameter", Annals of
       Mathematical Statistics 35, 1964.
    """

    name = "huber"

    def __init__(self, dispersion: FloatArray) -> None:
        super().__init__(n_outputs=len(dispersion))
        self.dispersion = dispersion

    def loss(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        error = raw - target
        slope = error.clamp(-THRESHOLD, THRESHOLD)
        terms = slope * (error - 0.5 * slope) / self._unit(raw)
        return (terms.sum(-1) * weight).sum(-1)

    def gradient(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        slope = (raw - target).clamp_(-THRESHOLD, THRESHOLD)
        return slope.div_(self._unit(raw)).mul_(weight.unsqueeze(-1))

    def null_raw(self, target: NDArray, weight: FloatArray) -> FloatArray:
        return np.array([_location(output, weight) for output in target.T])

    def scaled(self, values: NDArray, weight: FloatArray, *, robust: bool) -> NDArray:
        units = _in_robust_units(values, weight)
        return np.clip(units, -LARGEST, LARGEST).astype(np.float32)

    def units(self, values: NDArray, target: NDArray) -> NDArray[np.float64]:
        return units_of_response(values, target)

    def _unit(self, raw: Tensor) -> Tensor:
        return raw.new_tensor(self.dispersion)


def encode_robust(y: NDArray, weight: FloatArray) -> EncodedTarget:
    """Encode a response with outliers.

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
    values = read_response(y, weight, Huber.name)
    share = weight[weight > 0] / weight.sum()
    used = _in_robust_units(values[weight > 0], share)
    error = used - np.array([_location(output, share) for output in used.T])
    slope = np.clip(error, -THRESHOLD, THRESHOLD)
    inside = share @ (np.abs(error) <= THRESHOLD)
    return EncodedTarget(values, Huber(share @ np.square(slope) / inside))


def _in_robust_units(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Centre at the median and scale by the median absolute deviation.

    An output of which more than half are equal is scaled by its standard deviation.
    """
    # in units in which squares neither overflow nor vanish
    z = standardized(values, weight)
    z -= _weighted_median(z, weight)
    spread = NORMAL_MAD * _weighted_median(np.abs(z), weight)
    return z / np.where(spread > 0.0, spread, 1.0)


def _weighted_median(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Value of each column up to which half of the weight lies."""
    order = np.argsort(values, axis=0, kind="stable")
    below = np.cumsum(weight[order], axis=0)
    half = np.argmax(below >= 0.5 * below[-1], axis=0)
    return np.take_along_axis(values, order, axis=0)[half, np.arange(len(half))]


def _location(output: FloatArray, weight: FloatArray) -> float:
    """Constant with the smallest loss: where the slopes of all rows cancel out."""
    output, weight = output.astype(np.float64), weight.astype(np.float64)
    ends = np.concatenate([output - THRESHOLD, output + THRESHOLD])
    turns = np.concatenate([weight, -weight])
    order = np.argsort(ends, kind="stable")
    ends, turns = ends[order], turns[order]
    # the sum of the slopes is a straight line between any two ends
    rises = np.cumsum(turns)[:-1] * np.diff(ends)
    slopes = np.concatenate([[0.0], np.cumsum(rises)]) - THRESHOLD * weight.sum()
    return float(np.interp(0.0, slopes, ends))
