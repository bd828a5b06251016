"""Which rows and which noise each step takes: functions of (seed, step) alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stg_select.seeds import Stream, stream_generator, stream_seed

# steps that are planned at once
BLOCK_STEPS = 32


class RowStream:
    """Batches of row indices and weights, one stream for each of L row sets.

    A row set with at most `batch_size` rows of positive weight gives all of them at
    every step. A larger one gives consecutive stretches of an endless sequence of
    permutations drawn from its seed. Shorter batches are padded with a row of their
    own row set, at weight zero. Weights are scaled by their sum over all rows, not
    over the batch, so that a batch estimates the weighted mean without bias.

    Parameters
    ----------
    weights : sequence of L ndarray of shape (n,)
        Non-negative row weights.
    seeds : sequence of L int
        Seed of each order.
    batch_size : int or None
        Rows a batch; None for all rows.
    """

    def __init__(
        self,
        weights: Sequence[NDArray[np.floating]],
        seeds: Sequence[int],
        batch_size: int | None,
    ) -> None:
        # references and counts: copies would be as large as a wide column each
        self._weights = list(weights)
        self._sizes = [int(np.count_nonzero(w)) for w in weights]
        largest = max(self._sizes)
        self.width = largest if batch_size is None else min(batch_size, largest)
        self._totals = [w[w > 0].sum() for w in weights]
        self._generators = [
            stream_generator(Stream.BATCH_ORDER, seed) for seed in seeds
        ]
        self._queues: list[NDArray[np.integer]] = [np.arange(0) for _ in seeds]
        self.full = largest <= self.width

    @property
    def batch_rows(self) -> list[int]:
        """Rows of a batch of each row set, before padding."""
        return [min(size, self.width) for size in self._sizes]

    def take(self, n_steps: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the batches of the next steps.

        Parameters
        ----------
        n_steps : int
            Number of steps S.

        Returns
        -------
        rows : ndarray of int of shape (S, L, B)
        weights : ndarray of shape (S, L, B)
        """
        shape = (n_steps, len(self._sizes), self.width)
        rows, weights = np.empty(shape, dtype=np.int64), np.zeros(shape)
        for i, (weight, total) in enumerate(
            zip(self._weights, self._totals, strict=True)
        ):
            taken = self._next_rows(i, n_steps)
            rows[:, i] = taken[0, 0]
            rows[:, i, : taken.shape[1]] = taken
            share = weight[taken] / total
            share *= max(1.0, self._sizes[i] / self.width)
            weights[:, i, : taken.shape[1]] = share
        return rows, weights

    def keep(self, sets: Sequence[int]) -> None:
        """Drop all other row sets.

        Parameters
        ----------
        sets : sequence of int
            Indices of the row sets that stay.
        """
        for name in ("_weights", "_sizes", "_totals", "_generators", "_queues"):
            setattr(self, name, [getattr(self, name)[i] for i in sets])

    def _next_rows(self, i: int, n_steps: int) -> NDArray[np.integer]:
        """Rows of a row set, of shape (S, B)."""
        n_rows = self._sizes[i]
        if n_rows <= self.width:
            return np.broadcast_to(self._rows(i), (n_steps, n_rows))
        needed = n_steps * self.width
        parts = [self._queues[i]]
        while sum(map(len, parts)) < needed:
            parts.append(self._generators[i].permutation(self._rows(i)))
        queue = np.concatenate(parts)
        self._queues[i] = queue[needed:]
        return queue[:needed].reshape(n_steps, self.width)

    def _rows(self, i: int) -> NDArray[np.integer]:
        """All rows of a row set, in as few bytes as hold their numbers."""
        weight = self._weights[i]
        return np.flatnonzero(weight).astype(np.min_scalar_type(len(weight)))


class NoiseStream:
    """Standard normal draws of each member, from a generator of its own.

    Parameters
    ----------
    seeds : sequence of K int
        Seeds of the members.
    sizes : sequence of K int
        Number of gates of each member; noise beyond a member's own gates is zero.
    device : torch.device
        Where the noise is drawn.
    """

    def __init__(
        self, seeds: Sequence[int], sizes: Sequence[int], device: torch.device
    ) -> None:
        self._generators = [
            torch.Generator(device).manual_seed(noise_seed(seed)) for seed in seeds
        ]
        self._sizes = list(sizes)
        self._n_gates = max(sizes)
        self._device = device
        self._block: Tensor | None = None
        self._rows: dict[int, Tensor] = {}
        self._used = 0

    def per_member(self) -> Tensor:
        """Return one draw a gate.

        Returns
        -------
        noise : Tensor of shape (K, p)
        """
        if self._block is None or self._used == BLOCK_STEPS:
            self._block = torch.zeros(
                (len(self._sizes), BLOCK_STEPS, self._n_gates),
                dtype=torch.float32,
                device=self._device,
            )
            for block, size, generator in zip(
                self._block, self._sizes, self._generators, strict=True
            ):
                block[:, :size].copy_(self._drawn(BLOCK_STEPS, size, generator))
            self._used = 0
        self._used += 1
        return self._block[:, self._used - 1]

    def per_row(self, n_rows: Sequence[int], width: int) -> Tensor:
        """Return one draw a row and gate.

        Parameters
        ----------
        n_rows : sequence of K int
            Number of rows of each member's batch.
        width : int
            Rows B of a batch after padding.

        Returns
        -------
        noise : Tensor of shape (K, B, p)
            Memory of which the next call with the same width takes possession.
        """
        if width not in self._rows:
            shape = (len(self._sizes), width, self._n_gates)
            self._rows[width] = torch.empty(
                shape, dtype=torch.float32, device=self._device
            )
        noise = self._rows[width]
        if min(n_rows) < width or min(self._sizes) < self._n_gates:
            noise.zero_()
        for block, rows, size, generator in zip(
            noise, n_rows, self._sizes, self._generators, strict=True
        ):
            place = block[:rows, :size]
            if place.is_contiguous():
                place.normal_(generator=generator)
            else:  # in memory with gaps the draws would be others
                place.copy_(self._drawn(rows, size, generator))
        return noise

    def keep(self, members: Sequence[int]) -> None:
        """Drop all other members.

        Parameters
        ----------
        members : sequence of int
            Indices of the members that stay.
        """
        self._generators = [self._generators[k] for k in members]
        self._sizes = [self._sizes[k] for k in members]
        self._rows.clear()
        if self._block is not None:
            self._block = self._block[list(members)]

    def _drawn(self, n_rows: int, n_gates: int, generator: torch.Generator) -> Tensor:
        """Draw numbers in a tensor of their own, whatever torch's default precision."""
        return torch.randn(
            (n_rows, n_gates),
            generator=generator,
            dtype=torch.float32,
            device=self._device,
        )


def init_seed(seed: int) -> int:
    """Seed of the generator of a member's initial state."""
    return stream_seed(Stream.INITIAL_WEIGHTS, seed)


def noise_seed(seed: int) -> int:
    """Seed of the generator of a member's gate noise."""
    return stream_seed(Stream.GATE_NOISE, seed)
