"""What is predicted: a loss with its gradient, its null model and its view of y.

An objective owns all that depends on it. Whoever needs a fact about it reads an
attribute, and nobody else asks which objective it is.

Letters: K members, B rows of a batch, O outputs of the network, n rows in all.
"""

from __future__ import annotations

from stg_select.objectives._cox import Cox, CoxBreslow
from stg_select.objectives._huber import Huber
from stg_select.objectives._log_loss import (
    BinaryLogLoss,
    MulticlassLogLoss,
    MultilabelLogLoss,
    are_indicators,
)
from stg_select.objectives._objective import EncodedTarget, Objective
from stg_select.objectives._poisson import Poisson
from stg_select.objectives._registry import OBJECTIVES, SURVIVAL
from stg_select.objectives._squared_error import SquaredError

__all__ = [
    "OBJECTIVES",
    "SURVIVAL",
    "BinaryLogLoss",
    "Cox",
    "CoxBreslow",
    "EncodedTarget",
    "Huber",
    "MulticlassLogLoss",
    "MultilabelLogLoss",
    "Objective",
    "Poisson",
    "SquaredError",
    "are_indicators",
]
