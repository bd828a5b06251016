"""Curves of held-out losses, and what becomes of two of them."""

from __future__ import annotations

import numpy as np
import pytest

from stg_select.crossfit._size_curve import SizeCurve

INF = np.inf


def curve_of(sizes, losses, networks, regressions, trees, penalty):
    arrays = map(np.array, (sizes, losses, networks, regressions, trees, penalty))
    return SizeCurve(*arrays)


ONE = curve_of(
    [1, 4], [[0.8, 0.4], [0.6, 0.6]], [0.7, 0.6], [0.9, 0.5], [INF, INF], [3.0, 30.0]
)


def test_other_sizes_come_in_between():
    two = curve_of([2], [[0.3], [0.5]], [INF], [INF], [0.4], [0.0])
    for curve in (ONE.joined(two), two.joined(ONE)):
        assert curve.sizes.tolist() == [1, 2, 4]
        assert curve.losses.tolist() == [[0.8, 0.3, 0.4], [0.6, 0.5, 0.6]]
        assert curve.network_loss.tolist() == [0.7, INF, 0.6]
        assert curve.regression_loss.tolist() == [0.9, INF, 0.5]
        assert curve.tree_loss.tolist() == [INF, 0.4, INF]
        assert curve.penalty[[0, 2]].tolist() == [3.0, 30.0]
        assert curve.best == 2


@pytest.mark.parametrize(
    ("tree", "losses"),
    [
        (0.3, [[0.8, 0.2], [0.6, 0.4]]),
        (0.55, [[0.8, 0.4], [0.6, 0.6]]),  # the others are better
    ],
)
def test_of_sizes_in_both_the_better_models_count(tree, losses):
    two = curve_of([4], [[tree - 0.1], [tree + 0.1]], [INF], [INF], [tree], [0.0])
    for curve in (ONE.joined(two), two.joined(ONE)):
        assert curve.sizes.tolist() == [1, 4]
        np.testing.assert_allclose(curve.losses, losses)
        np.testing.assert_allclose(curve.loss, np.mean(losses, axis=0))
        # what the others lose, and under what penalty, is not forgotten
        assert curve.network_loss.tolist() == [0.7, 0.6]
        assert curve.regression_loss.tolist() == [0.9, 0.5]
        assert curve.tree_loss.tolist() == [INF, tree]
        assert curve.penalty.tolist() == [3.0, 30.0]
