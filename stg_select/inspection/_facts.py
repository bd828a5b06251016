"""What was asked of a fit, what it decided, and what to be careful about."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import signature
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.utils.validation import check_consistent_length, validate_data

from stg_select.inspection._axes import count_of
from stg_select.selectors import check_is_table, short_name

TASKS = {
    "log_loss": "classes",
    "squared_error": "a response",
    "huber": "a response with outliers",
    "poisson": "counts",
    "cox": "survival times",
    "cox_breslow": "survival times",
}
# fewer rows of a class than this, or a smaller share, deserve a warning
FEW_CLASS_ROWS, SMALL_SHARE = 20, 0.1
# below, the fit gives clear columns the benefit of the doubt
MANY_ROWS = 500
MOST_CLASSES = 8
# held-out loss, in shares of the null model's, above which models hardly predict
HARDLY = 0.995
LONGEST_VALUE = 200


@dataclass(frozen=True, eq=False)
class Data:
    """The table and the target that a report is about.

    Parameters
    ----------
    X : array, sparse matrix or DataFrame of shape (n, n_features)
    y : ndarray of shape (n,) or (n, n_outputs)
    target : str
        Name of the target.
    """

    X: Any
    y: np.ndarray
    target: str

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.y)

    def class_counts(self, classes: np.ndarray) -> pd.Series:
        """Rows of each class, the most frequent first; empty without classes."""
        if len(classes) == 0 or self.y.ndim != 1:
            return pd.Series(dtype=int)
        labels = pd.Series(self.y).value_counts().sort_index()
        return labels.sort_values(ascending=False, kind="stable")


def read_data(selector: Any, X: Any, y: Any) -> Data:
    """Check that a table and a target are of the kind that a selector was fitted to.

    Parameters
    ----------
    selector : GateSelection
        Fitted.
    X : array-like of shape (n, n_features)
    y : array-like of shape (n,) or (n, n_outputs)

    Returns
    -------
    data : Data

    Raises
    ------
    ValueError
        If columns have other names or another number, or there are not as many rows.
    TypeError
        If X is no table yet.
    """
    check_is_table(X)
    if isinstance(X, list):
        X = np.asarray(X)
    X = validate_data(selector, X, reset=False, skip_check_array=True)
    if sparse.issparse(y):
        y = y.toarray()
    check_consistent_length(X, y)
    name = getattr(y, "name", None)
    values = np.asarray(y)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    unnamed = values.ndim != 1 or name is None or not str(name)
    return Data(X, values, "y" if unnamed else str(name))


def facts_of(selector: Any, data: Data) -> list[tuple[str, str]]:
    """List what was asked of a fit and what it decided.

    Parameters
    ----------
    selector : GateSelection
        Fitted.
    data : Data

    Returns
    -------
    facts : list of pairs of str
        What it is, and its value.
    """
    objective = selector.objective_
    facts = [("target", data.target)]
    facts.append(("taken for", f"{TASKS.get(objective, 'numbers')} ({objective})"))
    counts = data.class_counts(getattr(selector, "classes_", np.empty(0)))
    if len(counts):
        shown = [f"{short_name(c)}: {n}" for c, n in counts[:MOST_CLASSES].items()]
        more = len(counts) - MOST_CLASSES
        rest = f" and {more} more" if more > 0 else ""
        facts.append(("rows of each class", ", ".join(shown) + rest))
    facts.append(("rows", str(data.n_rows)))
    facts.append(("features", _features(selector)))
    facts.append(("networks", _members(selector)))
    if np.isfinite(selector.stability_):
        agreement = f"{selector.stability_:.2f} (1: the same, 0: as by chance)"
        facts.append(("agreement about open gates", agreement))
    facts.append(("price of an open gate", f"{selector.reg_weight_:.3g}"))
    needed = selector.n_features_to_select_
    facts.append(("features that the fit would select", str(needed)))
    facts.append(("device", f"{selector.device} (as asked)"))
    changed = ", ".join(f"{k}={v}" for k, v in changed_parameters(selector).items())
    facts.append(("settings that are not the defaults", changed or "none"))
    return facts


def cautions_of(selector: Any, data: Data) -> list[str]:
    """List what a reader should know before trusting a selection.

    Parameters
    ----------
    selector : GateSelection
        Fitted.
    data : Data

    Returns
    -------
    cautions : list of str
    """
    cautions = []
    n_rows = data.n_rows
    if not selector.get_support().any():
        cautions.append(
            "Nothing is selected: no number of features predicts rows that the "
            "models have not seen clearly better than a constant does."
            if selector.n_features_to_select_ == 0
            else "Nothing is selected with these settings."
        )
    elif selector.selection_curve_ and selector.selection_curve_["loss"].min() > HARDLY:
        cautions.append(
            "Models hardly predict rows that they have not seen better than a constant "
            "does, whatever the number of features. What is selected stands out among "
            "all rows."
        )
    if n_rows < MANY_ROWS:
        cautions.append(
            f"Few rows: {n_rows}. Below about {MANY_ROWS} it cannot be seen whether a "
            "feature that is clear by itself adds anything to the others, so more may "
            "be selected than are needed, and weak ones may be missed."
        )
    counts = data.class_counts(getattr(selector, "classes_", np.empty(0)))
    rare = counts[(counts < FEW_CLASS_ROWS) | (counts < SMALL_SHARE * n_rows)]
    balanced = len(counts) * SMALL_SHARE > 1.0  # many classes are all small
    if len(rare) and not (balanced and counts.min() >= FEW_CLASS_ROWS):
        label, count = rare.index[-1], int(rare.iloc[-1])
        cautions.append(
            f"Rare classes: {count_of(count, 'row')} of {n_rows} "
            f"({count / n_rows:.1%}) are {short_name(label)!r}. Features that matter "
            "for them only are hard to see; class_weight='balanced' lets all classes "
            "weigh the same."
        )
    if not selector.selection_curve_:
        cautions.append(
            "No rows were held out to say how many features are needed: cross_fit or "
            "screening is off."
        )
    if not isinstance(selector.random_state, Integral):
        cautions.append(
            "random_state is not a whole number: another fit differs a little."
        )
    return cautions


def code_of(selector: Any) -> str:
    """Write the lines of Python that repeat a fit.

    Parameters
    ----------
    selector : GateSelection

    Returns
    -------
    code : str
    """
    name = type(selector).__name__
    changed = changed_parameters(selector).items()
    arguments = ", ".join(f"{key}={value}" for key, value in changed)
    return (
        f"from stg_select import {name}\n\n"
        f"selector = {name}({arguments}).fit(X, y)\n"
        "selector.transform(X)"
    )


def changed_parameters(selector: Any) -> dict[str, str]:
    """Find the parameters that are not what they are by default.

    Parameters
    ----------
    selector : GateSelection

    Returns
    -------
    changed : dict of str to str
        Their values as Python writes them; dots in place of what is too long.
    """
    defaults = signature(type(selector)).parameters
    written = {k: repr(v) for k, v in selector.get_params(deep=False).items()}
    return {
        name: value if len(value) <= LONGEST_VALUE else "..."
        for name, value in written.items()
        if value != repr(defaults[name].default)
    }


def _features(selector: Any) -> str:
    is_text = np.isin(selector.feature_kinds_, ("text", "category"))
    n_rare = int(np.count_nonzero(~selector.varies_ & is_text))
    n_constant = int(np.count_nonzero(~selector.varies_)) - n_rare
    n_copies = int(np.count_nonzero(selector.copy_of_ >= 0))
    words = str(selector.n_features_in_)
    if n_constant:
        words += f", {n_constant} of them constant"
    if n_rare:
        words += f", {n_rare} of them constant or without frequent values"
    if n_copies:
        words += f", {n_copies} of them left out as near-copies"
    return words


def _members(selector: Any) -> str:
    n_members = selector.history_["n_open"].shape[1]
    words = f"{n_members}, of up to {count_of(selector.n_iter_, 'step')}"
    if isinstance(selector.cross_fit, Integral):
        n_deals = n_members // selector.cross_fit
        how_often = "once" if n_deals == 1 else f"{n_deals} times"
        words += f"; {selector.cross_fit} folds, dealt {how_often}"
    elif selector.cross_fit is None:
        words += "; without folds"
    return words
