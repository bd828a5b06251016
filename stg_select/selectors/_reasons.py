"""Why features are kept or left out, and which of them act together, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]

# Sets of features are no chance if one of their kind comes up by chance in one table of
# a hundred, or if they gain so many units of log-likelihood on held-out rows, which
# chance does with probability exp(-6) at most. On these they have to explain a share of
# the residual: less may be the curve between a sum of columns and a probability.
MOST_BY_CHANCE = 0.01
LEAST_GAIN = 6.0
LEAST_EXPLAINED = 0.01
# sets of a feature that its reason names
MOST_SETS = 3

CONSTANT = "constant"
RARE = "constant, or text without frequent values"
ALONE = "alone"
BY_KEEP = "kept: by keep"
PERHAPS = "kept: perhaps with others"
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
    selected, varies, is_text, by_keep : ndarray of bool of shape (n_features,)
    copy_of : ndarray of int of shape (n_features,)
        Position of the better feature, or -1.
    would_select : ndarray of bool of shape (n_features,)
        What the fit would select by itself.
    asked_for : bool
        Whether a number or a threshold was asked for.
    open_share : ndarray of shape (n_features,)
    scores, alone_scores : ndarray of shape (n_features,)
        In the screen, the best and that of each feature alone; NaN without one.
    in_pairs : ndarray of bool of shape (n_features,)
    terms : mapping of str to ndarray
        As ``terms_``.
    """

    names: NDArray
    gate: IntArray
    selected: NDArray[np.bool_]
    varies: NDArray[np.bool_]
    is_text: NDArray[np.bool_]
    by_keep: NDArray[np.bool_]
    copy_of: IntArray
    would_select: NDArray[np.bool_]
    asked_for: bool
    open_share: FloatArray
    scores: FloatArray
    alone_scores: FloatArray
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
            (~self.varies & self.is_text, RARE),
            (~self.varies, CONSTANT),
            (kept & (self.alone_scores >= 1.0), f"kept: {ALONE}"),
            (kept & above, PERHAPS),
            (kept & is_open, OPEN),
            (kept, ASKED_FOR if self.asked_for else PLACE),
            (self.would_select, FEWER),
            (above, NOT_WORTH),
            (unknown, CLOSED),
            (self.in_pairs, BELOW),
        ]
        masks, words = zip(*cases, strict=True)
        reasons = np.select(masks, words, NOT_IN_PAIRS).astype(object)
        lone = kept & above & ~(self.alone_scores >= 1.0)
        for gate, company in self._perhaps().items():
            reasons[lone & (self.gate == gate)] = f"kept: perhaps {company}"
        for gate, company in self._company().items():
            reasons[kept & (self.gate == gate)] = f"kept: {company}"
        for position in np.flatnonzero(self.copy_of >= 0):
            reasons[position] = f"near-copy of {self.names[self.copy_of[position]]}"
        reasons[self.by_keep] = BY_KEEP
        return reasons

    def _company(self) -> dict[int, str]:
        """Tell with whom the gates of sets above chance act."""
        alone = self.gate[_single(self.terms)].tolist()
        parts: dict[int, list[str]] = {}
        for gate, words in self._sets(sets_above_chance(self.terms)):
            parts.setdefault(gate, [ALONE] if gate in alone else []).append(words)
        return {gate: _shortened(words) for gate, words in parts.items()}

    def _perhaps(self) -> dict[int, str]:
        """Tell with whom gates act in the best set that there is, chance or not."""
        best: dict[int, str] = {}
        for gate, words in self._sets(range(len(self.terms["kind"]))):
            if words != ALONE:
                best.setdefault(gate, words)
        return best

    def _sets(self, rows: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Name the company that each gate of some terms has in these."""
        for row in rows:
            features = _features(self.terms, row)
            for gate in np.unique(self.gate[features]).tolist():
                others = [self.names[f] for f in features if self.gate[f] != gate]
                yield gate, f"with {_joined(others)}" if others else ALONE


def without_copies(
    terms: Mapping[str, NDArray], copy_of: IntArray
) -> dict[str, NDArray]:
    """Let the better features stand in terms for their near-copies.

    Parameters
    ----------
    terms : mapping of str to ndarray
        As ``terms_``.
    copy_of : ndarray of int of shape (n_features,)
        Position of the better feature, or -1.

    Returns
    -------
    terms : dict of str to ndarray
    """
    better = np.where(copy_of >= 0, copy_of, np.arange(len(copy_of)))
    features = np.full_like(terms["features"], -1)
    for row in range(len(features)):
        chosen = np.unique(better[_features(terms, row)])
        features[row, : len(chosen)] = chosen
    return {**terms, "features": features}


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
    """Find the sets of features that chance would hardly make.

    Parameters
    ----------
    terms : mapping of str to ndarray
        As ``terms_``, the best score first.

    Yields
    ------
    row : int
        Of the best term of every set of at least two features.
    """
    seen: set[tuple[int, ...]] = set()
    for row in np.flatnonzero(_are_sure(terms)).tolist():
        features = tuple(_features(terms, row))
        if len(features) > 1 and features not in seen:
            seen.add(features)
            yield row


def _are_sure(terms: Mapping[str, NDArray]) -> NDArray[np.bool_]:
    """Tell which terms chance would hardly make; nobody knows of NaN."""
    no_chance = terms["by_chance"] < MOST_BY_CHANCE
    no_chance |= terms["gain"] >= LEAST_GAIN
    return no_chance & ~(terms["explained"] < LEAST_EXPLAINED)


def _single(terms: Mapping[str, NDArray]) -> IntArray:
    """Features of the terms of a single one that chance would hardly make."""
    features = terms["features"]
    return features[(features[:, 1] < 0) & _are_sure(terms), 0]


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
