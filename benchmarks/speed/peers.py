"""What a user of the peers writes by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.captum_gates import train_captum_gates
from benchmarks.speed.engine import HIDDEN, make_table


def captum_loops(
    x: NDArray[np.float32],
    target: NDArray[np.float64],
    reg_weights: Sequence[float],
    *,
    batch_size: int,
    steps: int,
    seed: int,
) -> None:
    """Train Captum's gates before a network of (64, 32), one penalty after another.

    Adam at 1e-3 on shuffled batches, so many steps for each penalty, no validation.
    """
    rows, labels = torch.from_numpy(x), torch.from_numpy(target).float()
    for member, reg_weight in enumerate(reg_weights):
        train_captum_gates(
            rows,
            labels,
            _loss,
            layer_sizes=(*HIDDEN, 1),
            reg_weight=reg_weight,
            batch_size=batch_size,
            steps=steps,
            seed=1000 * seed + member,
        )


def _loss(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    return loss(output[:, 0], target)


def load_captum() -> None:
    """Take a few steps, so that no timed call pays for the import."""
    x, target = make_table(8, 6)
    captum_loops(x, target, [1.0], batch_size=4, steps=2, seed=0)


def load_lassonet() -> None:
    """Fit a short path, so that no timed call pays for the import."""
    x, target = make_table(40, 6)
    lassonet_path(x, target, 0, lambda_start=1.0, path_multiplier=10.0, n_iters=(1, 1))


def lassonet_path(
    x: NDArray[np.float32], target: NDArray[np.float64], seed: int, **settings: Any
) -> tuple[int, int]:
    """Fit LassoNet's path as it comes and tell its models and all their steps.

    Full batches, so that a step is an epoch; the penalty grows by 2 % from model to
    model until nothing is selected; each model stops early.
    """
    from lassonet import LassoNetClassifier

    model = LassoNetClassifier(
        hidden_dims=HIDDEN,
        verbose=0,
        random_state=seed,
        torch_seed=seed,
        device="cpu",
        **settings,
    )
    with torch.random.fork_rng(devices=[]):
        path = model.path(x, target.astype(np.int64))
    return len(path), sum(item.n_iters for item in path)
