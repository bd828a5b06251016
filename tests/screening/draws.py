"""Tables of ranks to screen, and scores of their terms by hand."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st
from scipy.stats import chi2, norm

from stg_select.columns import rank_uniform
from stg_select.screening._basis import DEGREE, orthonormal_basis
from stg_select.screening._score_tests import best_score_tests

seeds = st.integers(0, 2**32 - 1)


def ranks(x, weight=None):
    """Ranks of columns as the table keeps them."""
    weight = np.ones(len(x)) if weight is None else weight
    return rank_uniform(x, weight).astype(np.float32)


def mixed_columns(rng, n_rows, n_columns):
    """Continuous columns, columns of three values and binary ones in turns."""
    x = rng.standard_normal((n_rows, n_columns))
    x[:, 1::3] = np.digitize(x[:, 1::3], [-0.5, 0.8])
    x[:, 2::3] = x[:, 2::3] > 0.4
    return x


def draw(seed, n_rows, n_columns, n_outputs=1, degree=DEGREE):
    """A basis in double precision, a standardised residual and row weights."""
    rng = np.random.default_rng(seed)
    weight = rng.uniform(0.5, 2.0, n_rows)
    weight /= weight.mean()
    u = ranks(mixed_columns(rng, n_rows, n_columns), weight)
    basis = orthonormal_basis(u.T, weight, degree).astype(np.float64)
    residual = rng.standard_normal((n_rows, n_outputs))
    residual -= np.average(residual, axis=0, weights=weight)
    residual /= np.sqrt(np.average(residual**2, axis=0, weights=weight))
    return basis, residual, weight


def noise_of(values, output, weight):
    """Spread of the score of some values, never below 1."""
    squares = [(w * r * v) ** 2 for w, r, v in zip(weight, output, values, strict=True)]
    return max(1.0, sum(squares) / len(output)) ** 0.5


def score_of(values, output, weight):
    """Sum of a residual times some values, over the root of the rows."""
    terms = (w * r * v for w, r, v in zip(weight, output, values, strict=True))
    return sum(terms) / len(output) ** 0.5


def deviate_of(statistic, df):
    """Normal deviate that is as rare as a chi-squared statistic."""
    return norm.isf(chi2.sf(statistic, df) / 2.0) if df else 0.0


def functions_of(basis, column):
    """Functions of a column that do not vanish."""
    return [values for values in basis[:, column] if values.any()]


def straight_score(basis, columns, output, weight):
    """Score of the product of the straight terms of some columns."""
    values = basis[0, list(columns)].prod(axis=0)
    return abs(score_of(values, output, weight)) / noise_of(values, output, weight)


def cells_score(basis, columns, output, weight):
    """Deviate of all products of the first two functions of some columns."""
    statistic, df = 0.0, 0
    for functions in product(*(functions_of(basis[:2], column) for column in columns)):
        values = np.prod(functions, axis=0)
        spread = noise_of(values, output, weight)
        statistic += (score_of(values, output, weight) / spread) ** 2
        df += 1
    return deviate_of(statistic, df)


def interaction_score(basis, pair, output, weight):
    """Deviate of all products of the functions of two columns."""
    statistic, df = 0.0, 0
    for first, second in product(*(functions_of(basis, column) for column in pair)):
        spread = noise_of(first, output, weight) * noise_of(second, output, weight)
        statistic += (score_of(first * second, output, weight) / spread) ** 2
        df += 1
    return deviate_of(statistic, df)


def every(order, n_columns, score, basis, residual, weight):
    """Score of every set of columns for the output that it says most about."""
    return {
        chosen: max(score(basis, chosen, output, weight) for output in residual.T)
        for chosen in combinations(range(n_columns), order)
    }


def score_test(lower, functions, residual, weight):
    """Output and deviate of one term whose designs are (n, s) and (n, q)."""
    outputs, deviates = best_score_tests(
        lower.T[None], functions.T[None], residual, weight
    )
    return outputs[0], deviates[0]
