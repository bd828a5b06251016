"""The table and its target, on the device of the training where they fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stg_select.engine._config import TrainingConfig
from stg_select.engine._plan import InputTable, RowSet
from stg_select.objectives import Objective
from stg_select.tensors import shared_tensor


@dataclass(frozen=True, eq=False)
class DeviceTable:
    """The table and its target, shared by all batches of members.

    Parameters
    ----------
    x : Tensor of shape (n, m)
        On the device of the training; or on the host, where it does not fit there.
    columns : ndarray of int of shape (q,)
        The columns of `x` in use.
    polynomials : Tensor of shape (5, q) or None
        Three roots and two scales of the polynomials of each column, as
        `stg_select.columns.Polynomials`; then it has two components, else one.
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
    ) -> DeviceTable:
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
            x=shared_tensor(x) if streamed else shared_tensor(x).to(device, dtype),
            columns=columns,
            polynomials=polynomials,
            gate_columns=np.split(
                np.arange(len(table.column_gate)),
                np.flatnonzero(np.diff(table.column_gate)) + 1,
            ),
            target=shared_tensor(target).to(
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
        if row_set.gate_row_weights is not None:
            # small whole numbers may be kept in a byte
            weight = np.add(weight, row_set.gate_row_weights, dtype=np.float64)
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
