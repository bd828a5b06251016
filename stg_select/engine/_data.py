"""The table on the device, and the rows of it that each step takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stg_select.engine._batches import BLOCK_STEPS, RowStream
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
            Component of the table at each place, padded with 0; None if every
            working set takes all components in order.
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
        every = np.arange(self.x.shape[1])
        if width == len(every) and (columns == every).all():
            placed = None
        distinct = {count for member in counts for count in member}
        if len(distinct) == 1:
            return placed, distinct.pop(), n_components
        spread = np.zeros((len(gates), max(map(len, counts)), width))
        for matrix, count in zip(spread, counts, strict=True):
            matrix[np.repeat(np.arange(len(count)), count), np.arange(sum(count))] = 1.0
        return placed, torch.from_numpy(spread).to(device, self.x.dtype), n_components


class Inputs:
    """The columns of L working sets of the table.

    Parameters
    ----------
    x : Tensor of shape (n, n_components)
        The table.
    columns : Tensor of int of shape (L, D) or None
        Columns of each working set, None if each has all of them in order.
    max_bytes : int
        Working sets of up to so many bytes get tables of their own, from which whole
        rows are taken; larger ones are picked out of `x` element by element.
    """

    def __init__(self, x: Tensor, columns: Tensor | None, max_bytes: int) -> None:
        self._x = x
        self._columns = columns
        self._tables: Tensor | None = None
        if columns is not None:
            n_bytes = len(x) * columns.numel() * x.element_size()
            if n_bytes <= max_bytes:
                self._tables = torch.stack([x[:, c] for c in columns])

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
            return _rows(self._x, index)
        if self._tables is not None:
            n_rows = len(self._x)
            first = torch.arange(len(index), device=index.device) * n_rows
            return _rows(self._tables.flatten(0, 1), index + first.unsqueeze(-1))
        return self._x[index.unsqueeze(-1), self._columns.unsqueeze(1)]

    def keep(self, sets: list[int]) -> None:
        """Drop all other working sets."""
        if self._columns is not None:
            self._columns = self._columns[sets]
        if self._tables is not None:
            self._tables = self._tables[sets]


def _rows(table: Tensor, index: Tensor) -> Tensor:
    """Rows of a table (m, D) at an index (L, B), as (L, B, D)."""
    return table.index_select(0, index.flatten()).view(*index.shape, -1)


class Batch(NamedTuple):
    """Rows of one step: x (L, B, D), target (L, B, ...), weight (L, B)."""

    x: Tensor
    target: Tensor
    weight: Tensor


class Source:
    """Batches of the table for one role (network, gates or score) of a run.

    Parameters
    ----------
    data : Data
    inputs : Inputs
        The columns of the L row sets.
    weights : sequence of L ndarray of shape (n,)
        Row weights in this role.
    row_sets : sequence of L RowSet
    batch_size : int or None
        Rows a batch, None for all.
    by_component : bool
        Whether components are read as a whole: they are then laid out together in
        memory, unless that is a copy of many batches at every step.
    fixed : bool, default=False
        Whether the first batch is also every later one.

    Attributes
    ----------
    fixed : bool
        Whether all batches are the same.
    """

    def __init__(
        self,
        data: Data,
        inputs: Inputs,
        weights: Sequence[NDArray[np.floating]],
        row_sets: Sequence[RowSet],
        batch_size: int | None,
        *,
        by_component: bool,
        fixed: bool = False,
    ) -> None:
        self._data = data
        self._inputs = inputs
        self._targets = [row_set.target_rows for row_set in row_sets]
        self._unit = np.array([[data.null_deviance(s)] for s in row_sets])
        seeds = [row_set.order_seed for row_set in row_sets]
        self.stream = RowStream(weights, seeds, batch_size)
        self.fixed = fixed or self.stream.full
        self._by_component = by_component and (self.fixed or len(row_sets) == 1)
        self._index, self._target, self._weight = self._plan()
        self._step = 0
        self._batch = self._fetch() if self.fixed else None

    def next(self) -> Batch:
        """Rows of the next step, weighted to give losses in shares of null deviance."""
        if self._batch is not None:
            return self._batch
        if self._step == len(self._index):
            self._index, self._target, self._weight = self._plan()
            self._step = 0
        return self._fetch()

    def keep(self, sets: list[int]) -> None:
        """Drop all other row sets."""
        self.stream.keep(sets)
        self._targets = [self._targets[k] for k in sets]
        self._unit = self._unit[sets]
        self._index = self._index[:, sets]
        self._target = self._target[:, sets]
        self._weight = self._weight[:, sets]
        if self._batch is not None:
            x, target, weight = self._batch
            self._batch = Batch(x.mT[sets].mT, target[sets], weight[sets])

    def _plan(self) -> tuple[Tensor, Tensor, Tensor]:
        """Rows of the next S steps, (S, L, B), with their targets and weights."""
        rows, weight = self.stream.take(1 if self.fixed else BLOCK_STEPS)
        target_rows = [
            rows[:, i] if permutation is None else permutation[rows[:, i]]
            for i, permutation in enumerate(self._targets)
        ]
        x, target = self._data.x, self._data.target
        target_index = torch.from_numpy(np.stack(target_rows, axis=1)).to(x.device)
        return (
            torch.from_numpy(rows).to(x.device),
            target[target_index],
            torch.from_numpy(weight / self._unit).to(x.device, x.dtype),
        )

    def _fetch(self) -> Batch:
        step = self._step
        self._step += 1
        x = self._inputs.rows(self._index[step])
        if self._by_component:
            x = x.mT.contiguous().mT
        return Batch(x, self._target[step], self._weight[step])
