"""Activations and their derivatives against torch's modules and autograd."""

from __future__ import annotations

import pytest
import torch
from networks import MODULES, draw

from stg_select.engine._activations import ACTIVATIONS


def test_all_activations_are_compared():
    assert set(ACTIVATIONS) == set(MODULES)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("scale", [1.0, 1e3])
def test_values_and_gradients_are_those_of_torch(name, scale):
    activation, x = ACTIVATIONS[name], scale * draw(40)
    x[0] = 0.0
    gradient = draw(40, seed=1)
    expected = x.clone().requires_grad_()
    values = MODULES[name]()(expected)
    values.backward(gradient)

    sums = x.clone()
    out = sums if activation.saves_output else torch.empty_like(x)
    activation.forward(sums, out)
    torch.testing.assert_close(out, values)
    saved = out if activation.saves_output else sums
    in_place = gradient.clone()
    activation.backward(in_place, saved, in_place)
    torch.testing.assert_close(in_place, expected.grad)
