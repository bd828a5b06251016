"""What the networks see of the table: the columns of working sets at some rows."""

from __future__ import annotations

import torch
from torch import Tensor

from stg_select.engine._device_table import DeviceTable
from stg_select.tensors import shared_tensor


class NetworkInputs:
    """What the networks see of L working sets.

    Parameters
    ----------
    table : DeviceTable
    columns : Tensor of int of shape (L, Q) or None
        Columns in use of each working set, None if each has all of them in order.
    max_bytes : int
        Working sets of up to so many bytes get tables of their own, from which whole
        rows are taken. Of larger ones, and of a table on the host, the columns are
        picked out element by element at every step, and their polynomials evaluated.
    """

    def __init__(
        self, table: DeviceTable, columns: Tensor | None, max_bytes: int
    ) -> None:
        self._table = table
        self._own = columns is not None
        every = torch.arange(len(table.columns))
        placed = every.expand(1, -1) if columns is None else columns
        self._columns = shared_tensor(table.columns)[placed].to(table.x.device)
        self._polynomials: Tensor | None = None
        if table.polynomials is not None:
            constants = table.polynomials[:, placed.to(table.device)]
            self._polynomials = constants.unsqueeze(2)
        self._whole = len(every) == table.x.shape[1] and columns is None
        self._tables: Tensor | None = None
        if table.streamed:
            return
        n_bytes = (
            table.n_rows * table.multiplicity * placed.numel() * table.dtype.itemsize
        )
        if self._whole and self._polynomials is None:
            self._tables = table.x.unsqueeze(0)
        elif n_bytes <= max_bytes:
            tables = torch.stack([table.x[:, c] for c in self._columns])
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
                index = index + first.unsqueeze(-1) * self._table.n_rows
            return _rows(self._tables.flatten(0, 1), index)
        table = self._table.x
        if self._whole:
            x = _rows(table, index)
        else:
            x = table[index.unsqueeze(-1), self._columns.unsqueeze(1)]
        if self._table.streamed:
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
        device = self._table.device
        if device.type == "cuda":
            x = x.pin_memory()
        return x.to(device, non_blocking=True).to(self._table.dtype)

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
