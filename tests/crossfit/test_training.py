"""From settings to what the engine is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stg_select.crossfit import Settings
from stg_select.crossfit._training import training_config

SETTINGS = Settings(
    reg_weight=None,
    n_folds=3,
    n_seeds=2,
    working_set=(3, 3),
    hidden_layer_sizes=(8, 4),
    activation="tanh",
    gate_std=0.4,
    gate_noise="row",
    learning_rate=0.02,
    gate_learning_rate=0.05,
    weight_decay=0.1,
    batch_size=None,
    max_iter=100,
    n_iter_no_change=7,
    tol=1e-3,
    device="cpu",
    seed=5,
)
PLAIN = replace(SETTINGS, n_folds=None)


def test_every_setting_reaches_the_engine():
    config = training_config(SETTINGS, 100, 0.25)
    for name in (
        "hidden_layer_sizes",
        "activation",
        "gate_std",
        "learning_rate",
        "gate_learning_rate",
        "weight_decay",
        "max_iter",
        "n_iter_no_change",
        "tol",
        "device",
    ):
        assert getattr(config, name) == getattr(SETTINGS, name)
    assert config.noise == "row"


@pytest.mark.parametrize(
    ("batch_size", "n_rows", "expected"),
    [
        (None, 2048, None),
        (None, 2049, 1024),
        (None, 10**6, 1024),
        (64, 10, 64),
        (64, 10**6, 64),
    ],
)
def test_rows_a_step(batch_size, n_rows, expected):
    settings = replace(SETTINGS, batch_size=batch_size)
    assert training_config(settings, n_rows, 0.0).batch_size == expected


def test_plain_members_train_as_a_loop_of_ones_own():
    config = training_config(PLAIN, 100, 0.25)
    assert (config.warm_up, config.mu_range, config.least_gain) == (0, None, None)
    config = training_config(SETTINGS, 100, 0.25)
    assert (config.warm_up, config.least_gain) == (25, 0.25)
    assert config.mu_range == (-0.5, 1.5)
