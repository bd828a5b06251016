"""What is drawn of a column and the target."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np

from stg_select.inspection._columns_picture import draw_response


def line_of(x, y):
    figure, ax = plt.subplots()
    draw_response(ax, np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    line = ax.lines[-1].get_data()
    plt.close(figure)
    return [values.tolist() for values in line]


def test_medians_of_each_value_of_a_column_of_few():
    rare = [0] * 30 + [1] * 3
    assert line_of(rare, [*range(30), 50, 60, 70]) == [[0, 1], [14.5, 60]]
    assert line_of([2] * 5, range(5)) == [[2], [2]]


def test_medians_of_ten_parts_of_a_column_of_many_values():
    x, medians = line_of(np.arange(40)[::-1], np.arange(40))
    assert x == np.arange(1.5, 40, 4).tolist()
    assert medians == x[::-1]
