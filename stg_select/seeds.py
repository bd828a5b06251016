"""Every random stream of a fit, by name, so that none equals another."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What is drawn. Numbers stay as they are: they decide the draws."""

    ROW_HASH = 0
    FOLDS = 1
    BATCH_ORDER = 2
    INITIAL_WEIGHTS = 3
    GATE_NOISE = 4
    SHUFFLES = 5


def stream_generator(stream: Stream, seed: int) -> np.random.Generator:
    """Open a stream of a seed.

    Parameters
    ----------
    stream : Stream
    seed : int
        Non-negative.

    Returns
    -------
    rng : numpy.random.Generator
        Independent of those of other streams and of other seeds.
    """
    return np.random.default_rng([seed, stream])


def stream_seed(stream: Stream, seed: int) -> int:
    """Derive the seed of a generator that is not numpy's.

    Parameters
    ----------
    stream : Stream
    seed : int
        Non-negative.

    Returns
    -------
    derived : int
        In [0, 2**63).
    """
    state = np.random.SeedSequence([seed, stream]).generate_state(1, np.uint64)
    return int(state[0] >> np.uint64(1))
