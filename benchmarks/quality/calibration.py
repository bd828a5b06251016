"""How often noise beats the screen's level of chance, for every kind of column.

``python -m benchmarks.quality.calibration`` prints a table. Of each kind of target and
of column some tables are drawn in which neither has to do with the other: the share of
them whose best score reaches 1, how many columns do in a table, and the share of them
with a term so plain that its columns are selected whatever held-out rows say.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stg_select import rules
from stg_select.columns import rank_uniform
from stg_select.screening import gate_scores

FloatArray = NDArray[np.floating]

SIZES = ((60, 200), (400, 8), (400, 100), (1000, 400))
PAIR_COLUMNS = 512
# of eight classes
SHARES = (0.5, 0.25, 0.1, 0.05, 0.04, 0.03, 0.02, 0.01)
TARGETS = (
    "two classes",
    "3 % positives",
    "eight classes",
    "normal response",
    "skewed response",
)
COLUMNS = ("normal", "heavy tails", "rare", "counts", "genotypes")


def draw_columns(
    kind: str, n_rows: int, n_columns: int, rng: np.random.Generator
) -> FloatArray:
    """Draw columns: binary ones of 3 to n/2 ones where they are rare."""
    shape = n_rows, n_columns
    if kind == "normal":
        return rng.standard_normal(shape)
    if kind == "heavy tails":
        return rng.standard_t(1.5, shape)
    if kind == "counts":
        rate = np.exp(rng.uniform(np.log(0.005), np.log(2.0), n_columns))
        return rng.poisson(rate * rng.gamma(1.0, 1.0, shape)).astype(float)
    if kind == "genotypes":
        return rng.binomial(2, rng.uniform(0.05, 0.5, n_columns), shape).astype(float)
    n_ones = np.exp(rng.uniform(np.log(3.0), np.log(n_rows / 2), n_columns))
    ranks = rng.random(shape).argsort(axis=0).argsort(axis=0)
    return (ranks < n_ones.astype(int)).astype(float)


def draw_residual(kind: str, n_rows: int, rng: np.random.Generator) -> FloatArray:
    """Draw a target and take off its mean; classes as indicators."""
    if kind == "normal response":
        target = rng.standard_normal((n_rows, 1))
    elif kind == "skewed response":
        target = np.exp(1.5 * rng.standard_normal((n_rows, 1)))
    elif kind == "eight classes":
        target = np.eye(8)[rng.choice(8, n_rows, p=SHARES)]
    else:
        n_ones = n_rows // 2 if kind == "two classes" else max(2, 3 * n_rows // 100)
        target = rng.permutation(np.arange(n_rows) < n_ones)[:, None].astype(float)
    return target - target.mean(axis=0)


def screened_noise(
    target: str, columns: str, size: tuple[int, int], n_draws: int, seed: int
) -> tuple[FloatArray, FloatArray]:
    """Screen some tables of noise.

    Parameters
    ----------
    target, columns : str
        Of `TARGETS` and `COLUMNS`.
    size : tuple of two int
        Rows and columns.
    n_draws : int
    seed : int

    Returns
    -------
    scores : ndarray of shape (n_draws, m)
        Of the columns.
    by_chance : ndarray of shape (n_draws,)
        About how many terms as good as the best one chance makes; infinite where no
        term was found.
    """
    scores, by_chance = np.empty((n_draws, size[1])), np.empty(n_draws)
    for draw in range(n_draws):
        rng = np.random.default_rng([seed, draw, *size])
        x, weight = draw_columns(columns, *size, rng), np.ones(size[0])
        residual = draw_residual(target, size[0], rng)
        u, gate = rank_uniform(x, weight), np.arange(size[1])
        found = gate_scores(u, gate, residual, weight, PAIR_COLUMNS)
        scores[draw] = found.marginal
        by_chance[draw] = min((t.by_chance for t in found.terms), default=np.inf)
    return scores, by_chance


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality.calibration")
    parser.add_argument("--draws", type=int, default=20, help="tables of every kind")
    parser.add_argument("--seed", type=int, default=9000)
    options = parser.parse_args(arguments)
    titles = ("tables above 1", "columns above 1", "tables with a plain term")
    print(f"| target | columns | rows x columns | {' | '.join(titles)} |")
    print("|---|---|---|---|---|---|")
    every = []
    for target in TARGETS:
        for columns in COLUMNS:
            for size in SIZES:
                scores, by_chance = screened_noise(
                    target, columns, size, options.draws, options.seed
                )
                tables = np.mean(scores.max(axis=1) >= 1.0)
                above = np.count_nonzero(scores >= 1.0) / options.draws
                is_plain = by_chance < rules.PLAIN_BY_CHANCE
                every.append(is_plain.mean())
                shape = f"{size[0]} x {size[1]}"
                shares = f"{tables:.2f} | {above:.2f} | {is_plain.mean():.2f}"
                print(f"| {target} | {columns} | {shape} | {shares} |", flush=True)
    n_tables = len(every) * options.draws
    print(f"\nOf {n_tables} tables a share of {np.mean(every):.4f} has a plain term.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
