"""A fit that fails or is interrupted leaves the selector as it was."""

from __future__ import annotations

import importlib

import numpy as np
import pandas as pd
import pytest
from samples import make_table, quick_selector
from sklearn.exceptions import NotFittedError

X, Y = make_table("binary")
FRAME = pd.DataFrame(X, columns=list("abcdef"))
SELECTOR = "stg_select.selectors._fitting"
FIT = "stg_select.crossfit._fit"
RUN = "stg_select.engine._run.Run"
TRACKER = "stg_select.engine._tracker.Tracker"
# what a fit calls, and at which call it fails
POINTS = [
    *((f"{SELECTOR}.{name}", 0) for name in (
        "validate_data", "checked_table", "read_weights", "read_features",
        "check_layer_sizes", "check_device", "read_plan",
        "gate_of_features", "check_count", "encode_target", "build_table",
        "settings_of", "count_jobs", "fit_members", "copied_features",
    )),
    *((f"{FIT}.{name}", 0) for name in (
        "training_config", "deal_rows", "plan_members", "train_plan", "check_members",
        "summarise",
    )),
    (f"{RUN}.step", 0),
    (f"{RUN}.step", 35),
    (f"{RUN}.step", 80),
    (f"{TRACKER}.update", 2),
    (f"{TRACKER}.retire", 3),
    (f"{TRACKER}.result", 0),
    (f"{TRACKER}.result", 1),
]  # fmt: skip


def fail_after(monkeypatch, path, n_calls, error):
    """Let the function at a path do its work, and then fail at one of its calls."""
    place, _, name = path.rpartition(".")
    try:
        owner = importlib.import_module(place)
    except ModuleNotFoundError:
        module, _, owner = place.rpartition(".")
        owner = getattr(importlib.import_module(module), owner)
    function, calls = getattr(owner, name), []

    def failing(*args, **kwargs):
        result = function(*args, **kwargs)
        calls.append(name)
        if len(calls) > n_calls:
            raise error
        return result

    monkeypatch.setattr(owner, name, failing)


@pytest.fixture(scope="module")
def old():
    return quick_selector(n_features_to_select=2, max_iter=60).fit(FRAME, Y)


@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt()], ids=type)
@pytest.mark.parametrize(("path", "n_calls"), POINTS)
def test_refit_that_fails_leaves_the_old_fit(monkeypatch, old, path, n_calls, error):
    before = dict(vars(old))
    fail_after(monkeypatch, path, n_calls, error)
    other = pd.DataFrame(X[:, :4], columns=list("wxyz"))
    with pytest.raises(type(error)):
        old.fit(other, np.where(Y, "yes", "no"))
    assert vars(old).keys() == before.keys()
    assert all(vars(old)[name] is value for name, value in before.items())


@pytest.mark.parametrize("width", [6, 4])
def test_refit_to_a_constant_target(old, width):
    before = old.get_feature_names_out(), old.ranking_table()
    other = pd.DataFrame(X[:, :width], columns=list("uvwxyz")[:width])
    with pytest.raises(ValueError, match="two classes, got one class only"):
        old.fit(other, np.ones(len(X), dtype=int))
    np.testing.assert_array_equal(old.get_feature_names_out(), before[0])
    pd.testing.assert_frame_equal(old.ranking_table(), before[1])
    assert old.transform(FRAME).shape == (len(X), 2)


def test_first_fit_that_fails_leaves_an_unfitted_selector():
    selector = quick_selector()
    with pytest.raises(ValueError, match="got one class only"):
        selector.fit(X, np.ones(len(X), dtype=int))
    assert vars(selector) == selector.get_params()
    with pytest.raises(NotFittedError, match="not fitted yet"):
        selector.transform(X)


def test_refit_forgets_what_the_old_fit_knew():
    selector = quick_selector().fit(FRAME, np.where(Y, "yes", "no"))
    selector.fit(X, make_table("regression")[1])
    assert not hasattr(selector, "classes_")
    assert not hasattr(selector, "feature_names_in_")
