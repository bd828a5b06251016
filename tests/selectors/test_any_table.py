"""Whatever table is given, it is fitted and sound, or refused in one sentence."""

from __future__ import annotations

import datetime
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import LEARNED, quick_selector
from scipy import sparse

N_ROWS = 24
CELLS = {
    "numbers": st.floats(-1e6, 1e6),
    "any floats": st.floats(allow_nan=True, allow_infinity=True),
    "integers": st.integers(-(2**62), 2**62),
    "few": st.integers(0, 2),
    "truth values": st.booleans(),
    "letters": st.sampled_from(["a", "b", "c", " a", ""]),
    "text": st.text(max_size=6),
    "amounts": st.sampled_from(["1,200", "$3", "7%", "n/a", "0.5"]),
    "dates": st.dates(),
    "times": st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2200, 1, 1)),
    "waits": st.timedeltas(),
    "dates as text": st.dates().map(str),
    "mixed": st.one_of(st.integers(), st.text(max_size=3), st.booleans()),
    "lists": st.lists(st.integers(), max_size=2),
}


@st.composite
def columns(draw) -> list:
    """The cells of a column, some of them missing."""
    kind = draw(st.sampled_from(sorted(CELLS)))
    cells = draw(st.lists(CELLS[kind], min_size=N_ROWS, max_size=N_ROWS))
    for place in draw(st.sets(st.integers(0, N_ROWS - 1), max_size=6)):
        cells[place] = None
    return cells


def checked(selector, X, n_columns):
    """Fit a table, and look at what came of it, if it was not refused."""
    y = np.arange(N_ROWS) % 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        refusal = None
        try:
            selector.fit(X, y)
        except (ValueError, TypeError) as error:
            refusal = str(error)
    if refusal is not None:
        assert "\n" not in refusal
        assert vars(selector) == selector.get_params()
        return
    for name in LEARNED:
        values = getattr(selector, name)
        assert values.shape == (n_columns,)
        assert np.isfinite(values).all()
    assert sorted(selector.ranking_) == list(range(1, n_columns + 1))
    assert selector.feature_kinds_.shape == (n_columns,)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        kept = selector.transform(X)
    assert kept.shape[1] == selector.get_support().sum()


@pytest.mark.parametrize("library", ["pandas", "polars"])
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(table=st.lists(columns(), min_size=1, max_size=5))
def test_any_frame(library, table):
    cells = {f"column {i}": values for i, values in enumerate(table)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about odd dates
        try:
            frame = (
                pd.DataFrame(cells)
                if library == "pandas"
                else pl.DataFrame(cells, strict=False)
            )
        except (OverflowError, pd.errors.OutOfBoundsDatetime, TypeError):
            return
        checked(quick_selector(max_iter=2), frame, len(table))


LAYOUTS = {
    "rows": np.ascontiguousarray,
    "columns": np.asfortranarray,
    "strided": lambda x: np.repeat(x, 2, axis=1)[:, ::2],
    "backwards": lambda x: np.ascontiguousarray(x[::-1, ::-1])[::-1, ::-1],
    "single": lambda x: x.astype(np.float32).astype(np.float64),
    "frame": pd.DataFrame,
    "csr": lambda x: sparse.csr_array(np.where(np.isnan(x), np.nan, x)),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layout_of_an_array_changes_nothing(layout):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((N_ROWS, 4)).astype(np.float32).astype(np.float64)
    X[2, 1] = np.nan
    y = (X[:, 0] > 0).astype(int)
    expected = quick_selector().fit(X, y)
    table = LAYOUTS[layout](X)
    if isinstance(table, np.ndarray):
        table.flags.writeable = False
    found = quick_selector().fit(table, y)
    for name in LEARNED:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
