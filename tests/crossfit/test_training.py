"""From settings to what the engine is told, and by what price it is judged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from encoded import table_of
from samples import make_table

from stg_select import rules
from stg_select.crossfit import Settings, plan_training
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


@pytest.fixture
def table():
    return table_of(*make_table("binary", n_rows=61))


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
        (None, 4096, None),
        (None, 4097, 1024),
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


def test_prices_of_the_table(table):
    """By hand: half of log p, in shares of the deviance of all rows."""
    training = plan_training(table, SETTINGS)
    unit = 1.0 / (table.n_effective * table.null_deviance)
    assert training.reg_weight == pytest.approx(0.5 * np.log(6) * unit)
    assert training.optimism == pytest.approx(1.5 * unit)
    # a gate that is worth less than one unit of log-likelihood is closed
    assert training.config.least_gain == pytest.approx(unit)
    assert rules.OPTIMISM > rules.LEAST_GAIN
    np.testing.assert_array_equal(training.plan.prices, training.reg_weight)


def test_a_price_that_was_asked_for(table):
    training = plan_training(table, replace(SETTINGS, reg_weight=0.02))
    assert training.reg_weight == 0.02
    np.testing.assert_array_equal(training.plan.prices, 0.02)


def test_every_plain_member_counts(table):
    assert plan_training(table, PLAIN).optimism is None


def test_members_are_those_of_the_settings(table):
    training = plan_training(table, SETTINGS)
    plan = training.plan
    assert plan.n_members == 6
    assert all(len(row_set.gates) == 3 for row_set in plan.row_sets)
    assert plan.prices.shape == (6, len(training.gates))
    assert plan_training(table, replace(SETTINGS, working_set=None)).gates.tolist() == (
        list(range(6))
    )
