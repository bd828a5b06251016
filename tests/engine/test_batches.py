"""Rows and noise of each step."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stg_select.engine._batches import NoiseStream, RowStream, init_seed, noise_seed

CPU = torch.device("cpu")
row_weights = st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=1, max_size=14)


def pad(weights):
    """Row weights of one table: as many for each row set, one at least positive."""
    n_rows = max(map(len, weights))
    return [np.array([*w, 1.0] + [0.0] * (n_rows - len(w))) for w in weights]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    weights=st.lists(row_weights, min_size=1, max_size=3).map(pad),
    batch_size=st.integers(1, 20),
    seed=st.integers(0, 2**31),
)
def test_mini_batches_take_every_row_equally_often(weights, batch_size, seed):
    stream = RowStream(weights, [seed + i for i in range(len(weights))], batch_size)
    n_steps = int(np.lcm.reduce([np.count_nonzero(w) for w in weights]))
    seen = np.zeros((len(weights), len(weights[0])))
    total = np.zeros_like(seen)
    for _ in range(n_steps):
        rows, batch_weights = (a[0] for a in stream.take(1))
        assert rows.shape == batch_weights.shape == (len(weights), stream.width)
        for i, weight in enumerate(weights):
            taken = rows[i][: stream.batch_rows[i]]
            assert (weight[rows[i]] > 0).all(), "padding too is of the own row set"
            assert (batch_weights[i][stream.batch_rows[i] :] == 0).all()
            np.add.at(seen[i], taken, 1)
            np.add.at(total[i], rows[i], batch_weights[i])
    for i, weight in enumerate(weights):
        size = np.count_nonzero(weight)
        share = n_steps * min(batch_size, size) / size
        np.testing.assert_allclose(seen[i], share * (weight > 0))
        # so that a weighted sum over a batch is an unbiased weighted mean
        np.testing.assert_allclose(total[i] / n_steps, weight / weight.sum())


@pytest.mark.parametrize("batch_size", [None, 4, 100])
def test_full_batches_hold_all_rows_in_order(batch_size):
    weights = np.array([0.0, 1.0, 3.0, 0.0, 2.0])
    stream = RowStream([weights], [0], batch_size)
    assert stream.full
    for _ in range(2):
        rows, batch_weights = (a[0] for a in stream.take(1))
        assert rows.tolist() == [[1, 2, 4]]
        np.testing.assert_allclose(batch_weights, [[1 / 6, 1 / 2, 1 / 3]])


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    weights=st.lists(row_weights, min_size=2, max_size=4).map(pad),
    batch_size=st.none() | st.integers(1, 20),
    data=st.data(),
)
def test_row_set_gives_the_same_batches_in_any_company(weights, batch_size, data):
    chosen = data.draw(st.integers(0, len(weights) - 1))
    leave_after = data.draw(st.integers(0, 5))
    together = RowStream(weights, range(len(weights)), batch_size)
    alone = RowStream([weights[chosen]], [chosen], batch_size)
    position, size = chosen, alone.batch_rows[0]
    for step in range(6):
        if step == leave_after:
            together.keep([chosen])
            position = 0
            assert together.batch_rows == [size]
        rows, batch_weights = (a[0] for a in together.take(1))
        expected_rows, expected_weights = (a[0] for a in alone.take(1))
        assert np.array_equal(rows[position, :size], expected_rows[0])
        assert np.array_equal(batch_weights[position, :size], expected_weights[0])


def test_rows_follow_their_seed():
    def first(seed):
        return RowStream([np.ones(50)], [seed], 10).take(1)[0]

    assert np.array_equal(first(1), first(1))
    assert not np.array_equal(first(1), first(2))


def test_noise_of_a_member_is_the_same_in_any_company():
    seeds, sizes = [5, 6, 7], [4, 2, 3]
    together = NoiseStream(seeds, sizes, CPU)
    alone = [NoiseStream([s], [n], CPU) for s, n in zip(seeds, sizes, strict=True)]
    left = [0, 1, 2]
    for step in range(70):
        if step == 20:
            left = [2, 1]
            together.keep(left)
        noise = together.per_member()
        assert noise.shape == (len(left), 4)
        for row, k in zip(noise, left, strict=True):
            assert torch.equal(row[: sizes[k]], alone[k].per_member()[0])
            assert (row[sizes[k] :] == 0).all()


def test_noise_of_rows_is_the_same_in_any_company():
    seeds, sizes, n_rows = [5, 6, 7], [4, 2, 3], [6, 2, 5]
    together = NoiseStream(seeds, sizes, CPU)
    alone = [NoiseStream([s], [n], CPU) for s, n in zip(seeds, sizes, strict=True)]
    left = [0, 1, 2]
    for step in range(4):
        if step == 2:
            left = [2, 1]
            together.keep(left)
        noise = together.per_row([n_rows[k] for k in left], 8)
        assert noise.shape == (len(left), 8, 4)
        for block, k in zip(noise, left, strict=True):
            own = block[: n_rows[k], : sizes[k]]
            expected = alone[k].per_row([n_rows[k]], n_rows[k])[0]
            assert torch.equal(own, expected)
            assert block.count_nonzero() == own.numel()


def test_noise_is_standard_normal_and_independent():
    streams = NoiseStream([1, 2], [50, 50], CPU)
    steps = torch.stack([streams.per_member() for _ in range(100)])
    rows = NoiseStream([1, 2], [50, 50], CPU).per_row([100, 100], 100)
    for noise in (steps[:, 0], steps[:, 1], rows[0], rows[1]):
        assert stats.kstest(noise.flatten().numpy(), "norm").pvalue > 0.01
    between_members = np.corrcoef(steps[:, 0].flatten(), steps[:, 1].flatten())
    between_steps = np.corrcoef(steps[:-1].flatten(), steps[1:].flatten())
    for correlation in (between_members, between_steps):
        assert abs(correlation[0, 1]) < 0.05


@settings(max_examples=50, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**63 - 1))
def test_seeds_of_state_and_noise_differ(seed):
    derived = init_seed(seed), noise_seed(seed)
    assert derived == (init_seed(seed), noise_seed(seed))
    assert len({seed, *derived}) == 3
    assert all(0 <= s < 2**63 for s in derived)
