"""The table on the device, and the rows of it that each step takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stg_select.engine._batches import RowStream
from stg_select.engine._config import TrainingConfig
from stg_select.engine._plan import RowSet
from stg_select.objectives import Objective


@dataclass(frozen=True, eq=False)
class Data:
    """The table on the device, shared by all batches of members.

    Parameters
    ----------
    x : Tensor of shape (n, D)
    target : Tensor of shape (n,) or (n, O)
    components : list of p ndarray of int
        The components of each gate.
    objective : Objective
    deviance_target : ndarray of shape (n,) or (n, O)
        The target as it came, for the null deviances.
    """

    x: Tensor
    target: Tensor
    components: list[NDArray[np.integer]]
    objective: Objective
    deviance_target: NDArray

    @classmethod
    def from_numpy(
        cls,
        x: NDArray[np.floating],
        component_gate: NDArray[np.integer],
        target: NDArray,
        objective: Objective,
        config: TrainingConfig,
    ) -> Data:
        """Bring the table to the device of the configuration."""
        dtype = config.dtype if target.dtype.kind == "f" else None
        # torch warns of arrays that cannot be written, such as memory maps
        x, writable = (np.require(a, requirements=["C", "W"]) for a in (x, target))
        return cls(
            torch.from_numpy(x).to(config.device, config.dtype),
            torch.from_numpy(writable).to(config.device, dtype),
            np.split(
                np.arange(len(component_gate)),
                np.flatnonzero(np.diff(component_gate)) + 1,
            ),
            objective,
            target,
        )

    @property
    def n_gates(self) -> int:
        """Number of gates p."""
        return len(self.components)

    def null_deviance(self, row_set: RowSet) -> float:
        """Weighted mean loss of the null model on all rows of a row set."""
        weight = row_set.network_weights
        if row_set.gate_weights is not None:
            weight = weight + row_set.gate_weights
        target = self.deviance_target
        if row_set.target_rows is not None:
            target = target[row_set.target_rows]
        return self.objective.null_deviance(target, weight)

    def layout(
        self, gates: Sequence[NDArray[np.integer]]
    ) -> tuple[Tensor | None, Tensor | int, list[int]]:
        """Place the components of L working sets side by side.

        Parameters
        ----------
        gates : sequence of L ndarray of int
            The gates of each working set.

        Returns
        -------
        columns : Tensor of int of shape (L, D) or None
            Component of the table at each place, padded with 0; None if one working
            set takes all components in order.
        spread : Tensor of shape (L, p, D) or int
            Membership of places in gates as `GatedNetworks` takes it; the places
            that pad a working set belong to no gate.
        n_components : list of L int
            Components of each working set.
        """
        chosen = [[self.components[g] for g in working_set] for working_set in gates]
        counts = [[len(c) for c in components] for components in chosen]
        n_components = [sum(count) for count in counts]
        width = max(n_components)
        columns = np.zeros((len(gates), width), dtype=np.int64)
        for row, components in zip(columns, chosen, strict=True):
            flat = np.concatenate(components)
            row[: len(flat)] = flat
        device = self.x.device
        placed: Tensor | None = torch.from_numpy(columns).to(device)
        if len(gates) == 1 and np.array_equal(columns[0], np.arange(self.x.shape[1])):
            placed = None
        distinct = {count for member in counts for count in member}
        if len(distinct) == 1:
            return placed, distinct.pop(), n_components
        spread = np.zeros((len(gates), max(map(len, counts)), width))
        for matrix, count in zip(spread, counts, strict=True):
            matrix[np.repeat(np.arange(len(count)), count), np.arange(sum(count))] = 1.0
        return placed, torch.from_numpy(spread).to(device, self.x.dtype), n_components


@dataclass(frozen=True, eq=False)
class Batch:
    """Rows of one step: x (L, B, D), target (L, B, ...), weight (L, B)."""

    x: Tensor
    target: Tensor
    weight: Tensor

    def keep(self, sets: list[int]) -> Batch:
        """Take the batch of some of the L row sets."""
        return Batch(self.x[sets], self.target[sets], self.weight[sets])


class Source:
    """Batches of the table for one role (network, gates or score) of a run."""

    def __init__(
        self,
        data: Data,
        weights: Sequence[NDArray[np.floating]],
        row_sets: Sequence[RowSet],
        columns: Tensor | None,
        batch_size: int | None,
    ) -> None:
        self._data = data
        self._targets = [row_set.target_rows for row_set in row_sets]
        self._columns = columns
        seeds = [row_set.order_seed for row_set in row_sets]
        self.stream = RowStream(weights, seeds, batch_size)
        self._cached = self._fetch() if self.stream.full else None

    def next(self) -> Batch:
        """Rows of the next step."""
        return self._fetch() if self._cached is None else self._cached

    def rows(self, index: Tensor) -> Tensor:
        """Input at given rows.

        Parameters
        ----------
        index : Tensor of int of shape (L, B)

        Returns
        -------
        x : Tensor of shape (L, B, D)
        """
        if self._columns is None:
            return self._data.x[index]
        return self._data.x[index.unsqueeze(-1), self._columns.unsqueeze(1)]

    def keep(self, sets: list[int]) -> None:
        """Drop all other row sets."""
        self.stream.keep(sets)
        self._targets = [self._targets[k] for k in sets]
        if self._columns is not None:
            self._columns = self._columns[sets]
        if self._cached is not None:
            self._cached = self._cached.keep(sets)

    def _fetch(self) -> Batch:
        rows, weight = self.stream.take()
        target_rows = [
            row if permutation is None else permutation[row]
            for row, permutation in zip(rows, self._targets, strict=True)
        ]
        x, target = self._data.x, self._data.target
        index = torch.from_numpy(rows).to(x.device)
        target_index = torch.from_numpy(np.stack(target_rows)).to(x.device)
        return Batch(
            self.rows(index),
            target[target_index],
            torch.from_numpy(weight).to(x.device, x.dtype),
        )
