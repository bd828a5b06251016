"""Selectors that were saved by an earlier release."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np


def in_present_terms(
    state: Mapping[str, Any], parameters: Collection[str]
) -> dict[str, Any]:
    """Translate the saved state of a selector.

    Parameters
    ----------
    state : mapping
        Parameters and attributes by name.
    parameters : collection of str
        The parameters that a selector has now.

    Returns
    -------
    state : dict

    Raises
    ------
    ValueError
        If a parameter is missing.
    """
    state = dict(state)
    if "groups" in state and "feature_groups" not in state:  # 0.1.0
        state["feature_groups"] = state.pop("groups")
        if "ranking_" in state:
            state.update(_what_the_fit_lacks(state))
        state |= {
            "class_weight": None,
            "categorical_features": "from_dtype",
            "keep": None,
            "feature_costs": None,
        }
    if "ranking_" in state and "terms_" not in state:  # before there were reasons
        state = {**_what_was_not_kept(len(state["ranking_"])), **state}
    if "ranking_" in state and "active_probs_range_" not in state:
        unknown = np.full((2, len(state["ranking_"])), np.nan)
        state["active_probs_range_"] = unknown
    missing = sorted(set(parameters) - set(state))
    if missing:
        msg = (
            "A saved selector must have the parameters of this release, got one "
            f"without {', '.join(missing)}; load it with the release that saved it, "
            "or fit it again."
        )
        raise ValueError(msg)
    return state


def _what_the_fit_lacks(state: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes that the first release did not have; it selected by threshold."""
    is_open = state["active_probs_"] >= state["threshold"]
    is_open &= state["varies_"] & (state["copy_of_"] < 0)
    return {
        "n_features_to_select_": len(np.unique(state["ranking_"][is_open])),
        "selection_curve_": {},
        "feature_kinds_": np.full(len(is_open), "number"),
        "kept_": np.zeros(len(is_open), dtype=bool),
        "objective_": "log_loss" if "classes_" in state else "squared_error",
    }


def _what_was_not_kept(n_features: int) -> dict[str, Any]:
    """Attributes about members and the screen: not known."""
    unknown = np.full(n_features, np.nan)
    return {
        "open_share_": unknown,
        "loss_without_": unknown.copy(),
        "screen_scores_": unknown.copy(),
        "alone_scores_": unknown.copy(),
        "searched_in_pairs_": np.zeros(n_features, dtype=bool),
        "stability_": float("nan"),
        "terms_": {
            "kind": np.empty(0, dtype="U11"),
            "features": np.empty((0, 5), dtype=np.int64),
            "score": np.empty(0),
            "by_chance": np.empty(0),
            "members": np.empty(0),
            "explained": np.empty(0),
            "gain": np.empty(0),
        },
    }
