"""Which devices there are."""

from __future__ import annotations

import torch


def available_devices() -> tuple[str, ...]:
    """Names of the devices that can train, the preferred one first.

    Returns
    -------
    devices : tuple of str
        ``"cuda"`` and ``"cuda:0"``, ... where there is CUDA, ``"mps"`` on Apple
        silicon, ``"cpu"``.
    """
    devices: list[str] = []
    if torch.cuda.is_available():
        devices += ["cuda", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))]
    if torch.backends.mps.is_available():
        devices.append("mps")
    return (*devices, "cpu")
