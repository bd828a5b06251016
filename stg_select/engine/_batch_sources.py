"""The rows that each step takes, for each of their roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stg_select.engine._batches import BLOCK_STEPS, RowStream
from stg_select.engine._device_table import DeviceTable
from stg_select.engine._network_inputs import NetworkInputs
from stg_select.engine._plan import RowSet


class Batch(NamedTuple):
    """Rows of one step: x (L, B, D), target (L, B, ...), weight (L, B)."""

    x: Tensor
    target: Tensor
    weight: Tensor


class BatchSource:
    """Batches of the table for one role (network, gates or score) of a run.

    Parameters
    ----------
    table : DeviceTable
    inputs : NetworkInputs
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
        table: DeviceTable,
        inputs: NetworkInputs,
        weights: Sequence[NDArray[np.floating]],
        row_sets: Sequence[RowSet],
        batch_size: int | None,
        *,
        by_component: bool,
        fixed: bool = False,
    ) -> None:
        self._table = table
        self._inputs = inputs
        self._unit = np.array([[table.null_deviance(s)] for s in row_sets])
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
        table, index = self._table, torch.from_numpy(rows)
        return (
            index.to(table.x.device),
            table.target[index.to(table.device)],
            torch.from_numpy(weight / self._unit).to(table.device, table.dtype),
        )

    def _fetch(self) -> Batch:
        step = self._step
        self._step += 1
        x = self._inputs.rows(self._index[step])
        if self._by_component:
            x = x.mT.contiguous().mT
        return Batch(x, self._target[step], self._weight[step])
