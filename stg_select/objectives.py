"""Losses, one class per kind of target, with their null models."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from stg_select.weighted import standardized, winsorized

# Share of a class that does not occur, so that null models are finite. Far below the
# share of any class that does, whatever the weights: there the null model is exact.
SMALLEST_SHARE = 1e-8


class Objective(ABC):
    """A loss per row, the best constant prediction under it and its residual.

    Letters: K members, B rows of a batch, O outputs of the network, n rows in all.

    Attributes
    ----------
    n_outputs : int
        Width O of the network's output.
    needs_full_batch : bool
        Whether the loss of a row depends on the others, so that none may be left out.
    """

    needs_full_batch: bool = False

    def __init__(self, n_outputs: int) -> None:
        self.n_outputs = n_outputs

    @abstractmethod
    def row_loss(self, raw: Tensor, target: Tensor) -> Tensor:
        """Loss of every row.

        Parameters
        ----------
        raw : Tensor of shape (K, B, O)
            Output of the networks.
        target : Tensor of shape (K, B) or (K, B, O), or with K replaced by 1

        Returns
        -------
        loss : Tensor of shape (K, B)
        """

    def loss(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        """Weighted sum of the row losses of each member.

        Parameters
        ----------
        raw : Tensor of shape (K, B, O)
        target : Tensor of shape (K, B) or (K, B, O), or with K replaced by 1
        weight : Tensor of shape (K, B) or (1, B)

        Returns
        -------
        loss : Tensor of shape (K,)
        """
        return (self.row_loss(raw, target) * weight).sum(-1)

    @abstractmethod
    def gradient(self, raw: Tensor, target: Tensor) -> Tensor:
        """Gradient of every row's loss with respect to the raw output.

        Parameters
        ----------
        raw : Tensor of shape (K, B, O)
            Output of the networks.
        target : Tensor of shape (K, B) or (K, B, O), or with K replaced by 1

        Returns
        -------
        gradient : Tensor of shape (K, B, O)
        """

    @abstractmethod
    def null_raw(
        self, target: NDArray, weight: NDArray[np.floating]
    ) -> NDArray[np.floating]:
        """Raw output of the null model: the constant with the smallest loss.

        Parameters
        ----------
        target : ndarray of shape (n,) or (n, O)
        weight : ndarray of shape (n,)

        Returns
        -------
        raw : ndarray of shape (O,)
        """

    def residual(self, raw: NDArray[np.floating], target: NDArray) -> NDArray:
        """Negative gradient of every row's loss with respect to the raw output.

        Parameters
        ----------
        raw : ndarray of shape (n, O) or (O,)
        target : ndarray of shape (n,) or (n, O)

        Returns
        -------
        residual : ndarray of shape (n, O)
        """
        rows = _tensor(raw).expand(1, len(target), -1)
        return -self.gradient(rows, _tensor(target)[None])[0].numpy()

    def null_deviance(self, target: NDArray, weight: NDArray[np.floating]) -> float:
        """Weighted mean loss of the null model.

        Parameters
        ----------
        target : ndarray of shape (n,) or (n, O)
        weight : ndarray of shape (n,)

        Returns
        -------
        deviance : float
        """
        raw = torch.from_numpy(self.null_raw(target, weight)).expand(1, len(target), -1)
        rows = self.row_loss(raw, _tensor(target)[None])[0].numpy()
        return float(np.average(rows, weights=weight))


class SquaredError(Objective):
    """Half the squared error, summed over the outputs; for targets (n, O)."""

    def row_loss(self, raw: Tensor, target: Tensor) -> Tensor:
        return 0.5 * (raw - target).square().sum(-1)

    def gradient(self, raw: Tensor, target: Tensor) -> Tensor:
        return raw - target

    def null_raw(
        self, target: NDArray, weight: NDArray[np.floating]
    ) -> NDArray[np.floating]:
        return np.average(target, axis=0, weights=weight)


class BinaryLogLoss(Objective):
    """Log loss of the logistic model for labels 0 and 1 of shape (n,)."""

    def __init__(self) -> None:
        super().__init__(n_outputs=1)

    def row_loss(self, raw: Tensor, target: Tensor) -> Tensor:
        logit = raw.squeeze(-1)
        return functional.softplus(logit) - target.to(logit.dtype) * logit

    def gradient(self, raw: Tensor, target: Tensor) -> Tensor:
        return torch.sigmoid(raw).sub_(target.unsqueeze(-1))

    def null_raw(
        self, target: NDArray, weight: NDArray[np.floating]
    ) -> NDArray[np.floating]:
        share = np.average(target, weights=weight)
        share = np.clip(share, SMALLEST_SHARE, 1.0 - SMALLEST_SHARE)
        return np.log(np.atleast_1d(share / (1.0 - share)))


class MulticlassLogLoss(Objective):
    """Log loss of the softmax model for class indices 0..O-1 of shape (n,)."""

    def row_loss(self, raw: Tensor, target: Tensor) -> Tensor:
        log_probability = functional.log_softmax(raw, dim=-1)
        index = target.expand(raw.shape[:-1]).unsqueeze(-1)
        return -log_probability.gather(-1, index).squeeze(-1)

    def gradient(self, raw: Tensor, target: Tensor) -> Tensor:
        index = target.expand(raw.shape[:-1]).unsqueeze(-1)
        probability = torch.softmax(raw, dim=-1)
        minus_one = probability.new_full((), -1.0).expand(index.shape)
        return probability.scatter_add_(-1, index, minus_one)

    def null_raw(
        self, target: NDArray, weight: NDArray[np.floating]
    ) -> NDArray[np.floating]:
        share = np.bincount(target, weights=weight, minlength=self.n_outputs)
        return np.log(np.maximum(share / share.sum(), SMALLEST_SHARE))


@dataclass(frozen=True, eq=False)
class EncodedTarget:
    """A target as the engine takes it.

    Parameters
    ----------
    values : ndarray of shape (n,) or (n, O)
        Class indices, or the outputs as float64.
    objective : Objective
    classes : ndarray of shape (n_classes,) or None
        Labels of the classes, in the order of their indices; None in regression.
    """

    values: NDArray
    objective: Objective
    classes: NDArray | None

    @property
    def strata(self) -> NDArray | None:
        """Class of each row, None in regression."""
        return None if self.classes is None else self.values

    def take(
        self, index: NDArray[np.integer], weight: NDArray[np.floating], *, robust: bool
    ) -> NDArray:
        """Take the target of some rows for the engine.

        Parameters
        ----------
        index : ndarray of int of shape (m,)
            Rows to take.
        weight : ndarray of shape (m,)
            Their weights.
        robust : bool
            Whether to bring outputs beyond three standard deviations back to there,
            so that no few rows decide.

        Returns
        -------
        target : ndarray of shape (m,) or (m, O)
            Class indices, or outputs of weighted mean 0 and variance 1 in float32.
        """
        if self.classes is not None:
            return self.values[index]
        encode = winsorized if robust else standardized
        return encode(self.values[index], weight).astype(np.float32)


def _tensor(array: NDArray) -> Tensor:
    # torch warns of arrays that cannot be written, such as memory maps
    return torch.from_numpy(np.require(array, requirements=["C", "W"]))
