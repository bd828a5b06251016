"""Targets planted on tables: hazards, words that decide, labels, several outputs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.stats import norm, rankdata

CENSORING = 0.3
N_WORDS = 6  # words any of which makes the class
WORD_SHARES = (0.03, 0.15)  # of the documents that such a word occurs in
FLIPPED = 0.1  # share of the labels that are wrong
N_TARGETS = 3
OF_EACH = 4  # columns of one label or output
SCALES = (1.0, 100.0, 10_000.0)
NOISE = 0.5

Planted = tuple[NDArray, NDArray[np.intp]]


def hazard(X: NDArray[np.float64], rng: np.random.Generator) -> Planted:
    """Draw survival times whose hazard five random columns multiply.

    On normal scores z of the columns the log hazard is .8 (z_a - z_b + z_c) + z_d z_e;
    30 % of the rows drop out before their event.
    """
    columns = rng.choice(X.shape[1], 5, replace=False)
    ranks = rankdata(X[:, columns], axis=0)
    a, b, c, d, e = norm.ppf((ranks - 0.5) / len(X)).T
    log_hazard = 0.8 * (a - b + c) + d * e
    time = rng.exponential(size=len(X)) * np.exp(-log_hazard)
    drop_out = rng.exponential(size=len(X))
    drop_out *= np.quantile(time / drop_out, 1.0 - CENSORING)
    return survival(time <= drop_out, np.minimum(time, drop_out)), np.sort(columns)


def survival(event: NDArray, time: NDArray[np.float64]) -> NDArray:
    """Put events and times into the structured array that every method takes."""
    y = np.empty(len(time), dtype=[("event", bool), ("time", np.float64)])
    y["event"], y["time"] = event, time
    return y


def any_word(counts: csr_matrix, rng: np.random.Generator) -> Planted:
    """Let six words of middling frequency decide by whether any of them occurs.

    A tenth of the labels is flipped.
    """
    share = np.asarray((counts > 0).mean(axis=0)).ravel()
    middling = np.flatnonzero((share >= WORD_SHARES[0]) & (share <= WORD_SHARES[1]))
    words = np.sort(rng.choice(middling, N_WORDS, replace=False))
    occurs = np.asarray(counts[:, words].sum(axis=1)).ravel() > 0
    return (occurs ^ (rng.random(len(occurs)) < FLIPPED)).astype(np.int64), words


def labels(X: NDArray[np.float64], rng: np.random.Generator) -> Planted:
    """Make an indicator matrix of three labels, each with four columns of its own."""
    signals, columns = _signals(X, rng)
    return (signals > 0).astype(np.int64), columns


def outputs(X: NDArray[np.float64], rng: np.random.Generator) -> Planted:
    """Make three numeric outputs, each a hundred times as large as the one before."""
    signals, columns = _signals(X, rng)
    return signals * SCALES, columns


def _signals(X: NDArray[np.float64], rng: np.random.Generator) -> Planted:
    """Add two columns by themselves and a product of two for each target."""
    columns = rng.choice(X.shape[1], (N_TARGETS, OF_EACH), replace=False)
    a, b, c, d = np.moveaxis(X[:, columns], 2, 0)
    noise = NOISE * rng.standard_normal((len(X), N_TARGETS))
    return (a + b + c * d) / np.sqrt(3.0) + noise, np.sort(columns, axis=None)
