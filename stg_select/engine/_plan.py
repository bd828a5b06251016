"""What to train and what came back: plain numpy records, no torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import Polynomials

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# members of one row set from which their first layers are worth one product
MIN_SHARED_MEMBERS = 4


@dataclass(frozen=True, eq=False)
class InputTable:
    """The columns that the networks of a plan may see.

    Parameters
    ----------
    x : ndarray of shape (n, m)
    column_gate : ndarray of int of shape (q,)
        Gate of each column, ascending, every gate 0..p-1 at least once.
    columns : ndarray of int of shape (q,) or None
        The columns of `x`; None for all. A table of which few columns are in use
        need not be copied.
    polynomials : Polynomials or None
        Two polynomials of each of the q columns, which networks see in its place.
        They are evaluated on the rows of a step, so that they take no memory.
    """

    x: FloatArray
    column_gate: IntArray
    columns: IntArray | None = None
    polynomials: Polynomials | None = None


@dataclass(frozen=True, eq=False)
class RowSet:
    """The rows, and optionally the gates, that a member sees.

    Parameters
    ----------
    network_weights : ndarray of shape (n,)
        Non-negative weight of each row in the loss that trains the network's weights;
        0 leaves the row out.
    gate_row_weights : ndarray of shape (n,) or None
        Weight of each row in the loss that trains ``mu``. None is plain STG: one
        loss over the network rows trains both.
    order_seed : int
        Seed of the order in which mini-batches take the rows.
    gates : ndarray of int of shape (p_w,) or None
        The working set: the gates that are trained. None trains all of them.
    """

    network_weights: FloatArray
    gate_row_weights: FloatArray | None
    order_seed: int
    gates: IntArray | None = None


@dataclass(frozen=True, eq=False)
class TrainingPlan:
    """K members, each with prices for its gates, a seed and a row set.

    Parameters
    ----------
    prices : ndarray of shape (K, p)
        Price of each gate in each member, in shares of the null deviance. Training
        pays it times the probability that the gate is open, a score pays it whole
        for every open gate. Those of gates outside a member's working set are not
        looked at.
    seeds : ndarray of int of shape (K,)
        Seed of the member's initial weights and of its gate noise.
    row_sets : tuple of RowSet
        The distinct row sets.
    row_set_index : ndarray of int of shape (K,)
        Index into `row_sets` of each member.
    fixed_open : ndarray of bool of shape (p,) or None, default=None
        Gates that let their components through as they are: they neither learn nor
        close. None if there are none.
    cost : ndarray of shape (p,) or None, default=None
        By how much more each gate has to lower the loss to stay open at the end; None
        is 1 for all. It is not part of `prices`.
    """

    prices: FloatArray
    seeds: IntArray
    row_sets: tuple[RowSet, ...]
    row_set_index: IntArray
    fixed_open: NDArray[np.bool_] | None = None
    cost: FloatArray | None = None

    @property
    def n_members(self) -> int:
        """Number of members K."""
        return len(self.seeds)

    def row_set(self, member: int) -> RowSet:
        """Row set of one member."""
        return self.row_sets[self.row_set_index[member]]

    def chunks(self, max_members: int) -> Iterator[IntArray]:
        """Cut the members into batches that are trained together.

        Members of one row set that is shared by many read the same rows, so they
        form batches of their own: their first layers are then one matrix product.

        Parameters
        ----------
        max_members : int
            Largest number of members in a batch.

        Yields
        ------
        members : ndarray of int
            Indices of the members of one batch.
        """
        index = self.row_set_index
        shared = np.bincount(index, minlength=len(self.row_sets)) >= MIN_SHARED_MEMBERS
        batches = [np.flatnonzero(index == r) for r in np.flatnonzero(shared)]
        plain = np.array([s.gate_row_weights is None for s in self.row_sets])[index]
        apart = ~shared[index]
        batches += [np.flatnonzero(apart & plain), np.flatnonzero(apart & ~plain)]
        for members in batches:
            for start in range(0, len(members), max_members):
                yield members[start : start + max_members]


@dataclass(frozen=True, eq=False)
class HardNetwork:
    """The network of a member behind hard gates, without inputs that these close.

    Parameters
    ----------
    gates : ndarray of int of shape (p_o,)
        The open gates, in the order of the inputs; a gate's components are next to
        each other.
    weights : tuple of ndarray
        Of each layer, shapes (H1, D_o), (H2, H1), ..., (O, H); the values of the gates
        are factors of the first.
    biases : tuple of ndarray
        Of each layer, shapes (H1,), ..., (O,).
    """

    gates: IntArray
    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]


@dataclass(frozen=True, eq=False)
class PathResult:
    """What training a plan gave back, member first.

    Parameters
    ----------
    mu : ndarray of shape (K, p)
        Learned gate means; NaN for gates outside the member's working set, for those
        that were closed at the end, and for members whose loss stopped being finite;
        infinite for gates that were fixed open.
    active_probs : ndarray of shape (K, p)
        Probability that each gate is open; NaN where `mu` is.
    loss : ndarray of shape (K,)
        Loss of the returned state with hard gates on the gate rows (the network rows
        of plain members), in shares of the null deviance.
    n_open : ndarray of shape (K,)
        Open gates of the returned state, without those that were fixed open.
    cost : ndarray of shape (K,)
        Sum of the prices of the open gates of the returned state, in shares of the
        null deviance.
    n_iter : ndarray of int of shape (K,)
        Steps taken.
    converged : ndarray of bool of shape (K,)
        Whether the score stopped improving before the last step.
    finite : ndarray of bool of shape (K,)
        False for members that were stopped because their loss was not finite.
    rise : ndarray of shape (K, p)
        By how much `loss` rises when each gate alone is closed, 0 of closed ones; NaN
        outside the member's working set, where its loss stopped being finite, and where
        `TrainingConfig.least_gain` is None.
    bare_loss : ndarray of shape (K,)
        Loss of the returned state with all gates closed but those that were fixed
        open; NaN where `TrainingConfig.least_gain` is None.
    history : dict of str to ndarray of shape (T, K)
        Recorded every `TrainingConfig.score_every` steps: ``"step"`` of shape (T,),
        ``"score"`` (loss plus cost), ``"n_open"``; NaN after a member has stopped.
    networks : tuple of K (HardNetwork or None), default=()
        Of the returned states, None for members whose loss stopped being finite;
        empty unless `TrainingConfig.keep_networks`.
    """

    mu: FloatArray
    active_probs: FloatArray
    loss: FloatArray
    n_open: FloatArray
    cost: FloatArray
    n_iter: IntArray
    converged: NDArray[np.bool_]
    finite: NDArray[np.bool_]
    rise: FloatArray
    bare_loss: FloatArray
    history: dict[str, FloatArray]
    networks: tuple[HardNetwork | None, ...] = ()
