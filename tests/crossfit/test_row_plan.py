"""Which rows belong together, and how they are dealt."""

from __future__ import annotations

import numpy as np
import pytest
from encoded import table_of

from stg_select.crossfit import GATE_ROW, NETWORK_ROW, RowPlan
from stg_select.crossfit._members import deal_rows, distinct_splits
from stg_select.crossfit._row_plan import numbered

TIME = np.array([[1, 1, 2, 2, 0, 0], [1, 1, 1, 1, 2, 2]], dtype=np.int8)


def test_rows_without_a_role_lose_their_weight():
    roles = np.array([[1, 0, 2], [2, 0, 1]], dtype=np.int8)
    np.testing.assert_array_equal(RowPlan(2, roles=roles).used(np.ones(3)), [1, 0, 1])
    np.testing.assert_array_equal(RowPlan(2).used(np.ones(3)), np.ones(3))


def test_a_split_needs_rows_on_both_sides():
    weight = np.array([1.0, 1.0, 0.0, 0.0, 1.0, 1.0])
    with pytest.raises(ValueError, match=r"on both sides, got split 0 with no test ro"):
        RowPlan(2, roles=TIME).used(weight)


@pytest.mark.parametrize(
    ("plan", "kinds"),
    [
        (RowPlan(2), None),
        (RowPlan(2, np.array([0, 1, 0])), [0, 1, 0]),
        (RowPlan(2, roles=TIME), [0, 0, 2, 2, 1, 1]),
        (RowPlan(2, np.array([1, 1, 0, 0, 0, 0]), TIME), [3, 3, 2, 2, 1, 1]),
        (RowPlan(2, roles=TIME, in_time=True), range(6)),
    ],
)
def test_equal_rows_are_merged_where_they_are_dealt_alike(plan, kinds):
    if kinds is None:
        assert plan.kinds() is None
        return
    same = np.equal.outer(plan.kinds(), plan.kinds())
    np.testing.assert_array_equal(same, np.equal.outer(list(kinds), list(kinds)))


def test_groups_are_numbered_as_they_come():
    np.testing.assert_array_equal(numbered(np.array([7, 3, 7, 0])), [0, 1, 0, 2])
    plan = RowPlan(2, np.array([2, 2, 5, 0, 1, 1]), TIME).of_rows(np.array([5, 2, 4]))
    np.testing.assert_array_equal(plan.group, [0, 1, 0])
    np.testing.assert_array_equal(plan.roles, TIME[:, [5, 2, 4]])


def grouped_table(**plan):
    rng = np.random.default_rng(0)
    X = np.repeat(rng.integers(0, 3, (30, 4)), 4, axis=0).astype(float)
    X[::3] = rng.standard_normal((40, 4))
    return table_of(X, X[:, 0] + rng.standard_normal(120).round(), plan=RowPlan(**plan))


@pytest.mark.parametrize("n_repeats", [1, 3])
def test_a_group_stays_on_one_side_of_every_split(n_repeats):
    group = np.arange(120) // 10
    table = grouped_table(n_folds=3, group=group)
    splits = deal_rows(table, n_repeats, 3, seed=0)
    assert distinct_splits(table, splits) == splits
    assert len(splits) == 3 * n_repeats
    for split in splits:
        network = set(table.rows.group[split.network_weights > 0])
        assert network.isdisjoint(table.rows.group[split.gate_row_weights > 0])
        np.testing.assert_allclose(
            split.network_weights + split.gate_row_weights, table.counts
        )


def test_equal_rows_of_several_groups_are_not_merged():
    X, y = np.tile([[0.0], [1.0]], (6, 1)), np.tile([0, 1], 6)
    one = table_of(X, y, plan=RowPlan(None))
    three = table_of(X, y, plan=RowPlan(None, np.arange(12) // 4))
    assert (len(one.weight), len(three.weight)) == (2, 6)


def test_roles_are_those_of_the_callers_rows():
    rng = np.random.default_rng(1)
    X, roles = rng.standard_normal((30, 3)), np.zeros((2, 30), dtype=np.int8)
    roles[0, :10], roles[0, 10:20] = NETWORK_ROW, GATE_ROW
    roles[1, :20], roles[1, 20:29] = NETWORK_ROW, GATE_ROW
    y = np.arange(30.0)  # says which row is which
    table = table_of(X, y, plan=RowPlan(2, roles=roles))
    assert len(table.weight) == 29  # the last row has no role
    where = np.argsort(np.argsort(table.target[:, 0]))
    splits = deal_rows(table, 2, 2, seed=0)
    assert [split.seed for split in splits] == [0, 1, 2, 3]
    for split, of_split in zip(splits, [*roles, *roles], strict=True):
        for weights, role in (
            (split.network_weights, NETWORK_ROW),
            (split.gate_row_weights, GATE_ROW),
        ):
            expected = table.counts * (of_split[:29] == role)[where]
            np.testing.assert_array_equal(weights, expected)
    assert distinct_splits(table, splits) == splits[:2]


def test_folds_need_as_many_groups():
    with pytest.raises(ValueError, match=r"cross_fit=4 expects .* groups, got 3 in"):
        grouped_table(n_folds=4, group=np.arange(120) // 40)
