"""The table on the device, and the rows of it that each step takes."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stg_select.engine._batches import BLOCK_STEPS, RowStream
from stg_select.engine._config import TrainingConfig
from stg_select.engine._plan import InputTable, RowSet
from stg_select.objectives import Objective


@dataclass(frozen=True, eq=False)
class Data:
    """The table and its target, shared by all batches of members.

    Parameters
    ----------
    x : Tensor of shape (n, m)
        On the device of the training; or on the host, where it does not fit there.
    columns : ndarray of int of shape (q,)
        The columns of `x` in use.
    polynomials : Tensor of shape (5, q) or None
        Three roots and two scales of the polynomials of each column, as
        `stg_select.encoding.Polynomials`; then it has two components, else one.
    gate_columns : list of p ndarray of int
        The columns of each gate, among the q.
    target : Tensor of shape (n,) or (n, O)
        On the device of the training.
    objective : Objective
    deviance_target : ndarray of shape (n,) or (n, O)
        The target as it came, for the null deviances.
    streamed : bool
        Whether the rows of each step are sent to the device.
    dtype : torch.dtype
        Precision of the training.
    """

    x: Tensor
    columns: NDArray[np.integer]
    polynomials: Tensor | None
    gate_columns: list[NDArray[np.integer]]
    target: Tensor
    objective: Objective
    deviance_target: NDArray
    streamed: bool
    dtype: torch.dtype

    @classmethod
    def from_numpy(
        cls,
        table: InputTable,
        target: NDArray,
        objective: Objective,
        config: TrainingConfig,
    ) -> Data:
        """Bring the table to the device of the configuration, if it fits there."""
        device, dtype = torch.device(config.device), config.dtype
        x, columns = table.x, table.columns
        if columns is None:
            columns = np.arange(x.shape[1])
        n_bytes = len(x) * len(columns) * dtype.itemsize
        streamed = n_bytes > config.max_table_bytes
        if device.type != "cpu" and not streamed and len(columns) < x.shape[1]:
            x, columns = x[:, columns], np.arange(len(columns))
        polynomials = None
        if table.polynomials is not None:
            constants = np.concatenate(table.polynomials)
            polynomials = torch.from_numpy(constants).to(device, dtype)
        return cls(
            x=_tensor(x) if streamed else _tensor(x).to(device, dtype),
            columns=columns,
            polynomials=polynomials,
            gate_columns=np.split(
                np.arange(len(table.gate)), np.flatnonzero(np.diff(table.gate)) + 1
            ),
            target=_tensor(target).to(
                device, dtype if target.dtype.kind == "f" else None
            ),
            objective=objective,
            deviance_target=target,
            streamed=streamed,
            dtype=dtype,
        )

    @property
    def device(self) -> torch.device:
        """Device of the training."""
        return self.target.device

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return len(self.x)

    @property
    def n_gates(self) -> int:
        """Number of gates p."""
        return len(self.gate_columns)

    @property
    def multiplicity(self) -> int:
        """Components of a column."""
        return 1 if self.polynomials is None else 2

    @property
    def n_components(self) -> int:
        """Components D of all columns in use."""
        return self.multiplicity * len(self.columns)

    def null_deviance(self, row_set: RowSet) -> float:
        """Weighted mean loss of the null model on all rows of a row set."""
        weight = row_set.network_weights
        if row_set.gate_weights is not None:
            # small whole numbers may be kept in a byte
            weight = np.add(weight, row_set.gate_weights, dtype=np.float64)
        return self.objective.null_deviance(self.deviance_target, weight)

    def layout(
        self, gates: Sequence[NDArray[np.integer]]
    ) -> tuple[Tensor | None, Tensor | int, list[int]]:
        """Place the columns of L working sets side by side.

        Parameters
        ----------
        gates : sequence of L ndarray of int
            The gates of each working set.

        Returns
        -------
        columns : Tensor of int of shape (L, Q) or None
            Column in use at each place, padded with 0; None if every working set
            takes all of them in order.
        spread : Tensor of shape (L, p, D) or int
            Membership of components in gates as `GatedNetworks` takes it; those that
            pad a working set belong to no gate.
        n_components : list of L int
            Components of each working set.
        """
        chosen = [[self.gate_columns[g] for g in working_set] for working_set in gates]
        counts = [[len(c) for c in columns] for columns in chosen]
        n_columns = [sum(count) for count in counts]
        width = max(n_columns)
        columns = np.zeros((len(gates), width), dtype=np.int64)
        for row, parts in zip(columns, chosen, strict=True):
            flat = np.concatenate(parts)
            row[: len(flat)] = flat
        placed: Tensor | None = torch.from_numpy(columns)
        every = np.arange(len(self.columns))
        if width == len(every) and (columns == every).all():
            placed = None
        n_components = [self.multiplicity * n for n in n_columns]
        distinct = {count for member in counts for count in member}
        if len(distinct) == 1:
            return placed, self.multiplicity * distinct.pop(), n_components
        spread = np.zeros((len(gates), max(map(len, counts)), width))
        for matrix, count in zip(spread, counts, strict=True):
            matrix[np.repeat(np.arange(len(count)), count), np.arange(sum(count))] = 1.0
        spread = spread.repeat(self.multiplicity, axis=2)
        return (
            placed,
            torch.from_numpy(spread).to(self.device, self.dtype),
            n_components,
        )


class Inputs:
    """What the networks see of L working sets.

    Parameters
    ----------
    data : Data
    columns : Tensor of int of shape (L, Q) or None
        Columns in use of each working set, None if each has all of them in order.
    max_bytes : int
        Working sets of up to so many bytes get tables of their own, from which whole
        rows are taken. Of larger ones, and of a table on the host, the columns are
        picked out element by element at every step, and their polynomials evaluated.
    """

    def __init__(self, data: Data, columns: Tensor | None, max_bytes: int) -> None:
        self._data = data
        self._own = columns is not None
        every = torch.arange(len(data.columns))
        placed = every.expand(1, -1) if columns is None else columns
        self._columns = torch.from_numpy(data.columns)[placed].to(data.x.device)
        self._polynomials: Tensor | None = None
        if data.polynomials is not None:
            self._polynomials = data.polynomials[:, placed.to(data.device)].unsqueeze(2)
        self._whole = len(every) == data.x.shape[1] and columns is None
        self._tables: Tensor | None = None
        if data.streamed:
            return
        n_bytes = data.n_rows * data.multiplicity * placed.numel() * data.dtype.itemsize
        if self._whole and self._polynomials is None:
            self._tables = data.x.unsqueeze(0)
        elif n_bytes <= max_bytes:
            tables = torch.stack([data.x[:, c] for c in self._columns])
            self._tables = self._expand(tables)

    def rows(self, index: Tensor) -> Tensor:
        """Input at given rows.

        Parameters
        ----------
        index : Tensor of int of shape (L, B)
            On the device of the table.

        Returns
        -------
        x : Tensor of shape (L, B, D)
        """
        if self._tables is not None:
            if self._own:
                first = torch.arange(len(index), device=index.device)
                index = index + first.unsqueeze(-1) * self._data.n_rows
            return _rows(self._tables.flatten(0, 1), index)
        table = self._data.x
        if self._whole:
            x = _rows(table, index)
        else:
            x = table[index.unsqueeze(-1), self._columns.unsqueeze(1)]
        if self._data.streamed:
            x = self._send(x)
        return self._expand(x)

    def keep(self, sets: list[int]) -> None:
        """Drop all other working sets."""
        if not self._own:
            return
        self._columns = self._columns[sets]
        if self._polynomials is not None:
            self._polynomials = self._polynomials[:, sets]
        if self._tables is not None:
            self._tables = self._tables[sets]

    def _send(self, x: Tensor) -> Tensor:
        """Bring rows from the host to the device.

        From pinned memory the host need not wait: while a CUDA device computes one
        step, the rows of the next are picked out and sent.
        """
        device = self._data.device
        if device.type == "cuda":
            x = x.pin_memory()
        return x.to(device, non_blocking=True).to(self._data.dtype)

    def _expand(self, x: Tensor) -> Tensor:
        """Evaluate the polynomials of columns (L, B, Q), as (L, B, 2 Q)."""
        if self._polynomials is None:
            return x
        root, low, high, slope, curvature = self._polynomials
        pairs = x.new_empty(*x.shape, 2)
        torch.sub(x, root, out=pairs[..., 0]).mul_(slope)
        torch.sub(x, low, out=pairs[..., 1]).mul_(x - high).mul_(curvature)
        return pairs.flatten(-2)


def _rows(table: Tensor, index: Tensor) -> Tensor:
    """Rows of a table (m, D) at an index (L, B), as (L, B, D)."""
    return table.index_select(0, index.flatten()).view(*index.shape, -1)


def _tensor(array: NDArray) -> Tensor:
    """Share the memory of an array, which is not written to."""
    with warnings.catch_warnings():
        # torch warns of arrays that cannot be written, such as memory maps
        warnings.filterwarnings("ignore", "The given NumPy array is not writ")
        return torch.from_numpy(np.ascontiguousarray(array))


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
        data, index = self._data, torch.from_numpy(rows)
        return (
            index.to(data.x.device),
            data.target[index.to(data.device)],
            torch.from_numpy(weight / self._unit).to(data.device, data.dtype),
        )

    def _fetch(self) -> Batch:
        step = self._step
        self._step += 1
        x = self._inputs.rows(self._index[step])
        if self._by_component:
            x = x.mT.contiguous().mT
        return Batch(x, self._target[step], self._weight[step])
