"""Log loss, of two classes, of several, and of several labels a row."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from stg_select.objectives._objective import EncodedTarget, Objective

FloatArray = NDArray[np.floating]

# Share of a class that does not occur, so that null models are finite. Far below the
# share of any class that does, whatever the weights: there the null model is exact.
SMALLEST_SHARE = 1e-8
# labels of up to so many kinds need not come twice each
FEW_LABELS = 20


class _LogLoss(Objective):
    """What both share: targets are class indices, and folds hold all classes."""

    name = "log_loss"
    has_probabilities = True
    link = "logistic"
    prediction = "probability"

    def strata(self, values: NDArray) -> NDArray:
        return values

    def sameness(self, values: NDArray) -> str:
        return "" if (values != values[0]).any() else "one class only"


class BinaryLogLoss(_LogLoss):
    """Log loss of the logistic model for labels 0 and 1 of shape (n,)."""

    values_are_names = True

    def __init__(self) -> None:
        super().__init__(n_outputs=1)

    def loss(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        logit = raw.squeeze(-1)
        rows = functional.softplus(logit) - target.to(logit.dtype) * logit
        return (rows * weight).sum(-1)

    def gradient(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        error = torch.sigmoid(raw).sub_(target.unsqueeze(-1))
        return error.mul_(weight.unsqueeze(-1))

    def null_raw(self, target: NDArray, weight: FloatArray) -> FloatArray:
        share = np.average(target, weights=weight)
        share = np.clip(share, SMALLEST_SHARE, 1.0 - SMALLEST_SHARE)
        return np.log(np.atleast_1d(share / (1.0 - share)))


class MulticlassLogLoss(_LogLoss):
    """Log loss of the softmax model for class indices 0..O-1 of shape (n,).

    Networks hold the values of a class side by side in memory, all rows, so that the
    softmax over the classes is taken of the transpose, whose layout torch is fast with.
    """

    values_are_names = True
    link = "softmax"

    def loss(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        log_probability = functional.log_softmax(raw.mT, dim=-2).mT
        index = target.expand(raw.shape[:-1]).unsqueeze(-1)
        rows = -log_probability.gather(-1, index).squeeze(-1)
        return (rows * weight).sum(-1)

    def gradient(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        index = target.expand(raw.shape[:-1]).unsqueeze(-1)
        probability = torch.softmax(raw.mT, dim=-2).mT
        minus_one = probability.new_full((), -1.0).expand(index.shape)
        error = probability.scatter_add_(-1, index, minus_one)
        return error.mul_(weight.unsqueeze(-1))

    def null_raw(self, target: NDArray, weight: FloatArray) -> FloatArray:
        share = np.bincount(target, weights=weight, minlength=self.n_outputs)
        return np.log(np.maximum(share / share.sum(), SMALLEST_SHARE))

    @property
    def class_pairs(self) -> float:
        return self.n_outputs / 2.0


class MultilabelLogLoss(_LogLoss):
    """Log loss of one logistic model a label, summed over labels 0 and 1 (n, O)."""

    def loss(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        rows = (functional.softplus(raw) - target * raw).sum(-1)
        return (rows * weight).sum(-1)

    def gradient(self, raw: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        return torch.sigmoid(raw).sub_(target).mul_(weight.unsqueeze(-1))

    def null_raw(self, target: NDArray, weight: FloatArray) -> FloatArray:
        share = np.average(target, axis=0, weights=weight)
        share = np.clip(share, SMALLEST_SHARE, 1.0 - SMALLEST_SHARE)
        return np.log(share / (1.0 - share))

    def strata(self, values: NDArray) -> NDArray:
        # by the rarest label of each row, so that every fold holds rare ones
        kind = np.zeros(len(values), dtype=np.int64)
        for label in np.argsort(-values.sum(axis=0), kind="stable"):
            kind[values[:, label] == 1.0] = label + 1
        return kind

    def sameness(self, values: NDArray) -> str:
        return "" if (values != values[0]).any() else "the same labels alone"

    def scaled(self, values: NDArray, weight: FloatArray, *, robust: bool) -> NDArray:
        return values.astype(np.float32)


def are_indicators(y: NDArray) -> bool:
    """Tell whether y says of several labels which ones each row has.

    Parameters
    ----------
    y : ndarray of shape (n,) or (n, O)

    Returns
    -------
    indicators : bool
        Whether it has several columns of nothing but zeros and ones.
    """
    return y.ndim == 2 and y.dtype.kind in "iufb" and bool(np.isin(y, (0, 1)).all())


def encode_classes(y: NDArray, weight: FloatArray) -> EncodedTarget:
    """Turn labels into indices of classes, and check an indicator matrix.

    Parameters
    ----------
    y : ndarray of shape (n,) or (n, O)
        One label a row, or zeros and ones that say which of O labels a row has.
    weight : ndarray of shape (n,)
        Labels of rows of weight 0 do not count.

    Returns
    -------
    encoded : EncodedTarget
        With values of shape (n,) or (n, O).

    Raises
    ------
    ValueError
        If y is neither, or there are fewer than two classes, or most labels come once,
        or a label is that of all rows or of none.
    """
    if are_indicators(y):
        return _encode_indicators(y, weight)
    if y.ndim != 1 or y.dtype.kind not in "iufbU":
        msg = (
            "objective='log_loss' expects labels in y of shape (n_samples,), or zeros "
            "and ones of shape (n_samples, n_labels), "
            f"got shape {y.shape!r} of dtype {y.dtype!s}."
        )
        raise ValueError(msg)
    if y.dtype.kind == "f" and (y != np.floor(y)).any():
        msg = (
            "Unknown label type: objective='log_loss' expects class labels in y, got "
            "continuous numbers."
        )
        raise ValueError(msg)
    classes = np.unique(y[weight > 0])
    if len(classes) < 2:
        label = classes.tolist()[0]
        msg = f"y must hold at least two classes, got one class only: {label!r}."
        raise ValueError(msg)
    n_rows = int(np.count_nonzero(weight))
    if y.dtype.kind not in "iufb" and len(classes) > max(FEW_LABELS, n_rows // 2):
        msg = (
            "y must hold labels that come more than once, got "
            f"{len(classes)} different ones in {n_rows} rows."
        )
        raise ValueError(msg)
    # rows of weight 0 may hold other labels; they are left out later
    values = np.minimum(np.searchsorted(classes, y), len(classes) - 1)
    many = len(classes) > 2
    objective = MulticlassLogLoss(len(classes)) if many else BinaryLogLoss()
    return EncodedTarget(values.astype(np.int64), objective, classes)


def _encode_indicators(y: NDArray, weight: FloatArray) -> EncodedTarget:
    """Check that every label tells rows apart."""
    values = y.astype(np.float64)
    used = values[weight > 0]
    constant = np.flatnonzero(used.min(axis=0) == used.max(axis=0)).tolist()
    if constant:
        msg = f"y must vary in every label, got a constant in label {constant!r}."
        raise ValueError(msg)
    return EncodedTarget(values, MultilabelLogLoss(values.shape[1]))
