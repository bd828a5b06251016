"""Objectives to test, and problems for them."""

from __future__ import annotations

import numpy as np
import torch

from stg_select.objectives import (
    BinaryLogLoss,
    Cox,
    CoxBreslow,
    Huber,
    MulticlassLogLoss,
    MultilabelLogLoss,
    Poisson,
    SquaredError,
)

K, B = 3, 40
OBJECTIVES = {
    "squared_error": SquaredError(1),
    "two_outputs": SquaredError(2),
    "binary": BinaryLogLoss(),
    "multiclass": MulticlassLogLoss(4),
    "poisson": Poisson(),
    "overdispersed": Poisson(2.5),
    "huber": Huber(np.array([0.7, 1.3])),
    "multilabel": MultilabelLogLoss(3),
    "cox": Cox(3.0),
    "cox_breslow": CoxBreslow(3.0),
}


def draw_target(name, rng, *shape):
    if name == "binary":
        return rng.integers(0, 2, shape).astype(np.float64)
    if name == "multiclass":
        return rng.integers(0, 4, shape)
    if name == "multilabel":
        return rng.integers(0, 2, (*shape, 3)).astype(np.float64)
    if isinstance(OBJECTIVES[name], Cox):  # 12 times, and an event each other time
        return rng.integers(0, 24, shape)
    if isinstance(OBJECTIVES[name], Poisson):
        return rng.poisson(3.0, shape).astype(np.float64)
    return rng.normal(2.0, 3.0, (*shape, OBJECTIVES[name].n_outputs))


def draw_problem(name, seed=0, n_targets=K):
    rng = np.random.default_rng(seed)
    raw = rng.normal(0.0, 2.0, (K, B, OBJECTIVES[name].n_outputs))
    weight = rng.uniform(0.1, 2.0, (K, B))
    return raw, draw_target(name, rng, n_targets, B), weight


def weighted_loss(objective, raw, target, weight):
    return objective.loss(*map(torch.from_numpy, (raw, target, weight))).numpy()


def row_losses(objective, raw, target):
    """Loss of every row by itself, of shape (K, B)."""
    rows = [array.reshape(K * B, 1, *array.shape[2:]) for array in (raw, target)]
    return weighted_loss(objective, *rows, np.ones((K * B, 1))).reshape(K, B)
