"""States of members to come back to."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor


class BestStates:
    """Copies of the state of each member, the last one that was remembered.

    Nothing is copied before the first one is, and then all members at once.
    """

    def __init__(self) -> None:
        self._copies: list[Tensor] = []

    def remember(self, state: Sequence[Tensor], members: Tensor) -> None:
        """Copy the state of some members.

        Parameters
        ----------
        state : sequence of Tensor of shape (K, ...)
        members : Tensor of int
            Their positions.
        """
        if not self._copies:
            self._copies = [tensor.clone() for tensor in state]
        for copy, tensor in zip(self._copies, state, strict=True):
            copy[members] = tensor[members]

    def restore(self, state: Sequence[Tensor], members: Tensor) -> None:
        """Write to the state of some members what was remembered of them.

        Parameters
        ----------
        state : sequence of Tensor of shape (K, ...)
        members : Tensor of int
            Their positions.
        """
        for copy, tensor in zip(self._copies, state, strict=True):
            tensor[members] = copy[members]

    def keep(self, members: Tensor) -> None:
        """Drop all other members.

        Parameters
        ----------
        members : Tensor of int
            Positions of the members that stay.
        """
        self._copies = [copy[members] for copy in self._copies]
