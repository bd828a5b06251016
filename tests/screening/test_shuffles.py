"""The best column against that of shuffled rows: as exact as it says."""

from __future__ import annotations

import numpy as np
import pytest
from draws import ranks
from scipy import sparse

from stg_select.columns import SparseRanks
from stg_select.screening import _shuffles, plain_columns

N_DRAWS = 400


def alike(rng):
    """Columns that say nearly the same, and residuals of three classes."""
    x = rng.standard_normal((40, 1)) + 0.1 * rng.standard_normal((40, 50))
    y = np.eye(3)[rng.integers(0, 3, 40)]
    return x, y, np.ones(40)


def rare(rng):
    """Columns of few rows that are not zero, and few events."""
    x = rng.random((60, 80)) < 0.06
    y = (rng.permutation(60) < 3).astype(float)[:, None]
    return x.astype(float), y, np.ones(60)


def weighted(rng):
    """Weights that few rows dominate, and heavy tails."""
    weight = np.exp(1.5 * rng.standard_normal(30))
    return rng.standard_normal((30, 20)), rng.standard_t(1.5, (30, 1)), weight


def balanced(rng):
    """A rare class whose rows weigh as much as all others."""
    y = (np.arange(60) < 6).astype(float)[:, None]
    return rng.standard_normal((60, 20)), y, np.where(y[:, 0] == 1.0, 9.0, 1.0)


def plain(x, y, weight, seed=0):
    residual = y - np.average(y, axis=0, weights=weight)
    u = ranks(x, weight) if isinstance(x, np.ndarray) else x
    found = plain_columns(u, residual, weight, np.random.default_rng(seed))
    return np.flatnonzero(found).tolist()


@pytest.mark.parametrize("draw", [alike, rare, weighted, balanced])
@pytest.mark.parametrize(
    ("level", "least", "most"), [(None, 0.0, 0.02), (0.2, 0.1, 0.25)]
)
def test_as_many_pass_without_a_signal_as_should(draw, level, least, most, monkeypatch):
    """Fewer where many shuffles come to the same."""
    if level is not None:
        monkeypatch.setattr(_shuffles, "SHUFFLE_LEVEL", level)
    rngs = [np.random.default_rng(seed) for seed in range(N_DRAWS)]
    share = np.mean([len(plain(*draw(rng))) > 0 for rng in rngs])
    assert least <= share <= most


def test_a_plain_column_passes_among_thousands():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((34, 5000))
    y = (x[:, [77]] > np.median(x[:, 77])).astype(float)
    assert plain(x, y, np.ones(34)) == [77]
    assert plain(np.delete(x, 77, axis=1), y, np.ones(34)) == []


def test_rows_of_which_too_few_orders_exist_never_pass():
    x = np.arange(4.0)[:, None]
    assert plain(x, x, np.ones(4)) == []
    assert plain(np.arange(8.0)[:, None], np.arange(8.0)[:, None], np.ones(8)) == [0]


def test_one_of_several_outputs_is_enough():
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((40, 30)), rng.standard_normal((40, 3))
    assert plain(x, y, np.ones(40)) == []
    y[:, 2] = 1e3 * x[:, 4] + y[:, 0]
    y[:, 1] = -x[:, 20]
    assert plain(x, y, np.ones(40)) == [4, 20]
    assert plain(x, y[:, :1], np.ones(40)) == []


def test_sparse_columns_blocks_and_columns_that_do_not_vary(monkeypatch):
    rng = np.random.default_rng(2)
    x = rng.poisson(0.4, (50, 40)).astype(float)
    y = x[:, [7]] + 0.3 * rng.standard_normal((50, 1))
    x[:, 3] = 0.0
    thin = SparseRanks.of_table(sparse.csc_array(x), np.ones(50))
    for table, target, expected in ((x, y, [7]), (x, y[::-1], [])):
        for cells in (2**21, 1):
            monkeypatch.setattr("stg_select.columns._blocks.BLOCK_CELLS", cells)
            assert plain(table, target, np.ones(50)) == expected
            assert plain(thin, target, np.ones(50)) == expected
