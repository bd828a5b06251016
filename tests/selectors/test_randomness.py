"""One random state, one result; nobody else's state is touched."""

from __future__ import annotations

import random
from numbers import Number

import numpy as np
import pytest
import torch
from joblib import Parallel, delayed
from samples import (
    LEARNED,
    PLAIN,
    assert_same_fit,
    fitted_on,
    make_table,
    quick_selector,
)

MODES = pytest.mark.parametrize(
    "settings",
    [{}, PLAIN, {"gate_noise": "row"}, {"batch_size": 16}],
    ids=["default", "plain", "row noise", "mini-batches"],
)


def learned(**settings):
    """Fit in a process of its own."""
    selector = quick_selector(**settings).fit(*make_table("binary"))
    return {name: getattr(selector, name) for name in LEARNED}


@MODES
def test_same_random_state_same_result(settings):
    X, y = make_table("binary")
    first = quick_selector(**settings).fit(X, y)
    # whatever runs in between
    quick_selector(random_state=5).fit(*make_table("regression"))
    random.random()
    np.random.random(3)  # noqa: NPY002
    torch.rand(3)
    assert_same_fit(first, quick_selector(**settings).fit(X, y))
    assert_same_fit(first, first.fit(X, y))


@MODES
def test_random_state_matters(settings):
    first = fitted_on("binary", **settings)
    second = quick_selector(**{**settings, "random_state": 1})
    assert (first.mu_ != second.fit(*make_table("binary")).mu_).any()


def test_no_random_state_is_fresh_each_time():
    X, y = make_table("binary")
    first, second = (quick_selector(random_state=None).fit(X, y).mu_ for _ in range(2))
    assert (first != second).any()


def test_random_state_instance_repeats_and_moves_on():
    X, y = make_table("binary")
    selector = quick_selector(random_state=np.random.RandomState(3)).fit(X, y)
    again = quick_selector(random_state=np.random.RandomState(3)).fit(X, y)
    assert_same_fit(selector, again)
    first = selector.mu_
    assert (selector.fit(X, y).mu_ != first).any()


def test_result_does_not_depend_on_the_number_of_jobs():
    alone = [learned(random_state=seed) for seed in (0, 1)]
    spread = Parallel(n_jobs=2)(delayed(learned)(random_state=s) for s in (0, 1))
    for one, other in zip(alone, spread, strict=True):
        for name in LEARNED:
            np.testing.assert_array_equal(one[name], other[name])


@MODES
@pytest.mark.parametrize("random_state", [0, None])
def test_global_state_stays(settings, random_state):
    def state():
        return (
            random.getstate(),
            repr(np.random.get_state()),  # noqa: NPY002
            torch.get_rng_state().tolist(),
            torch.get_num_threads(),
            torch.get_default_dtype(),
            torch.are_deterministic_algorithms_enabled(),
            torch.is_grad_enabled(),
            np.geterr(),
        )

    before = state()
    selector = quick_selector(**settings).set_params(random_state=random_state)
    selector.fit(*make_table("multiclass")).transform(make_table("multiclass")[0])
    after = state()
    if random_state is None:  # scikit-learn's global generator is asked for a seed
        before, after = (before[0], *before[2:]), (after[0], *after[2:])
    assert before == after


def test_arguments_and_parameters_stay():
    X, y = make_table("multiclass")
    weight = np.linspace(0.0, 2.0, len(X))
    groups = {"g": [0, 1]}
    copies = X.copy(), y.copy(), weight.copy()
    for array in (X, y, weight):
        array.setflags(write=False)
    selector = quick_selector(feature_groups=groups)
    before = dict(selector.get_params())
    selector.fit(X, y, weight)
    for array, copy in zip((X, y, weight), copies, strict=True):
        np.testing.assert_array_equal(array, copy)
    assert all(selector.get_params()[name] is before[name] for name in before)
    assert groups == {"g": [0, 1]}


@MODES
@pytest.mark.parametrize("kind", ["regression", "binary", "multiclass"])
def test_order_of_rows_does_not_matter(kind, settings):
    X, y = make_table(kind)
    order = np.random.default_rng(1).permutation(len(X))
    moved = quick_selector(**settings).fit(X[order], y[order])
    assert_same_fit(fitted_on(kind, **settings), moved)


@MODES
@pytest.mark.parametrize("kind", ["regression", "multioutput", "binary", "multiclass"])
def test_weights_are_repeated_rows(kind, settings):
    X, y = make_table(kind)
    counts = np.random.default_rng(1).integers(0, 4, len(X))
    weighted = quick_selector(**settings).fit(X, y, counts)
    again = np.repeat(X, counts, axis=0), np.repeat(y, counts, axis=0)
    assert_same_fit(weighted, quick_selector(**settings).fit(*again))


@MODES
def test_rows_of_weight_0_are_as_if_absent(settings):
    X, y = make_table("multiclass")
    weight = np.arange(len(X)) % 3 / 2.0
    X_dirty, labels = X.copy(), np.array(["a", "b", "c"])[y]
    X_dirty[weight == 0.0] *= 1e6
    labels[weight == 0.0] = "something else"
    dirty = quick_selector(**settings).fit(X_dirty, labels, weight)
    used = weight > 0.0
    clean = quick_selector(**settings).fit(X[used], y[used], weight[used])
    assert_same_fit(dirty, clean)
    np.testing.assert_array_equal(dirty.classes_, ["a", "b", "c"])


@MODES
def test_only_ratios_of_weights_matter(settings):
    """A power of two leaves every ratio as it is to the last bit."""
    X, y = make_table("regression")
    weight = np.random.default_rng(1).uniform(size=len(X))
    first = quick_selector(**settings).fit(X, y, weight)
    assert_same_fit(first, quick_selector(**settings).fit(X, y, 8.0 * weight))
    equal = quick_selector(**settings).fit(X, y, np.full(len(X), 0.25))
    assert_same_fit(equal, fitted_on("regression", **settings))


def is_plain(value):
    """Whether a value is numpy or plain data, all the way down."""
    if isinstance(value, dict):
        return all(map(is_plain, value)) and all(map(is_plain, value.values()))
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    if isinstance(value, np.ndarray):
        return value.dtype != object or all(isinstance(v, str) for v in value.flat)
    return value is None or isinstance(value, Number | str)


@pytest.mark.parametrize("kind", ["regression", "binary"])
def test_fitted_attributes_are_numpy_or_plain(kind):
    selector = quick_selector().fit(*make_table(kind))
    learned_values = {
        name: value
        for name, value in vars(selector).items()
        if name not in selector.get_params()
    }
    assert {"mu_", "history_", "n_iter_"} <= set(learned_values)
    assert [n for n, value in learned_values.items() if not is_plain(value)] == []


def test_cuda_finds_the_same_columns_and_leaves_no_device_behind(cuda_device):
    X, y = make_table("regression")
    there = quick_selector(device="cuda").fit(X, y)
    here = quick_selector(device="cpu").fit(X, y)
    np.testing.assert_array_equal(there.ranking_ <= 2, here.ranking_ <= 2)
    assert all(is_plain(getattr(there, name)) for name in LEARNED)
