"""Why features are kept or left out, and which of them act together, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# Terms of a kind that chance may make in a table, one table in a hundred, and the least
# share of the residual that a set of features has to explain on held-out rows: less may
# be the curve between a sum of columns and a probability.
MOST_BY_CHANCE = 0.01
LEAST_EXPLAINED = 0.01
# sets of a feature that its reason names
MOST_SETS = 3

CONSTANT = "constant"
ALONE = "alone"
OPEN = "kept: its gate stays open"
ASKED_FOR = "kept: as was asked for"
PLACE = "kept: by its place in the ranking"
FEWER = "would be kept, but fewer were asked for"
NOT_WORTH = "above chance but not worth its price"
CLOSED = "its gate closes"
BELOW = "below chance"
NOT_IN_PAIRS = "not looked at in pairs"


@dataclass(frozen=True, eq=False)
class Findings:
    """What a fit found about n_features features, and what is selected of them.

    Parameters
    ----------
    names : ndarray of str of shape (n_features,)
    gate : ndarray of int of shape (n_features,)
        Features of one gate have the same number.
    selected, varies : ndarray of bool of shape (n_features,)
    copy_of : ndarray of int of shape (n_features,)
        Position of the better feature, or -1.
    would_select : ndarray of bool of shape (n_features,)
        What the fit would select by itself.
    asked_for : bool
        Whether a number or a threshold was asked for.
    open_share : ndarray of shape (n_features,)
    scores : ndarray of shape (n_features,)
        In the screen; NaN without one.
    in_pairs : ndarray of bool of shape (n_features,)
    terms : mapping of str to ndarray
        As ``terms_``.
    """

    names: NDArray
    gate: IntArray
    selected: NDArray[np.bool_]
    varies: NDArray[np.bool_]
    copy_of: IntArray
    would_select: NDArray[np.bool_]
    asked_for: bool
    open_share: FloatArray
    scores: FloatArray
    in_pairs: NDArray[np.bool_]
    terms: Mapping[str, NDArray]

    def copies(self) -> NDArray:
        """Name the better feature of which each is a near-copy, or None."""
        found = self.copy_of >= 0
        names = np.full(len(found), None, dtype=object)
        names[found] = self.names[self.copy_of[found]]
        return names

    def reasons(self) -> NDArray:
        """Say in a few words why every feature is kept or left out.

        Returns
        -------
        reasons : ndarray of str of shape (n_features,)
        """
        kept, unknown = self.selected, np.isnan(self.scores)
        is_open = self.open_share >= 0.5
        above = self.scores >= 1.0
        cases = [
            (~self.varies, CONSTANT),
            (kept & above, f"kept: {ALONE}"),
            (kept & is_open, OPEN),
            (kept, ASKED_FOR if self.asked_for else PLACE),
            (self.would_select, FEWER),
            (above, NOT_WORTH),
            (unknown, CLOSED),
            (self.in_pairs, BELOW),
        ]
        masks, words = zip(*cases, strict=True)
        reasons = np.select(masks, words, NOT_IN_PAIRS).astype(object)
        for gate, company in self._company().items():
            reasons[kept & (self.gate == gate)] = f"kept: {company}"
        for position in np.flatnonzero(self.copy_of >= 0):
            reasons[position] = f"near-copy of {self.names[self.copy_of[position]]}"
        return reasons

    def _company(self) -> dict[int, str]:
        """Tell of the gates of sets above chance with whom they act, by gate."""
        parts: dict[int, list[str]] = {}
        alone = self.gate[_single(self.terms)].tolist()
        for row in sets_above_chance(self.terms):
            features = _features(self.terms, row)
            for gate in set(self.gate[features].tolist()):
                others = [self.names[f] for f in features if self.gate[f] != gate]
                words = parts.setdefault(gate, [ALONE] if gate in alone else [])
                words.append(f"with {_joined(others)}" if others else ALONE)
        return {gate: _shortened(words) for gate, words in parts.items()}


def interaction_table(terms: Mapping[str, NDArray], names: NDArray) -> pd.DataFrame:
    """List the sets of features that act together.

    Parameters
    ----------
    terms : mapping of str to ndarray
        As ``terms_``.
    names : ndarray of str of shape (n_features,)

    Returns
    -------
    table : DataFrame
        A row for each set, the strongest first.
    """
    rows = list(sets_above_chance(terms))
    named = [tuple(map(str, names[_features(terms, row)])) for row in rows]
    columns = {"features": pd.Series(named, dtype=object)}
    for key in ("kind", "score", "members", "explained"):
        columns[key] = pd.Series(terms[key][rows])
    return pd.DataFrame(columns)


def sets_above_chance(terms: Mapping[str, NDArray]) -> Iterator[int]:
    """Find the sets of features that chance would hardly make, and that tell much.

    Parameters
    ----------
    terms : mapping of str to ndarray
        As ``terms_``, the best score first.

    Yields
    ------
    row : int
        Of the best term of every set of at least two features.
    """
    seen = set()
    sure = terms["by_chance"] < MOST_BY_CHANCE
    sure &= ~(terms["explained"] < LEAST_EXPLAINED)  # which is NaN if nobody knows
    for row in np.flatnonzero(sure).tolist():
        features = tuple(_features(terms, row))
        if len(features) > 1 and features not in seen:
            seen.add(features)
            yield row


def _single(terms: Mapping[str, NDArray]) -> IntArray:
    """Features of the terms of a single one that chance would hardly make."""
    features = terms["features"]
    sure = terms["by_chance"] < MOST_BY_CHANCE
    return features[(features[:, 1] < 0) & sure, 0]


def _features(terms: Mapping[str, NDArray], row: int) -> list[int]:
    features = terms["features"][row]
    return features[features >= 0].tolist()


def _joined(names: Sequence[object]) -> str:
    *others, last = map(str, names)
    return f"{', '.join(others)} and {last}" if others else last


def _shortened(words: list[str]) -> str:
    """Join what a feature does alone and with others, and count what is too much."""
    sets = [word for word in words if word != ALONE]
    more = len(sets) - MOST_SETS
    rest = f" and {more} more" if more > 0 else ""
    shown = ", ".join(sets[:MOST_SETS]) + rest
    return " and ".join([ALONE] * (ALONE in words) + [shown] * bool(sets))
