"""What a caller asks for of single gates: that they stay, or what they cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select import rules

FloatArray = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class GateOptions:
    """Which gates stay open whatever happens, and what the others cost.

    Parameters
    ----------
    kept : ndarray of bool of shape (p,)
        Gates that are open in every member, without a price.
    cost : ndarray of shape (p,)
        What the price of each gate is multiplied by; non-negative, 1 for the usual
        price.
    """

    kept: NDArray[np.bool_]
    cost: FloatArray

    @classmethod
    def usual(cls, n_gates: int) -> GateOptions:
        """Ask for nothing.

        Parameters
        ----------
        n_gates : int

        Returns
        -------
        options : GateOptions
            All gates may close, at the usual price.
        """
        return cls(np.zeros(n_gates, dtype=bool), np.ones(n_gates))

    @property
    def keeps(self) -> bool:
        """Whether there is a gate that stays open."""
        return bool(self.kept.any())

    @property
    def has_costs(self) -> bool:
        """Whether there is a gate whose price is not the usual one."""
        return bool((self.cost != 1.0).any())

    def of(self, gates: NDArray[np.integer]) -> GateOptions:
        """Take the options of some gates.

        Parameters
        ----------
        gates : ndarray of int of shape (q,)

        Returns
        -------
        options : GateOptions
        """
        return GateOptions(self.kept[gates], self.cost[gates])

    def prices(self, price: float | FloatArray) -> float | FloatArray:
        """Multiply prices by what gates cost; those that stay have none.

        Parameters
        ----------
        price : float or ndarray of shape (p,)

        Returns
        -------
        prices : float or ndarray of shape (p,)
        """
        if not self.keeps and not self.has_costs:
            return price
        return np.where(self.kept, 0.0, price * self.cost)

    def kept_first(
        self, mu: FloatArray, active_probs: FloatArray, importances: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Give gates that stay the largest values there are.

        Parameters
        ----------
        mu, active_probs, importances : ndarray of shape (p,)

        Returns
        -------
        mu, active_probs, importances : ndarray of shape (p,)
        """
        return (
            np.where(self.kept, rules.MU_RANGE[1], mu),
            np.where(self.kept, 1.0, active_probs),
            np.where(self.kept, 1.0, importances),
        )
