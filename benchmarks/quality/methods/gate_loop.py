"""What a user of Captum's gate layer writes by hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler

from benchmarks.quality.problem import Ranking

REG_WEIGHTS = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
N_EPOCHS = 300
BATCH_SIZE = 128


def captum_loop(X: NDArray[np.float64], y: NDArray, kind: str, seed: int) -> Ranking:
    """Train Captum's gates before a network of (64, 32) for a grid of penalties.

    Adam at 1e-3 on batches of 128, 300 epochs, columns standardised; the penalty with
    the smallest loss on a held-out fifth is taken. Scores are its gate means, selected
    are the columns whose gate is more likely open than not.
    """
    import torch

    Z = StandardScaler().fit_transform(X).astype(np.float32)
    if kind == "classification":
        target = LabelEncoder().fit_transform(y).astype(np.int64)
        stratify = target if np.bincount(target).min() > 1 else None
    else:
        target = ((y - y.mean()) / y.std()).astype(np.float32)
        stratify = None
    parts = train_test_split(
        Z, target, test_size=0.2, random_state=seed, stratify=stratify
    )
    tensors = [torch.from_numpy(part) for part in parts]
    n_outputs = int(target.max()) + 1 if kind == "classification" else 1
    fits = [_train(tensors, n_outputs, kind, w, seed) for w in REG_WEIGHTS]
    _, mu, active = min(fits, key=lambda fit: fit[0])
    return Ranking(mu, active > 0.5)


def _train(
    tensors: list, n_outputs: int, kind: str, reg_weight: float, seed: int
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    import torch

    from benchmarks.captum_gates import train_captum_gates

    X, X_valid, y, y_valid = tensors

    def loss_of(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        if kind == "classification":
            return torch.nn.functional.cross_entropy(output, target)
        return torch.nn.functional.mse_loss(output[:, 0], target)

    gates, network = train_captum_gates(
        X,
        y,
        loss_of,
        layer_sizes=(64, 32, n_outputs),
        reg_weight=reg_weight,
        batch_size=BATCH_SIZE,
        steps=N_EPOCHS * -(-len(X) // BATCH_SIZE),
        seed=seed,
    )
    gates.eval()
    with torch.no_grad():
        loss = loss_of(network(gates(X_valid)[0]), y_valid).item()
    mu = gates.get_gate_values(clamp=False).detach().numpy().astype(np.float64)
    return loss, mu, gates.get_gate_active_probs().detach().numpy()
