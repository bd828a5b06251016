"""From a table and a target to the ranking of its columns."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stg_select.cli._errors import InputError
from stg_select.cli._messages import counted
from stg_select.cli._order import order_in_time, read_groups
from stg_select.cli._prepare import (
    OBJECTIVES,
    Target,
    prepare_survival,
    prepare_target,
)
from stg_select.cli._report import Report
from stg_select.cli._roles import Roles
from stg_select.cli._settings import Settings
from stg_select.cli._tables import check_column
from stg_select.cli._words import in_words


@dataclass(frozen=True, eq=False)
class Ranked:
    """A ranking, and what it was made from.

    Attributes
    ----------
    table : DataFrame
        A row for each column that varies or was to be kept, the best first, as
        `ranking_table` makes it.
    selector : GaussianGateSelector
        Fitted.
    X : DataFrame
        The columns that were judged.
    y : Series or ndarray
        The target as a person knows it.
    """

    table: pd.DataFrame
    selector: Any
    X: pd.DataFrame
    y: Any

    @property
    def kept(self) -> list[str]:
        """The names of the columns that are kept."""
        return self.table.loc[self.table["selected"], "feature"].tolist()

    def page(self) -> str:
        """Return the report of the selector as HTML."""
        with warnings.catch_warnings():  # of letters that the pictures' font lacks
            warnings.simplefilter("ignore")
            return str(self.selector.report(self.X, self.y).html())


def rank_columns(
    frame: pd.DataFrame, roles: Roles, settings: Settings, report: Report
) -> Ranked:
    """Rank the columns of a table by how much they tell about the target.

    Parameters
    ----------
    frame : DataFrame
        The whole table.
    roles : Roles
        What its columns are for.
    settings : Settings
        What the user may set about the selection.
    report : Report
        Told what was inferred and left out, and the selector's warnings.

    Raises
    ------
    InputError
        If a column is unknown or the table or a setting unfit.
    """
    for option, name in roles.named:
        check_column(frame, name, option)
    if roles.time is not None:
        frame = frame.iloc[order_in_time(frame[roles.time])].reset_index(drop=True)
    if roles.event is None:
        y = prepare_target(frame[roles.target], settings.task)
    else:
        y = prepare_survival(frame[roles.target], frame[roles.event])
    X = frame.drop(columns=list(roles.not_judged))
    if not X.shape[1]:
        raise InputError("The table has no column besides the target.")
    if isinstance(settings.n_features, int):
        _check_n_features(settings.n_features, X.shape[1] - len(set(roles.keep)))
    given = settings.task is not None or roles.event is not None
    report.target(roles.target, y, inferred=not given)
    groups = None if roles.groups is None else read_groups(frame[roles.groups])
    selector = _make_selector(y, settings, report, in_time=roles.time is not None)
    if roles.keep:
        selector.set_params(keep=list(roles.keep))
    _fit(selector, X, y, groups, report)
    ranking = selector.ranking_table()
    told = X.columns[selector.varies_ | selector.kept_]
    table = ranking[ranking["feature"].isin(told)]
    return Ranked(table, selector, X, _as_known(frame[roles.target], y))


def _check_n_features(n_features: int, n_columns: int) -> None:
    if n_features > n_columns:
        raise InputError(
            f"--n-features {n_features} is more than the "
            f"{counted(n_columns, 'column')} that can be judged."
        )


def _as_known(target: pd.Series, y: Target) -> Any:
    """Return the target with its name, and classes with theirs."""
    if y.task == "classification":
        return target
    return y.y if y.task == "survival" else pd.Series(y.y, name=target.name)


def _make_selector(
    target: Target, settings: Settings, report: Report, *, in_time: bool
) -> Any:
    from stg_select import GaussianGateSelector

    selector = GaussianGateSelector(
        n_features_to_select=settings.n_features,
        threshold=settings.threshold,
        max_correlation=settings.max_correlation,
        objective=OBJECTIVES[target.task],
        device=settings.device,
        n_jobs=settings.jobs,
        random_state=settings.seed,
        verbose=int(report.shows_progress),
    )
    if in_time:
        from sklearn.model_selection import TimeSeriesSplit

        selector.set_params(cross_fit=TimeSeriesSplit())
    return selector


def _fit(
    selector: Any,
    X: pd.DataFrame,
    target: Target,
    groups: NDArray[np.integer] | None,
    report: Report,
) -> None:
    """Fit the selector and pass on what it warns of and leaves out."""
    fit = selector.fit if groups is None else partial(selector.fit, groups=groups)
    columns = counted(X.shape[1], "column")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        try:
            with report.working(f"Screening {columns} of {len(X)} rows"):
                fit(X, target.y)
        # without tqdm there is no bar
        except (ValueError, TypeError, ImportError) as error:
            raise InputError(in_words(str(error))) from error
    left_out = np.flatnonzero(~selector.varies_ & ~selector.kept_)
    n_values = np.array([X.iloc[:, i].nunique() for i in left_out], dtype=int)
    rare = X.columns[left_out[n_values >= 2]].tolist()
    said_below = tuple(f"Column {name!r} of X holds" for name in rare)
    for message in dict.fromkeys(str(warning.message) for warning in caught):
        if not message.startswith(said_below):
            report.warning(in_words(message))
    report.left_out(X.columns[left_out[n_values < 2]].tolist(), rare)
