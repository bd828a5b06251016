"""The optimizer against torch's class, whose function it calls."""

from __future__ import annotations

import pytest
import torch

from stg_select.engine._adam import Adam, Group


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_steps_are_those_of_torch(dtype):
    generator = torch.Generator().manual_seed(0)

    def draw():
        return [torch.randn(s, generator=generator, dtype=dtype) for s in (3, 40)]

    start, gradients = draw(), [draw() for _ in range(5)]
    gradients[0][0] = gradients[3][0] = None  # a tensor without is left alone
    ours, torchs = ([t.clone() for t in start] for _ in range(2))
    settings = ({"lr": 0.01, "weight_decay": 0.0}, {"lr": 0.1, "weight_decay": 0.3})
    adam = Adam([Group(t, *s.values()) for t, s in zip(ours, settings, strict=True)])
    expected = torch.optim.AdamW(
        [{"params": [t], **s} for t, s in zip(torchs, settings, strict=True)],
        fused=True,
    )
    for step in gradients:
        for parameters in (ours, torchs):
            for tensor, gradient in zip(parameters, step, strict=True):
                tensor.grad = None if gradient is None else gradient.clone()
        adam.step()
        expected.step()
        for tensor, reference in zip(ours, torchs, strict=True):
            torch.testing.assert_close(tensor, reference, rtol=0, atol=0)
