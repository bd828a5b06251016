"""What a caller says about rows: which belong together, and how they are dealt."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]

# roles of a row in a split
LEFT_OUT, NETWORK_ROW, GATE_ROW = 0, 1, 2


@dataclass(frozen=True, eq=False)
class RowPlan:
    """Which rows belong together, and how they are dealt to members.

    Parameters
    ----------
    n_folds : int or None
        Folds, each of which serves once as the gate rows, or splits; None trains
        weights and gates on all rows.
    group : ndarray of int of shape (n,) or None, default=None
        Number of the group of each row. Rows of a group tell less than as many rows of
        different groups, and are never on both sides of a fold.
    roles : ndarray of int8 of shape (n_splits, n) or None, default=None
        Role of each row in each split: `LEFT_OUT`, `NETWORK_ROW` or `GATE_ROW`. None
        leaves it to random folds.
    in_time : bool, default=False
        Whether neighbours in the order of the rows are alike, as in a time series.
    """

    n_folds: int | None
    group: NDArray[np.integer] | None = None
    roles: NDArray[np.int8] | None = None
    in_time: bool = False

    def used(self, weight: FloatArray) -> FloatArray:
        """Take the weight off rows that have no role in any split.

        Parameters
        ----------
        weight : ndarray of shape (n,)

        Returns
        -------
        weight : ndarray of shape (n,)

        Raises
        ------
        ValueError
            If a split has no rows of a positive weight on one side.
        """
        if self.roles is None:
            return weight
        for side, role in (("train", NETWORK_ROW), ("test", GATE_ROW)):
            filled = (self.roles[:, weight > 0] == role).any(axis=1)
            if not filled.all():
                msg = (
                    "cross_fit expects splits with rows of a positive weight on both "
                    f"sides, got split {int(np.argmin(filled))} with no {side} rows."
                )
                raise ValueError(msg)
        return np.where(self.roles.any(axis=0), weight, 0.0)

    def kinds(self) -> NDArray[np.integer] | None:
        """Say of which equal rows may be merged: those of one number.

        Returns
        -------
        kinds : ndarray of int of shape (n,) or None
            None where all equal rows may.
        """
        if self.in_time and self.roles is not None:
            return np.arange(self.roles.shape[1])
        if self.roles is None:
            return self.group
        kinds = np.unique(self.roles, axis=1, return_inverse=True)[1].ravel()
        if self.group is None:
            return kinds
        return kinds + (kinds.max() + 1) * self.group

    def of_rows(self, index: NDArray[np.integer]) -> RowPlan:
        """Pick some rows, in some order.

        Groups are numbered anew, in the order in which they come.

        Parameters
        ----------
        index : ndarray of int of shape (m,)

        Returns
        -------
        plan : RowPlan
        """
        return replace(
            self,
            group=None if self.group is None else numbered(self.group[index]),
            roles=None if self.roles is None else self.roles[:, index],
        )


def numbered(labels: NDArray) -> NDArray[np.int64]:
    """Give labels numbers, in the order in which they first come.

    Parameters
    ----------
    labels : ndarray of shape (n,)

    Returns
    -------
    numbers : ndarray of int of shape (n,)
    """
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse.ravel()]
