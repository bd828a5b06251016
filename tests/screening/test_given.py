"""What columns that are taken as given leave of a residual."""

from __future__ import annotations

import numpy as np
from draws import ranks

from stg_select.screening._given import given_columns


def left_of(target, x, n=1000):
    return given_columns(ranks(x), np.ones(n)).left_of(target[:, None])[:, 0]


def test_smooth_functions_of_a_column_are_taken_out():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1000, 2))
    for signal in (x[:, 0], x[:, 0] ** 2, np.sin(x[:, 0])):
        assert left_of(signal, x[:, :1]).std() < 0.4 * signal.std()


def test_other_columns_keep_what_they_say():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(1000, 2))
    left = left_of(x[:, 1], x[:, :1])
    assert np.corrcoef(left, x[:, 1])[0, 1] > 0.99


def test_many_columns_of_few_rows_do_not_fit_all():
    """With forty rows to twenty columns straight functions alone are taken out."""
    rng = np.random.default_rng(2)
    left = left_of(rng.normal(size=40), rng.normal(size=(40, 20)), n=40)
    assert left.std() > 0.3
