"""The contract of an objective, and a target as one takes it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from stg_select.tensors import shared_tensor

FloatArray = NDArray[np.floating]


class Objective(ABC):
    """A loss, the best constant prediction under it and its residual.

    Parameters
    ----------
    n_outputs : int
        Width O of the network's output.

    Attributes
    ----------
    name : str
        Public name, by which a user asks for it.
    needs_full_batch : bool
        Whether the loss of a row depends on the other rows, so that it cannot be
        summed up over batches.
    has_probabilities : bool
        Whether what is expected of each output is a probability, a curve of the raw
        output.
    values_are_names : bool
        Whether an encoded target numbers classes 0, 1, ..., whose order says nothing.
    link : {"identity", "logistic", "softmax", "exp"}
        The function of the raw output that is predicted.
    prediction : str
        What that is, in a word or two.
    """

    name: ClassVar[str]
    needs_full_batch: ClassVar[bool] = False
    values_are_names: ClassVar[bool] = False
    has_probabilities: ClassVar[bool] = False
    link: ClassVar[str] = "identity"
    prediction: ClassVar[str] = "response"

    def __init__(self, n_outputs: int) -> None:
        self.n_outputs = n_outputs

    @property
    def class_pairs(self) -> float:
        """Pairs of classes that share the rows: C / 2 of C classes, else 1."""
        return 1.0

    @abstractmethod
    def loss(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        """Weighted sum of the losses of the rows of each member.

        Parameters
        ----------
        raw : Tensor of shape (K, B, O)
            Output of the networks.
        target : Tensor of shape (K, B) or (K, B, O), or with K replaced by 1
        weight : Tensor of shape (K, B) or (1, B)

        Returns
        -------
        loss : Tensor of shape (K,)
        """

    @abstractmethod
    def gradient(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        """Gradient of the loss with respect to the raw output.

        Parameters
        ----------
        raw : Tensor of shape (K, B, O)
            Output of the networks.
        target : Tensor of shape (K, B) or (K, B, O), or with K replaced by 1
        weight : Tensor of shape (K, B) or (1, B)

        Returns
        -------
        gradient : Tensor of shape (K, B, O)
        """

    @abstractmethod
    def null_raw(self, target: NDArray, weight: FloatArray) -> FloatArray:
        """Raw output of the null model: the constant with the smallest loss.

        Parameters
        ----------
        target : ndarray of shape (n,) or (n, O)
        weight : ndarray of shape (n,)

        Returns
        -------
        raw : ndarray of shape (O,)
        """

    def null_deviance(self, target: NDArray, weight: FloatArray) -> float:
        """Weighted mean loss of the null model.

        Losses are in units of log-likelihood, so that information criteria can price
        columns: a useless column lowers 2n times the mean loss of n rows by a
        chi-squared variable with one degree of freedom.

        Parameters
        ----------
        target : ndarray of shape (n,) or (n, O)
        weight : ndarray of shape (n,)

        Returns
        -------
        deviance : float
        """
        weight = np.asarray(weight, dtype=np.float64)
        raw = self.null_raw(target, weight)
        loss = self.loss(*_one_member(raw, target, weight))
        return float(loss[0]) / float(weight.sum())

    def residual(
        self, raw: FloatArray, target: NDArray, weight: FloatArray
    ) -> NDArray[np.floating]:
        """Negative gradient of the loss for each unit of a row's weight.

        Parameters
        ----------
        raw : ndarray of shape (n, O) or (O,)
        target : ndarray of shape (n,) or (n, O)
        weight : ndarray of shape (n,)

        Returns
        -------
        residual : ndarray of shape (n, O)
            0 in rows of weight 0.
        """
        weight = np.asarray(weight, dtype=np.float64)
        gradient = self.gradient(*_one_member(raw, target, weight))[0].numpy()
        return -gradient / np.where(weight > 0.0, weight, np.inf)[:, None]

    def losses_of(
        self, raw: FloatArray, target: NDArray, weight: FloatArray
    ) -> FloatArray:
        """Loss of arrays of outputs, which lie as networks hold theirs in memory.

        Parameters
        ----------
        raw : ndarray of shape (K, O, n)
            Raw outputs of K models for the same rows.
        target : ndarray of shape (n,) or (n, O)
        weight : ndarray of shape (n,)

        Returns
        -------
        losses : ndarray of shape (K,)
            Weighted sums of the losses of the rows.
        """
        return self.loss(shared_tensor(raw).mT, *_shared(target, weight)).numpy()

    def gradients_of(
        self, raw: FloatArray, target: NDArray, weight: FloatArray
    ) -> FloatArray:
        """Gradient of the loss of arrays of outputs, see `losses_of`.

        Parameters
        ----------
        raw : ndarray of shape (K, O, n)
        target : ndarray of shape (n,) or (n, O)
        weight : ndarray of shape (n,)

        Returns
        -------
        gradients : ndarray of shape (K, O, n)
            New, and of the precision of the outputs.
        """
        rows = _shared(target, weight.astype(raw.dtype, copy=False))
        return self.gradient(shared_tensor(raw).mT, *rows).mT.numpy()

    def gain(self, loss: FloatArray, n_rows: float, null_deviance: float) -> FloatArray:
        """Log-likelihood that predictions gain over the null model.

        Parameters
        ----------
        loss : ndarray of shape (S,)
            Mean losses, in shares of the null deviance.
        n_rows : float
            Number of rows n.
        null_deviance : float
            Mean loss of the null model.

        Returns
        -------
        gain : ndarray of shape (S,)
            In units of log-likelihood, for all rows together.
        """
        return n_rows * null_deviance * (1.0 - loss)

    def strata(self, values: NDArray) -> NDArray | None:
        """Kind of each row, for folds that hold equal shares of every kind.

        Parameters
        ----------
        values : ndarray of shape (n,) or (n, O)
            An encoded target.

        Returns
        -------
        strata : ndarray of shape (n,) or None
            None where folds need no such care.
        """
        return None

    def sameness(self, values: NDArray) -> str:
        """Say what rows have in common that leaves nothing to learn from them.

        Parameters
        ----------
        values : ndarray of shape (n,) or (n, O)
            An encoded target, of at least one row.

        Returns
        -------
        sameness : str
            Empty where they tell something.
        """
        return "" if (values != values[0]).any() else "one value only"

    def scaled(self, values: NDArray, weight: FloatArray, *, robust: bool) -> NDArray:
        """Bring an encoded target to the units in which networks learn it.

        Parameters
        ----------
        values : ndarray of shape (n,) or (n, O)
            An encoded target.
        weight : ndarray of shape (n,)
        robust : bool
            Whether to see to it that no few rows decide, where the objective can.

        Returns
        -------
        target : ndarray of shape (n,) or (n, O)
            Whole numbers, or float32.
        """
        return values

    def units(self, values: NDArray, target: NDArray) -> NDArray[np.float64]:
        """Find the line from what is predicted to the units of an encoded target.

        Parameters
        ----------
        values : ndarray of shape (n,) or (n, O)
            An encoded target.
        target : ndarray of shape (n,) or (n, O)
            The same as `scaled` returns it.

        Returns
        -------
        units : ndarray of shape (2, O)
            Offsets and slopes.
        """
        return np.repeat([[0.0], [1.0]], self.n_outputs, axis=1)


@dataclass(frozen=True, eq=False)
class EncodedTarget:
    """A target in the numbers that an objective is about.

    Parameters
    ----------
    values : ndarray of shape (n,) or (n, O)
        Whole numbers, or float64.
    objective : Objective
    classes : ndarray of shape (n_classes,) or None, default=None
        Labels of the classes, in the order of their indices; None where there are no
        classes.
    """

    values: NDArray
    objective: Objective
    classes: NDArray | None = None

    @property
    def strata(self) -> NDArray | None:
        """Kind of each row for stratified folds, or None."""
        return self.objective.strata(self.values)

    def renumbered(self, places: NDArray[np.integer]) -> EncodedTarget:
        """Give classes other numbers.

        Parameters
        ----------
        places : ndarray of int of shape (n_classes,)
            The new number of each class.

        Returns
        -------
        encoded : EncodedTarget
        """
        classes = None if self.classes is None else self.classes[np.argsort(places)]
        return replace(self, values=places[self.values], classes=classes)

    def take(
        self, index: NDArray[np.integer], weight: FloatArray, *, robust: bool
    ) -> NDArray:
        """Take the target of some rows for the engine.

        Parameters
        ----------
        index : ndarray of int of shape (m,)
            Rows to take.
        weight : ndarray of shape (m,)
            Their weights.
        robust : bool
            Whether to see to it that no few rows decide, where the objective can.

        Returns
        -------
        target : ndarray of shape (m,) or (m, O)
            Whole numbers, or float32.
        """
        return self.objective.scaled(self.values[index], weight, robust=robust)


def _one_member(
    raw: FloatArray, target: NDArray, weight: FloatArray
) -> tuple[Tensor, Tensor, Tensor]:
    """Arrays as the tensors of one member that sees all rows."""
    outputs = shared_tensor(raw).expand(1, len(target), -1)
    return outputs, *_shared(target, weight)


def _shared(target: NDArray, weight: FloatArray) -> tuple[Tensor, Tensor]:
    """Target and weight of rows that all members see."""
    return shared_tensor(target)[None], shared_tensor(weight)[None]
