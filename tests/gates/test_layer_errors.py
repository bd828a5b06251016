"""Each wrong argument of the layer has its own message."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from stg_select.gates import GaussianStochasticGates


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n_gates": 0}, ValueError, "n_gates must be at least 1, got 0"),
        ({"n_gates": -2}, ValueError, "n_gates must be at least 1, got -2"),
        ({"n_gates": 2.0}, TypeError, r"n_gates must be an int, got 2\.0"),
        ({"std": 0}, ValueError, "std must be finite and positive, got 0"),
        ({"std": -0.5}, ValueError, r"std must be finite and positive, got -0\.5"),
        ({"std": math.inf}, ValueError, "std must be finite and positive, got inf"),
        ({"std": math.nan}, ValueError, "std must be finite and positive, got nan"),
        ({"std": "0.5"}, TypeError, r"std must be a float, got '0\.5'"),
        (
            {"reg_weight": -1.0},
            ValueError,
            r"reg_weight must be finite and not negative, got -1\.0",
        ),
        (
            {"reg_weight": math.nan},
            ValueError,
            "reg_weight must be finite and not negative, got nan",
        ),
        (
            {"reg_weight": math.inf},
            ValueError,
            "reg_weight must be finite and not negative, got inf",
        ),
        ({"reg_weight": None}, TypeError, "reg_weight must be a float, got None"),
        (
            {"reg_reduction": "max"},
            ValueError,
            'reg_reduction must be "sum", "mean" or "none", got \'max\'',
        ),
        ({"generator": 0}, TypeError, r"generator must be a torch\.Generator, got 0"),
        (
            {"mask": torch.tensor([0, 1, 3])},
            ValueError,
            "maximum of mask must be n_gates - 1 = 2, got 3",
        ),
        (
            {"mask": torch.tensor([0, 1, 1])},
            ValueError,
            "maximum of mask must be n_gates - 1 = 2, got 1",
        ),
        (
            {"mask": torch.tensor([0, 2, 2])},
            ValueError,
            r"mask must use every index 0\.\.2, got none for 1",
        ),
        (
            {"mask": torch.tensor([], dtype=torch.int64)},
            ValueError,
            r"mask must use every index 0\.\.2, got none for 0",
        ),
        (
            {"mask": torch.tensor([0, -1, 2])},
            ValueError,
            "mask must not hold negative indices, got -1",
        ),
        (
            {"mask": torch.tensor([0.0, 1.0, 2.0])},
            TypeError,
            r"mask must be a tensor of integers, got torch\.float32",
        ),
        (
            {"mask": torch.tensor([True, False, True])},
            TypeError,
            r"mask must be a tensor of integers, got torch\.bool",
        ),
        (
            {"mask": [0, 1, 2]},
            TypeError,
            "mask must be a tensor of integers, got <class 'list'>",
        ),
    ],
    ids=str,
)
def test_wrong_argument(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        GaussianStochasticGates(**{"n_gates": 3, **arguments})


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize(
    ("mask", "shape", "message"),
    [
        (None, (3,), r"must have a batch dimension and .* got shape \(3,\)"),
        (None, (), r"must have a batch dimension and .* got shape \(\)"),
        ([0, 1, 2], (3,), r"must have a batch dimension and .* got shape \(3,\)"),
        (None, (5, 4), "must have n_gates=3 elements, got 4"),
        (None, (5, 3, 2), "must have n_gates=3 elements, got 6"),
        (
            [0, 1, 2],
            (5, 4),
            r"mask of shape \(3,\) must be broadcastable .* got \(4,\)",
        ),
        (
            [0, 1, 2],
            (5, 3, 1),
            r"mask of shape \(3,\) must be broadcastable .* got \(3, 1\)",
        ),
        (
            [[0, 1], [1, 2]],
            (2, 2),
            r"mask of shape \(2, 2\) must be broadcastable .* got \(2,\)",
        ),
        (
            [[[0, 1, 2]]],
            (2, 3),
            r"mask of shape \(1, 1, 3\) must be broadcastable .* got \(3,\)",
        ),
    ],
    ids=str,
)
def test_wrong_input(
    mask: list[Any] | None, shape: tuple[int, ...], message: str, training: bool
) -> None:
    layer = GaussianStochasticGates(3, None if mask is None else torch.tensor(mask))
    with pytest.raises(ValueError, match=message):
        layer.train(training)(torch.ones(shape))


@pytest.mark.parametrize(
    ("mu", "error", "message"),
    [
        (torch.ones(2, 3), ValueError, r"mu must be one-dimensional, got \(2, 3\)"),
        (torch.tensor([0, 1]), TypeError, r"mu must be a tensor of floats, got torch"),
        ([0.5], TypeError, "mu must be a tensor of floats, got <class 'list'>"),
        (torch.empty(0), ValueError, "n_gates must be at least 1, got 0"),
    ],
    ids=str,
)
def test_wrong_pretrained(mu: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        GaussianStochasticGates.from_pretrained(mu)


@pytest.mark.parametrize("x", [[[1.0, 2.0, 3.0]], None])
def test_input_that_is_no_tensor(x: Any) -> None:
    with pytest.raises(TypeError, match="input must be a tensor, got <class"):
        GaussianStochasticGates(3)(x)


@pytest.mark.parametrize("mask", [[0, 1, 3], [0, -1, 2], [0, 1, 1], [0.0, 1.0, 2.0]])
def test_illegal_mask_in_a_state_dict(mask: list[Any]) -> None:
    layer = GaussianStochasticGates(3, torch.tensor([0, 1, 2]))
    model = torch.nn.Sequential(layer)
    state = {**model.state_dict(), "0.mask": torch.tensor(mask)}
    with pytest.raises((ValueError, TypeError), match=r"(?i)mask must|maximum of mask"):
        model.load_state_dict(state)
    assert torch.equal(layer.mask, torch.tensor([0, 1, 2]))
