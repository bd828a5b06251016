"""A plain member does what a hand-written loop of Captum's gate layer does."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from captum.module import GaussianStochasticGates
from problems import fit, make_problem
from sklearn.metrics import log_loss
from torch import nn

from stg_select.engine import RowSet, TrainingConfig, TrainingPlan
from stg_select.engine._batches import RowStream, init_seed, noise_seed
from stg_select.engine._initial_state import initial_member

N_STEPS, ORDER_SEED, REG_WEIGHT = 50, 5, 0.02
# Component of each gate, as the engine numbers them and as Captum's mask.
COMPONENTS = {"own_gates": [0, 1, 2, 3, 4], "shared_gates": [0, 0, 1, 2, 2, 2]}


def hand_written_loop(problem, config, seed, weight, loss_of_rows, null_deviance):
    """Captum, `nn.Sequential` and Adam, as a user would write them."""
    n_gates = int(problem.component_gate.max()) + 1
    sizes = (
        len(problem.component_gate),
        *config.hidden_layer_sizes,
        problem.objective.n_outputs,
    )
    mu, weights, biases = initial_member(
        n_gates, sizes, config.mu_init, torch.Generator().manual_seed(init_seed(seed))
    )
    gates = GaussianStochasticGates(
        n_gates,
        mask=torch.tensor(problem.component_gate),
        reg_weight=REG_WEIGHT,
        std=config.gate_std,
    )
    gates.load_state_dict({"mu": mu}, strict=False)
    gates.to(config.dtype)
    layers = []
    for w, b in zip(weights, biases, strict=True):
        layer = nn.Linear(*w.T.shape)
        layer.load_state_dict({"weight": w, "bias": b})
        layers += [layer, nn.ReLU()]
    network = nn.Sequential(*layers[:-1]).to(config.dtype)
    optimizer = torch.optim.Adam(
        [
            {"params": gates.parameters(), "lr": config.gate_learning_rate},
            {"params": network.parameters(), "lr": config.learning_rate},
        ]
    )
    x = torch.tensor(problem.x, dtype=config.dtype)
    target = torch.tensor(problem.target)
    if target.is_floating_point():
        target = target.to(config.dtype)
    stream = RowStream([weight], [ORDER_SEED], config.batch_size)
    torch.manual_seed(noise_seed(seed))
    for _ in range(N_STEPS):
        rows, row_weights = (a[0] for a in stream.take(1))
        gated, penalty = gates(x[rows[0]])
        row_losses = loss_of_rows(network(gated), target[rows[0]])
        loss = row_losses @ torch.tensor(row_weights[0], dtype=config.dtype)
        loss = loss / null_deviance + penalty
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    gates.eval()
    with torch.no_grad():
        return gates.mu.numpy(), network(gates(x)[0]).numpy()


def reference(objective, target, weight):
    """Loss of each row by torch, and the null deviance by scikit-learn or numpy."""
    if objective == "squared_error":
        variance = np.cov(target[:, 0], aweights=weight, ddof=0)
        return lambda raw, t: 0.5 * (raw - t).square()[:, 0], variance / 2
    shares = np.bincount(target.astype(int), weights=weight) / weight.sum()
    null = log_loss(target, np.tile(shares, (len(target), 1)), sample_weight=weight)
    if objective == "binary":
        return (
            lambda raw, t: nn.functional.binary_cross_entropy_with_logits(
                raw[:, 0], t, reduction="none"
            ),
            null,
        )
    return lambda raw, t: nn.functional.cross_entropy(raw, t, reduction="none"), null


def assert_equals_the_loop(
    objective, components, seed, batch_size, weighted, *, dtype, tolerance
):
    """Train one plain member both ways and compare its gates and its output."""
    problem = make_problem(objective, COMPONENTS[components], n_rows=48)
    weight = np.ones(problem.n_rows)
    if weighted:
        weight = np.random.default_rng(2).integers(0, 4, problem.n_rows).astype(float)
    config = TrainingConfig(
        hidden_layer_sizes=(8, 4),
        activation="relu",
        gate_std=0.5,
        learning_rate=6e-3,
        gate_learning_rate=2e-2,
        weight_decay=0.0,
        batch_size=batch_size,
        max_iter=N_STEPS,
        n_iter_no_change=None,
        tol=0.0,
        noise="row",
        mu_range=None,
        dtype=dtype,
        score_every=N_STEPS,
    )
    plan = TrainingPlan(
        np.full((1, problem.component_gate.max() + 1), REG_WEIGHT),
        np.array([seed]),
        (RowSet(weight, None, ORDER_SEED),),
        np.array([0]),
    )
    result = fit(problem, plan, config)
    loss_of_rows, null_deviance = reference(objective, problem.target, weight)
    with torch.random.fork_rng():
        mu, raw = hand_written_loop(
            problem, config, seed, weight, loss_of_rows, null_deviance
        )
    assert abs(mu - 0.5).max() > 0.2, "the gates must have moved"
    np.testing.assert_allclose(result.mu[0], mu, rtol=0, atol=tolerance)
    np.testing.assert_allclose(result.raw[0], raw, rtol=0, atol=tolerance)


@pytest.mark.parametrize("seed", [0, 11])
@pytest.mark.parametrize("weighted", [False, True], ids=["equal", "weighted"])
@pytest.mark.parametrize("batch_size", [None, 16], ids=["full", "mini"])
@pytest.mark.parametrize("components", COMPONENTS)
@pytest.mark.parametrize("objective", ["squared_error", "binary", "multiclass"])
def test_plain_member_equals_a_loop_of_captum(
    objective, components, batch_size, weighted, seed
):
    assert_equals_the_loop(
        objective, components, seed, batch_size, weighted,
        dtype=torch.float64, tolerance=1e-9,
    )  # fmt: skip


@pytest.mark.parametrize("objective", ["squared_error", "binary", "multiclass"])
def test_single_precision_strays_from_the_loop_by_rounding_alone(objective):
    """Errors of 1e-7 grow a thousandfold where a path passes close by a kink."""
    assert TrainingConfig.dtype is torch.float32
    assert_equals_the_loop(
        objective, "shared_gates", 11, 16, True, dtype=torch.float32, tolerance=1e-3
    )
