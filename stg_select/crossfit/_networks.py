"""The networks of the members, by the components of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stg_select.columns import Polynomials
from stg_select.crossfit._table import EncodedTable
from stg_select.engine import HardNetwork

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Networks:
    """The networks of K members, of C components of a table that some of them see.

    Parameters
    ----------
    components : ndarray of int of shape (C,)
        Their numbers in the table, ascending.
    polynomials : Polynomials or None
        What networks see in place of each component; None for itself.
    inputs : list of K ndarray of int
        The components that each member sees, by their place among the C.
    members : list of K HardNetwork
    """

    components: IntArray
    polynomials: Polynomials | None
    inputs: list[IntArray]
    members: list[HardNetwork]


def networks_of(
    members: Sequence[HardNetwork], gates: IntArray, table: EncodedTable
) -> Networks:
    """Tell which components of the table each member sees.

    Parameters
    ----------
    members : sequence of HardNetwork
    gates : ndarray of int of shape (q,)
        Numbers in the table of the gates that they were trained with.
    table : EncodedTable

    Returns
    -------
    networks : Networks
    """
    own = [gates[member.gates] for member in members]
    seen = np.unique(np.concatenate([*own, np.empty(0, dtype=np.int64)]))
    components = np.flatnonzero(np.isin(table.component_gate, seen))
    gate = table.component_gate[components]
    inputs = [
        np.concatenate([np.empty(0, dtype=np.int64), *map(np.flatnonzero, parts)])
        for parts in ([gate == g for g in of_member] for of_member in own)
    ]
    polynomials = table.inputs(seen).polynomials if len(seen) else None
    return Networks(components, polynomials, inputs, list(members))
