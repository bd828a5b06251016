"""Random streams: repeatable, and none equal to another."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from stg_select.crossfit._folds import rotated_folds
from stg_select.engine._batches import RowStream
from stg_select.seeds import Stream, stream_generator, stream_seed

EVERY = list(product(Stream, [0, 1, 2, 3, 2**31 - 1]))


@pytest.mark.parametrize("stream", Stream)
def test_the_same_stream_again_is_the_same(stream):
    first, second = (stream_generator(stream, 5).random(4) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert stream_seed(stream, 5) == stream_seed(stream, 5)


def test_streams_have_numbers_of_their_own():
    assert len({int(stream) for stream in Stream}) == len(Stream.__members__)


def test_no_stream_of_any_seed_is_another():
    draws = [tuple(stream_generator(*pair).random(2)) for pair in EVERY]
    assert len(set(draws)) == len(EVERY)
    derived = [stream_seed(*pair) for pair in EVERY]
    assert len(set(derived)) == len(EVERY)
    assert all(0 <= seed < 2**63 for seed in derived)


@pytest.mark.parametrize("seed", [0, 7])
def test_the_order_of_batches_is_not_that_of_the_folds(seed):
    n_rows = 200
    folds = rotated_folds(n_rows, 4, None, seed)
    rows, _ = RowStream([np.ones(n_rows)], [seed], 50).take(4)
    batch = np.empty(n_rows, dtype=int)
    batch[rows[:, 0].ravel()] = np.repeat(np.arange(4), 50)
    shared = np.array(
        [[np.sum((folds == f) & (batch == b)) for b in range(4)] for f in range(4)]
    )
    # by chance 12.5 rows, give or take three
    assert shared.max() < 25
