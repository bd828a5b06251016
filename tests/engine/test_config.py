"""Memory that the settings allow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from problems import CONFIG


def test_default_budget_is_half_of_what_is_free_on_the_device(monkeypatch):
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (1000, 4000))
    assert replace(CONFIG, device="cuda:1").max_table_bytes == 500
    assert replace(CONFIG, device="cuda:1", data_budget=7).max_table_bytes == 7
    assert CONFIG.max_table_bytes == np.inf


@pytest.mark.parametrize(
    ("changes", "n_bytes", "n_input_bytes"),
    [
        ({}, 2**26, 2**26),
        ({"device": "cuda"}, 2**31, 2**29),
        ({"memory_budget": 8}, 8, 2),
        ({"memory_budget": 8, "device": "cuda"}, 8, 2),
    ],
    ids=str,
)
def test_members_stay_in_caches_or_fill_a_device(changes, n_bytes, n_input_bytes):
    config = replace(CONFIG, **changes)
    assert config.max_bytes == n_bytes
    assert config.max_input_bytes == n_input_bytes
