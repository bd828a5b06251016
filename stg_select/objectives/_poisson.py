"""Poisson deviance, for counts and other numbers that are not negative."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stg_select.objectives._objective import EncodedTarget, Objective
from stg_select.objectives._response import read_response, units_of_response

FloatArray = NDArray[np.floating]

# Log mean from which the exponential goes on as a straight line, so that no output
# overflows. Targets have mean 1, and exp(20) is far above what any of them can be.
LARGEST_LOG = 20.0
# Mean of rows that hold zeros only, so that null models are finite.
SMALLEST_MEAN = 1e-8


class Poisson(Objective):
    r"""Half the Poisson deviance over the dispersion, for targets y of shape (n,).

    .. math:: \frac{1}{\phi} \left(e^r - y r + y \log y - y\right)

    with the raw output r, which is the logarithm of the mean. It is the negative
    log-likelihood less that of a model that predicts every y exactly, so it is never
    negative. Counts mostly vary more than Poisson's law allows, and a useless column
    then lowers twice the deviance by :math:`\phi` times a chi-squared variable, with
    :math:`\phi` the variance of y over its mean (quasi-likelihood [1]_). Dividing by
    it gives back units of log-likelihood, at which columns are priced. As for the
    squared error, the variance is that of the null model: it counts signals as noise,
    and so is careful.

    Parameters
    ----------
    dispersion : float, default=1.0
        Variance of the target over its mean, :math:`\phi`.

    References
    ----------
    .. [1] R. W. M. Wedderburn, "Quasi-Likelihood Functions, Generalized Linear Models,
       and the Gauss-Newton Method", Biometrika 61, 1974.
    """

    name = "poisson"
    link = "exp"
    prediction = "mean"

    def __init__(self, dispersion: float = 1.0) -> None:
        super().__init__(n_outputs=1)
        self.dispersion = dispersion

    def loss(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        log_mean, y = raw.squeeze(-1), target.to(raw.dtype)
        inside = log_mean.clamp(max=LARGEST_LOG)
        mean = inside.exp() * (1.0 + (log_mean - inside))
        rows = mean - y * log_mean + (torch.xlogy(y, y) - y)
        return (rows * weight).sum(-1) / self.dispersion

    def gradient(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        error = raw.clamp(max=LARGEST_LOG).exp_().sub_(target.unsqueeze(-1))
        return error.mul_(weight.unsqueeze(-1)).div_(self.dispersion)

    def null_raw(self, target: NDArray, weight: FloatArray) -> FloatArray:
        mean = np.average(target, weights=weight)
        return np.log(np.atleast_1d(np.maximum(mean, SMALLEST_MEAN)))

    def scaled(self, values: NDArray, weight: FloatArray, *, robust: bool) -> NDArray:
        # A change of unit adds a constant to the log mean. In units of the mean that
        # constant is 0, which is where networks start.
        return (values / np.average(values, weights=weight)).astype(np.float32)

    def units(self, values: NDArray, target: NDArray) -> NDArray[np.float64]:
        _, slope = units_of_response(values, target)
        return np.stack([np.zeros_like(slope), slope])


def encode_counts(y: NDArray, weight: FloatArray) -> EncodedTarget:
    """Encode counts.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Whole or other numbers of at least 0.
    weight : ndarray of shape (n,)
        Rows of weight 0 do not count.

    Returns
    -------
    encoded : EncodedTarget
        With values of shape (n,).

    Raises
    ------
    ValueError
        If y is not one column of numbers of at least 0 that vary.
    """
    if y.ndim != 1:
        msg = (
            f"objective={Poisson.name!r} expects y of shape (n_samples,), "
            f"got shape {y.shape!r}."
        )
        raise ValueError(msg)
    values = read_response(
        y.astype(np.float64) if y.dtype.kind in "iu" else y, weight, Poisson.name
    ).ravel()
    smallest = float(values[weight > 0].min())
    if smallest < 0.0:
        msg = (
            f"objective={Poisson.name!r} expects numbers of at least 0 in y, "
            f"got {smallest!r}."
        )
        raise ValueError(msg)
    share = weight / weight.sum()
    # rows of weight 0 may hold anything; they are left out later
    relative = np.where(weight > 0, values, 0.0) / values[weight > 0].max()
    relative /= share @ relative
    # of a target of mean 1, as `scaled` makes it
    dispersion = float(share @ np.square(relative - 1.0))
    return EncodedTarget(values, Poisson(dispersion))
