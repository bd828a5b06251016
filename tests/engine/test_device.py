"""Names of the devices that there are."""

from __future__ import annotations

import pytest
import torch

from stg_select.engine import available_devices


@pytest.mark.parametrize(
    ("n_cuda", "mps", "expected"),
    [
        (0, False, ("cpu",)),
        (0, True, ("mps", "cpu")),
        (2, False, ("cuda", "cuda:0", "cuda:1", "cpu")),
    ],
)
def test_preferred_devices_come_first(n_cuda, mps, expected, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: n_cuda > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: n_cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert available_devices() == expected


def test_all_of_them_can_hold_numbers():
    for device in available_devices():
        assert torch.ones(2, device=device).sum().item() == 2.0
