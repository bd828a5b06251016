"""Times to an event: how they are recognised, found columns, and nothing in noise."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from samples import assert_same_fit, quick_selector

from stg_select import GaussianGateSelector
from stg_select.datasets import make_survival
from stg_select.selectors._survival import read_survival

X, Y, INFORMATIVE = make_survival(200, 8, signal=1.5, random_state=0)
EVENT, TIME = Y["event"], Y["time"]


@pytest.fixture(scope="module")
def expected():
    return quick_selector().fit(X, Y)


def test_objective_says_that_it_is_survival(expected):
    assert expected.objective_ == "cox"
    assert not hasattr(expected, "classes_")


@pytest.mark.parametrize("names", [("cens", "time"), ("a", "b"), ("Status", "Days")])
def test_structured_arrays_go_by_their_order(names, expected):
    y = Y.astype([(names[0], bool), (names[1], float)])
    assert_same_fit(quick_selector().fit(X, y), expected)


def test_record_arrays_are_structured_arrays(expected):
    records = pd.DataFrame({"seen": EVENT, "days": TIME}).to_records(index=False)
    assert_same_fit(quick_selector().fit(X, records), expected)
    assert_same_fit(quick_selector(objective="cox").fit(X, records), expected)
    assert isinstance(records, np.recarray)


def test_record_arrays_of_other_things_are_refused():
    records = pd.DataFrame({"days": TIME, "seen": EVENT}).to_records(index=False)
    with pytest.raises(ValueError, match="a truth value for the event and a number"):
        quick_selector().fit(X, records)


def test_record_arrays_without_fields_are_plain_ones():
    assert quick_selector().fit(X, np.rec.array(TIME)).objective_ == "squared_error"


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize(
    ("event", "time"),
    [("event", "time"), ("Status", "OS_days"), ("death", "time_to_event")],
)
@pytest.mark.parametrize("dtype", [bool, int, float])
def test_frames_go_by_their_names(frame, event, time, dtype, expected):
    columns = {event: EVENT.astype(dtype), time: TIME}
    y = read_survival(frame(columns), "auto")
    np.testing.assert_array_equal(y["event"], EVENT)
    np.testing.assert_array_equal(y["time"], TIME)
    other_way = {time: TIME, event: EVENT.astype(dtype)}
    for objective in ("auto", "cox"):
        given = read_survival(frame(other_way), objective)
        np.testing.assert_array_equal(given, y)


def test_frames_fit_as_structured_arrays(expected):
    frame = pd.DataFrame({"days": TIME, "status": EVENT.astype(int)})
    assert_same_fit(quick_selector().fit(X, frame), expected)


@pytest.mark.parametrize(
    "names", [("one", "two"), ("event", "other"), ("time", "year"), ("event", "death")]
)
def test_other_frames_are_left_as_they_are(names):
    frame = pd.DataFrame(dict(zip(names, (EVENT, TIME), strict=True)))
    assert read_survival(frame, "auto") is frame


def test_a_name_does_not_overrule_an_objective():
    frame = pd.DataFrame({"event": EVENT * 1.0, "time": TIME})
    assert read_survival(frame, "squared_error") is frame
    assert quick_selector(objective="squared_error").fit(X, frame).objective_ == (
        "squared_error"
    )


@pytest.mark.parametrize("order", [1, -1])
def test_two_columns_without_names_have_to_be_asked_for(order, expected):
    y = np.column_stack([EVENT, TIME])[:, ::order]
    assert_same_fit(quick_selector(objective="cox").fit(X, y), expected)
    assert quick_selector().fit(X, y).objective_ == "squared_error"


def test_ties_can_be_dealt_with_as_breslow_does():
    y = Y.copy()
    y["time"] = np.ceil(4 * TIME)
    efron = quick_selector(objective="cox").fit(X, y)
    breslow = quick_selector(objective="cox_breslow").fit(X, y)
    assert breslow.objective_ == "cox_breslow"
    assert np.abs(efron.mu_ - breslow.mu_).max() > 0.0
    np.testing.assert_array_equal(np.sort(breslow.ranking_[INFORMATIVE])[:3], [1, 2, 3])


@pytest.mark.parametrize("change", [np.log1p, np.square, lambda t: 1e6 * t])
def test_the_order_of_the_times_is_all_that_counts(change, expected):
    y = Y.copy()
    y["time"] = change(TIME)
    assert_same_fit(quick_selector().fit(X, y), expected)


@pytest.mark.parametrize("objective", ["cox", "cox_breslow"])
def test_whole_weights_are_repeated_rows(objective):
    y = Y.copy()
    y["time"] = np.ceil(10 * TIME)
    counts = np.random.default_rng(0).integers(0, 3, len(y))
    rows = np.repeat(np.arange(len(y)), counts)
    weighted = quick_selector(objective=objective).fit(X, y, counts)
    repeated = quick_selector(objective=objective).fit(X[rows], y[rows])
    np.testing.assert_array_equal(weighted.ranking_, repeated.ranking_)
    np.testing.assert_allclose(weighted.mu_, repeated.mu_, atol=1e-6)


def with_times(*values):
    y = Y.copy()
    y["time"][: len(values)] = values
    return y


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (
            with_times(np.nan),
            "'cox' expects finite times in y, got 1 missing",
        ),
        (
            with_times(-1.0),
            "'cox' expects times of at least 0 in y, got -1.0",
        ),
        (
            np.array([(False, t) for t in TIME], dtype=Y.dtype),
            "objective='cox' expects events in y, got censored rows only",
        ),
        (
            Y[["event"]].astype([("event", bool)]),
            "two fields where it is a structured array, a truth value for",
        ),
        (
            Y[["time", "event"]],
            "a truth value for the event and a number for the time, got dtype",
        ),
        (
            pd.DataFrame({"event": EVENT + 1, "time": TIME}),
            "The events of y must be truth values or 0 and 1, got 2",
        ),
        (
            pd.DataFrame({"event": EVENT, "time": ["soon"] * len(TIME)}),
            "The times of y must be numbers, got dtype",
        ),
        (
            pd.DataFrame({"censored": ~EVENT, "time": TIME}),
            "y must hold the events, got the censoring in column 'censored'; give a",
        ),
    ],
)
def test_unusable_survival(y, message):
    with pytest.raises(ValueError, match=message):
        quick_selector().fit(X, y)


@pytest.mark.parametrize(
    ("objective", "message"),
    [
        ("log_loss", "objective='log_loss' expects labels in y"),
        ("squared_error", "objective='squared_error' expects numbers in y"),
        ("huber", "objective='huber' expects numbers in y"),
        ("poisson", "objective='poisson' expects numbers in y"),
    ],
)
def test_other_objectives_refuse_events_and_times(objective, message):
    with pytest.raises(ValueError, match=message):
        quick_selector(objective=objective).fit(X, Y)


def test_planted_columns_are_found():
    X, y, informative = make_survival(600, 30, random_state=1)
    selector = GaussianGateSelector(random_state=0).fit(X, y)
    np.testing.assert_array_equal(np.sort(selector.ranking_[informative]), range(1, 6))
    assert selector.support_[informative].all()
    assert selector.support_.sum() <= 7


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_planted_columns_are_found_among_two_hundred(seed):
    X, y, informative = make_survival(random_state=seed)
    selector = GaussianGateSelector(random_state=0).fit(X, y)
    np.testing.assert_array_equal(np.sort(selector.ranking_[informative]), range(1, 6))
    assert selector.support_[informative].all()
    assert selector.support_.sum() <= 8


def count_selected(n_samples, n_features, seed):
    X, y, _ = make_survival(
        n_samples, n_features, censoring=0.5, signal=0.0, random_state=seed
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return GaussianGateSelector(random_state=0).fit(X, y).support_.sum()


def test_nothing_is_selected_without_signal():
    assert count_selected(200, 30, 0) == 0


@pytest.mark.slow
def test_hardly_anything_is_selected_without_signal():
    assert sum(count_selected(500, 100, seed) for seed in range(10)) <= 1
