"""How many columns a search looks at."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stg_select.screening._budget import KEPT_COLUMNS, TRIPLE_COLUMNS, budget_of

counts = st.integers(1, 10**6), st.integers(1, 100)


def numbers(budget):
    """All numbers of a budget, those of triples apart."""
    *several, triples, weighed = astuple(budget)
    return [*several, *triples, weighed]


@pytest.mark.parametrize("n_rows", [1, 50, 1000])
def test_up_to_a_thousand_rows_of_one_output_nothing_is_held_back(n_rows):
    budget = budget_of(n_rows, 1, 512)
    assert (budget.kept, budget.products, budget.pairs) == (KEPT_COLUMNS, 4096, 512)
    assert (budget.wide_pairs, budget.later) == (12_000, 256)
    assert budget.triples == TRIPLE_COLUMNS


def test_of_more_rows_and_outputs_fewer_columns_are_looked_at():
    """By hand: half of the columns in pairs of 4000 rows, as of 1000 and 4 outputs."""
    budget = budget_of(4000, 1, 512)
    assert (budget.products, budget.pairs, budget.wide_pairs) == (2048, 256, 6000)
    assert budget.triples == (40, 20)
    assert (budget.kept, budget.later, budget.weighed) == (2097, 256, 200)
    budget = budget_of(1000, 4, 2048)
    assert (budget.products, budget.pairs, budget.wide_pairs) == (512, 1024, 7168)
    assert (budget.kept, budget.later, budget.weighed) == (1024, 128, 524)


@given(*counts, st.sampled_from([512, 2048]))
def test_more_work_is_never_asked_for_where_there_is_more_to_do(n_rows, n_outputs, p):
    budget = numbers(budget_of(n_rows, n_outputs, p))
    for more in (
        budget_of(2 * n_rows, n_outputs, p),
        budget_of(n_rows, n_outputs + 1, p),
    ):
        assert all(b <= a for a, b in zip(budget, numbers(more), strict=True))
    assert budget[0] >= 200
