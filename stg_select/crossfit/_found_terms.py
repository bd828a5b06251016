"""The terms of the screen on all rows, and what the screens of the members say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stg_select import screening
from stg_select.crossfit._jobs import run_tasks
from stg_select.crossfit._members import Split
from stg_select.crossfit._table import EncodedTable
from stg_select.screening import Found

FloatArray = NDArray[np.floating]
Features = tuple[int, ...]
# whether it is a wave, which says other things than smooth terms of the same feature
Key = tuple[bool, Features]

# features of the largest sets that a screen looks at
MOST_FEATURES = 5


def found_terms(
    table: EncodedTable, found: Sequence[Found], splits: Sequence[Split], n_jobs: int
) -> dict[str, NDArray]:
    """Tell how many members found what the screen on all rows has found.

    Parameters
    ----------
    table : EncodedTable
    found : sequence of Found
        T terms of the screen on all rows.
    splits : sequence of Split
        Of the members.
    n_jobs : int
        Workers that share the splits.

    Returns
    -------
    terms : dict of str to ndarray
        The best score first: ``"kind"`` of shape (T,); ``"features"`` of shape (T, 5),
        ascending positions of the caller's features, then -1; ``"score"`` and
        ``"by_chance"`` of shape (T,); ``"members"`` of shape (T,), the share of the
        members whose screen found a term of the same features, waves and others being
        told apart; ``"explained"`` of shape (T,), what these explain of the residual of
        their gate rows, 0 where a member found none; ``"gain"`` of shape (T,), that
        share in units of log-likelihood of a normal residual, :math:`n / 2`. Both are
        NaN where members have no gate rows.
    """
    held_out = all(split.gate_row_weights is not None for split in splits)
    best_first = sorted(found, key=lambda term: -term.score)
    keys = [_key(table, term) for term in best_first]
    tasks = [(table, split, keys) for split in splits]
    n_jobs = n_jobs if keys and held_out else 1  # else there is nothing to judge
    n_numbers = len(splits[0].network_weights)  # of a term at a time
    by_members = list(run_tasks(_terms_of_member, tasks, n_jobs, n_numbers))
    features = np.full((len(keys), MOST_FEATURES), -1)
    members, explained = np.zeros(len(keys)), np.full(len(keys), np.nan)
    for row, key in enumerate(keys):
        features[row, : len(key[1])] = key[1]
        theirs = [terms[key] for terms in by_members if key in terms]
        members[row] = len(theirs) / len(splits)
        if held_out:
            explained[row] = sum(term.explained for term in theirs) / len(splits)
    return {
        "kind": np.array([term.kind for term in best_first], dtype="U11"),
        "features": features,
        "score": np.array([term.score for term in best_first], dtype=float),
        "by_chance": np.array([term.by_chance for term in best_first], dtype=float),
        "members": members,
        "explained": explained,
        "gain": explained * table.n_effective / 2.0,
    }


def judged(
    table: EncodedTable,
    terms: Sequence[Found],
    weight: FloatArray,
    gate_weight: FloatArray,
) -> tuple[Found, ...]:
    """Judge on the gate rows the terms that a screen of the network rows has found.

    Parameters
    ----------
    table : EncodedTable
    terms : sequence of Found
    weight : ndarray of shape (n,)
        Weights of the network rows, 0 for all others.
    gate_weight : ndarray of shape (n,)
        Likewise of the gate rows.

    Returns
    -------
    judged : tuple of Found
        The same terms, each with the share that it explains.
    """
    null = table.objective.null_raw(table.target, weight)
    weights = weight, gate_weight
    residuals = [table.objective.residual(null, table.target, w) for w in weights]
    return screening.judged_on(
        terms,
        table.ranks,
        residuals,
        weights,
        are_probabilities=table.objective.has_probabilities,
    )


def _terms_of_member(
    table: EncodedTable, split: Split, keys: Sequence[Key]
) -> dict[Key, Found]:
    """Find a member's best term of each of some sets of features that it found."""
    found = split.shortlist.terms if split.shortlist is not None else ()
    worst_first = sorted(found, key=lambda term: term.score)
    best = {_key(table, term): term for term in worst_first}
    asked_for = [key for key in dict.fromkeys(keys) if key in best]
    terms: Sequence[Found] = [best[key] for key in asked_for]
    if terms and split.gate_row_weights is not None:
        terms = judged(table, terms, split.network_weights, split.gate_row_weights)
    return dict(zip(asked_for, terms, strict=True))


def _key(table: EncodedTable, term: Found) -> Key:
    """Name the features of a term; two components may stand for one."""
    features = np.unique(table.component_feature[list(term.columns)])
    return term.kind == "wave", tuple(features.tolist())
