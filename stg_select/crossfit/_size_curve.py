"""How well the best gates predict held-out rows, by how many they are."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class SizeCurve:
    """Held-out losses of models that see the best gates of their screen, all open.

    Parameters
    ----------
    sizes : ndarray of int of shape (S,)
        Numbers of gates besides those that stay open, ascending; from 0 on if there
        are such.
    losses : ndarray of shape (F, S)
        Loss of each split on rows that neither the screen nor the model has seen, in
        shares of the null deviance, of the model whose mean loss is smallest.
    network_loss, regression_loss, tree_loss : ndarray of shape (S,)
        Mean loss of the networks alone, at their best step, of the regressions alone,
        under their best penalty, and of boosted trees alone, after as many as are best;
        infinite where they were not tried.
    penalty : ndarray of shape (S,)
        That penalty; of no meaning where the regressions' loss is infinite.
    """

    sizes: NDArray[np.integer]
    losses: FloatArray
    network_loss: FloatArray
    regression_loss: FloatArray
    tree_loss: FloatArray
    penalty: FloatArray

    @property
    def loss(self) -> FloatArray:
        """Mean loss of the splits, of shape (S,)."""
        return self.losses.mean(axis=0)

    @property
    def best(self) -> int:
        """Size of the smallest loss."""
        return int(self.sizes[self.loss.argmin()])

    def joined(self, other: SizeCurve) -> SizeCurve:
        """Put two curves into one.

        Parameters
        ----------
        other : SizeCurve
            Of other sizes, or of other models.

        Returns
        -------
        curve : SizeCurve
            Of sizes in both, the better models count.
        """
        sizes = np.union1d(self.sizes, other.sizes)
        one, two = self._at(sizes), other._at(sizes)
        return SizeCurve(
            sizes,
            np.where(two.loss < one.loss, two.losses, one.losses),
            np.minimum(one.network_loss, two.network_loss),
            np.minimum(one.regression_loss, two.regression_loss),
            np.minimum(one.tree_loss, two.tree_loss),
            np.where(
                two.regression_loss < one.regression_loss, two.penalty, one.penalty
            ),
        )

    def _at(self, sizes: NDArray[np.integer]) -> SizeCurve:
        """Extend it to more sizes, of which no model is known."""
        places = np.searchsorted(sizes, self.sizes)

        def extended(values: FloatArray) -> FloatArray:
            result = np.full((*values.shape[:-1], len(sizes)), np.inf)
            result[..., places] = values
            return result

        others = (getattr(self, field.name) for field in fields(self)[1:])
        return SizeCurve(sizes, *map(extended, others))
