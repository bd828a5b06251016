"""Scores of sets of three to five columns against the formulas as loops."""

from __future__ import annotations

import numpy as np
import pytest
from draws import cells_score, draw, every, seeds, straight_score
from hypothesis import given, settings
from hypothesis import strategies as st

from stg_select.screening import _higher
from stg_select.screening._higher import scan_sets


@given(
    seed=seeds,
    order=st.sampled_from([3, 4, 5]),
    extra=st.integers(0, 2),
    n_outputs=st.integers(1, 2),
    continuous=st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_every_column_has_its_best_set(seed, order, extra, n_outputs, continuous):
    m = order + extra
    basis, residual, weight = draw(seed, 60, 3 * m, n_outputs)
    basis = basis[:, ::3] if continuous else basis[:, :m]
    scans = scan_sets(basis[:2], order, residual, weight)
    assert [s.kind for s in scans] == ["triple", "cells"][order > 3 :]
    for scan in scans:
        score_of = straight_score if scan.kind == "triple" else cells_score
        scores = every(order, m, score_of, basis, residual, weight)
        for d in range(m):
            columns = tuple(scan.columns[d].tolist())
            assert d in columns
            assert scan.score[d] == pytest.approx(scores[columns], rel=1e-5, abs=1e-5)
            best = max(s for c, s in scores.items() if d in c)
            # cells are compared by a cube root that is a little off the deviate
            assert scan.score[d] >= best - (0.1 if scan.kind == "cells" else 1e-6)


@pytest.mark.parametrize("order", [3, 4, 5])
@pytest.mark.parametrize("n_cells", [0, 2000])
def test_batches_of_sets_make_no_difference(order, n_cells, monkeypatch):
    basis, residual, weight = draw(1, 60, 9, 2)
    expected = scan_sets(basis[:2], order, residual, weight)
    monkeypatch.setattr(_higher, "BATCH_CELLS", n_cells)
    for ours, theirs in zip(
        scan_sets(basis[:2], order, residual, weight), expected, strict=True
    ):
        np.testing.assert_allclose(ours.score, theirs.score, rtol=1e-9)
        np.testing.assert_array_equal(ours.columns, theirs.columns)


@pytest.mark.parametrize("order", [3, 4, 5])
def test_fewer_columns_have_no_sets(order):
    basis, residual, weight = draw(0, 60, order - 1)
    assert scan_sets(basis[:2], order, residual, weight) == []


@given(seed=seeds, order=st.sampled_from([3, 4]))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_columns_does_not_matter(seed, order):
    basis, residual, weight = draw(seed, 60, 6)
    turn = np.random.default_rng(seed).permutation(6)
    turned = scan_sets(basis[:2, turn], order, residual, weight)
    for ours, theirs in zip(
        scan_sets(basis[:2], order, residual, weight), turned, strict=True
    ):
        np.testing.assert_allclose(theirs.score, ours.score[turn], rtol=1e-6)
