"""Terms that a screen has found, as the columns of a regression."""

import numpy as np

from stg_select.screening import Found
from stg_select.screening._term_values import term_values


def test_a_term_is_zero_for_an_output_of_which_it_says_nothing():
    """Nothing but rounding, which to variance 1 would be anything."""
    rng = np.random.default_rng(0)
    u = np.repeat([-0.5, 0.5], [65, 85])[:, None]
    outputs = rng.standard_normal((150, 2))
    for level in np.unique(u):
        rows = u[:, 0] == level
        outputs[rows, 1] -= outputs[rows, 1].mean()
    outputs[:, 0] += u[:, 0]
    term = Found("linear", (0,), 2.0, 1e-9)
    values, of_term = term_values([term], u, np.arange(150), outputs, np.ones(150))
    np.testing.assert_array_equal(of_term, [0, 0])
    np.testing.assert_allclose(values[0].std(), 1.0)
    np.testing.assert_array_equal(values[1], 0.0)


def test_values_vary_as_much_in_weighted_rows():
    rng = np.random.default_rng(1)
    u, weight = rng.uniform(-1, 1, (200, 1)), rng.uniform(0, 1, 200) ** 4
    term = Found("smooth", (0,), 2.0, 1e-9)
    residual = u + np.square(u) + 0.1 * rng.standard_normal((200, 1))
    values, _ = term_values([term], u, np.arange(200), residual, weight)
    mean = np.average(values[0], weights=weight)
    variance = np.average(np.square(values[0] - mean), weights=weight)
    np.testing.assert_allclose(variance, 1.0)
