"""Components as networks and as the screen see them, block by block."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stg_select.columns import Components, _blocks, encode, rank_uniform
from stg_select.weighted import standardized


@given(
    cells=st.integers(1, 400),
    embedded=st.booleans(),
    standardize=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_blocks_do_not_matter(cells, embedded, standardize, seed):
    rng = np.random.default_rng(seed)
    X = np.round(rng.standard_normal((30, 7)), 1)
    rows, weight = rng.permutation(30)[:20], rng.uniform(0.5, 2.0, 20)
    chosen = rng.permutation(7)[:6]

    def encoded():
        return encode(
            Components.of_array(X),
            rows,
            weight,
            chosen,
            embedded=embedded,
            standardize=standardize,
        )

    whole = encoded()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_blocks, "BLOCK_CELLS", cells)
        blocked = encoded()
    for one, other in zip(blocked, whole, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    part = X[rows][:, chosen]
    np.testing.assert_allclose(whole[1], rank_uniform(part, weight), atol=1e-6)
    if embedded:
        assert whole[0] is whole[1]
    elif standardize:
        np.testing.assert_allclose(whole[0], standardized(part, weight), atol=1e-6)
    else:
        np.testing.assert_array_equal(whole[0], part.astype(np.float32))


def test_differences_of_large_single_numbers_stay():
    x = (1e7 + np.arange(8) % 2).astype(np.float32)[:, None]
    inputs, _ = encode(
        Components.of_array(x),
        np.arange(8),
        np.ones(8),
        np.array([0]),
        embedded=False,
        standardize=True,
    )
    np.testing.assert_allclose(inputs[:, 0], 2.0 * (np.arange(8) % 2) - 1.0)


def test_values_beyond_single_precision_are_refused_as_they_are():
    x = np.array([[0.0], [1e39]])
    with pytest.raises(ValueError, match=r"X must fit into float32 .* 1e\+39"):
        encode(
            Components.of_array(x),
            np.arange(2),
            np.ones(2),
            np.array([0]),
            embedded=False,
            standardize=False,
        )
