"""The networks of a fit as plain arrays, and what they predict.

Letters: K members, C components that some of them see, n rows, O outputs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from stg_select.columns import Features, KnownLevels, Polynomials, Reader
from stg_select.crossfit import EncodedTable, Networks
from stg_select.engine import hard_outputs
from stg_select.objectives import EncodedTarget

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# most values of a component that are kept, with what networks see in their place, and
# most rows among which they are looked for
MOST_KNOTS = 256
KNOT_ROWS = 4096

LINKS = {
    "identity": lambda raw: raw,
    "logistic": expit,
    "softmax": lambda raw: softmax(raw, axis=-1),
    "exp": np.exp,
}


def plain_networks(
    networks: Networks,
    table: EncodedTable,
    features: Features,
    encoded: EncodedTarget,
    activation: str,
) -> dict[str, Any]:
    """Turn the networks of a fit into arrays, texts and numbers alone.

    So they are loaded wherever numpy is, and by later releases.

    Parameters
    ----------
    networks : Networks
    table : EncodedTable
        That they were trained on.
    features : Features
        That it was made from.
    encoded : EncodedTarget
        Of the caller's rows.
    activation : str

    Returns
    -------
    state : dict
        As `MemberNetworks` takes it.
    """
    reader = Reader.of(features, table.component[networks.components])
    levels = {f: tuple(known) for f, known in reader.levels.items()}
    values = encoded.values[table.index]
    places = None
    if encoded.classes is not None:
        places = _places_of_classes(values, table.target, len(encoded.classes))
    return {
        "reader": {**vars(reader), "levels": levels},
        "knots": [_knots(table, features, c) for c in networks.components],
        "polynomials": networks.polynomials and tuple(networks.polynomials),
        "inputs": networks.inputs,
        "weights": [list(member.weights) for member in networks.members],
        "biases": [list(member.biases) for member in networks.members],
        "activation": activation,
        "link": encoded.objective.link,
        "prediction": encoded.objective.prediction,
        "units": encoded.objective.units(values, table.target),
        "places": places,
    }


class MemberNetworks:
    """The networks of K members, behind hard gates.

    Parameters
    ----------
    state : dict
        ``"reader"`` tells how components are read from columns, ``"knots"`` what
        networks see in place of their values, and ``"polynomials"``, if not None, of
        what polynomials. A member sees its ``"inputs"`` of the C components by
        ``"weights"`` and ``"biases"``; ``"link"`` and ``"units"`` make a
        ``"prediction"`` of the output. ``"places"`` are the outputs of the classes, or
        None.
    """

    def __init__(self, state: dict[str, Any]) -> None:
        reader = dict(state["reader"])
        reader["levels"] = {f: KnownLevels(*k) for f, k in reader["levels"].items()}
        self.reader = Reader(**reader)
        self.prediction: str = state["prediction"]
        self.places: IntArray | None = state["places"]
        self._state = state

    @property
    def n_members(self) -> int:
        """Number of members K."""
        return len(self._state["inputs"])

    @property
    def n_outputs(self) -> int:
        """Number of outputs O."""
        return self._state["units"].shape[1]

    def sees(self, member: int, components: IntArray) -> bool:
        """Tell whether a member sees one of some components, by their places."""
        return bool(np.isin(components, self._state["inputs"][member]).any())

    def encode(self, values: FloatArray, components: IntArray) -> NDArray[np.float32]:
        """Turn values into what networks see, before polynomials are taken of it.

        Values beyond those of the fit count as the nearest of these.

        Parameters
        ----------
        values : ndarray of shape (n, c)
        components : ndarray of int of shape (c,)
            The components that they are of, by their place among the C.

        Returns
        -------
        encoded : ndarray of float32 of shape (n, c)
        """
        encoded = np.empty(values.shape, dtype=np.float32)
        for i, component in enumerate(components):
            encoded[:, i] = np.interp(values[:, i], *self._state["knots"][component])
        return encoded

    def predict(self, member: int, encoded: FloatArray) -> FloatArray:
        """Predict by one member.

        Parameters
        ----------
        member : int
        encoded : ndarray of shape (n, C)

        Returns
        -------
        predicted : ndarray of shape (n, O)
            Responses and means in the units of the target, probabilities, or log
            hazards.
        """
        state = self._state
        places = state["inputs"][member]
        hidden = encoded[:, places]
        if state["polynomials"] is not None:
            hidden = _embedded(hidden, Polynomials(*state["polynomials"]), places)
        weights, biases = state["weights"][member], state["biases"][member]
        raw = hard_outputs(hidden, weights, biases, state["activation"])
        offset, slope = state["units"]
        return offset + slope * LINKS[state["link"]](raw.astype(np.float64))


def _embedded(x: FloatArray, polynomials: Polynomials, places: IntArray) -> FloatArray:
    """Evaluate the polynomials of columns (n, c), as (n, 2 c)."""
    roots = polynomials.roots[:, places].astype(np.float32)
    scales = polynomials.scales[:, places].astype(np.float32)
    straight = scales[0] * (x - roots[0])
    square = scales[1] * (x - roots[1]) * (x - roots[2])
    return np.stack([straight, square], axis=-1).reshape(len(x), -1)


def _knots(
    table: EncodedTable, features: Features, component: int
) -> tuple[FloatArray, FloatArray]:
    """Find values of a component, and what networks see in their place."""
    inputs = table.components[:, np.array([component])].ravel()
    rows = np.arange(len(inputs))
    if len(rows) > KNOT_ROWS:
        rows = np.linspace(0, len(inputs) - 1, KNOT_ROWS).astype(int)
        rows = np.append(rows, [inputs.argmin(), inputs.argmax()])
    chosen = table.component[[component]]
    values = features.components.take(table.index[rows], chosen)[:, 0]
    values, first = np.unique(values.astype(np.float64), return_index=True)
    inputs = inputs[rows[first]]
    if len(values) > MOST_KNOTS:  # next to each other as networks see them
        steps = np.linspace(inputs[0], inputs[-1], MOST_KNOTS)
        some = np.unique(np.searchsorted(inputs, steps))
        values, inputs = values[some], inputs[some]
    return values, inputs


def _places_of_classes(values: IntArray, target: IntArray, n_classes: int) -> IntArray:
    """Tell by which number the networks know each class."""
    places = np.full(n_classes, -1)
    places[values] = target
    unseen = np.setdiff1d(np.arange(n_classes), places)
    places[places < 0] = unseen
    return places
