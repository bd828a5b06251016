"""From a table and a target to the ranking of its columns."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from stg_select.cli._errors import InputError
from stg_select.cli._prepare import (
    OBJECTIVES,
    Target,
    Task,
    prepare_survival,
    prepare_target,
)
from stg_select.cli._report import Report
from stg_select.cli._tables import check_column

if TYPE_CHECKING:
    from stg_select import GaussianGateSelector


@dataclass(frozen=True)
class Settings:
    """What the user may set about the selection.

    Attributes
    ----------
    task : {"classification", "regression", "counts", "survival"} or None
        What to learn; None infers it from the target.
    n_features : int, float or None
        How many columns to keep, or which share of them; None leaves it to `threshold`.
    threshold : float or None
        The active probability from which a column is kept.
    device : str
        Where to train.
    seed : int
        Same seed, same ranking.
    jobs : int
        Processes that share the work.
    max_correlation : float or None
        Largest rank correlation of two columns that are kept.
    event : str or None
        The column that says where the time of the target is that of an event.
    """

    task: Task | None
    n_features: int | float | None
    threshold: float | None
    device: str
    seed: int
    jobs: int
    max_correlation: float | None
    event: str | None


@dataclass(frozen=True)
class Ranked:
    """The columns of a table, ranked.

    Attributes
    ----------
    ranking : DataFrame
        A row for each column that varies, the best first, as `ranking_table` of the
        selector has it.
    selector : GaussianGateSelector
        Fitted.
    """

    ranking: pd.DataFrame
    selector: GaussianGateSelector


def rank_columns(
    frame: pd.DataFrame,
    target: str,
    drop: Sequence[str],
    settings: Settings,
    report: Report,
) -> Ranked:
    """Rank the columns of a table by how much they tell about the target.

    Parameters
    ----------
    frame : DataFrame
        The whole table.
    target : str
        The column to predict.
    drop : sequence of str
        Columns to leave out.
    settings : Settings
        What the user may set about the selection.
    report : Report
        Told what was inferred and left out, and the selector's warnings.

    Returns
    -------
    ranked : Ranked

    Raises
    ------
    InputError
        If a column is unknown or the table or a setting unfit.
    """
    check_column(frame, target, "--target")
    for name in drop:
        check_column(frame, name, "--drop")
    if target in drop:
        raise InputError(f"--drop {target!r} is the target.")
    event, targets = settings.event, [target]
    if event is None:
        y = prepare_target(frame[target], settings.task)
    else:
        check_column(frame, event, "--event")
        if event in (target, *drop):
            raise InputError(f"--event {event!r} is the target, or dropped.")
        y, targets = prepare_survival(frame[target], frame[event]), [target, event]
    columns = frame.drop(columns=[*targets, *drop])
    if not columns.shape[1]:
        raise InputError("The table has no column besides the target.")
    if isinstance(settings.n_features, int):
        _check_n_features(settings.n_features, columns.shape[1])
    report.target(target, y, inferred=settings.task is None and event is None)
    return _fit(columns, y, settings, report)


def _check_n_features(n_features: int, n_columns: int) -> None:
    if n_features > n_columns:
        raise InputError(
            f"--n-features {n_features} is more than the {n_columns} columns that can "
            "be judged."
        )


def _fit(
    columns: pd.DataFrame, target: Target, settings: Settings, report: Report
) -> Ranked:
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
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        try:
            selector.fit(columns, target.y)
        # without tqdm there is no bar
        except (ValueError, TypeError, ImportError) as error:
            raise InputError(" ".join(str(error).split())) from error
        ranking = selector.ranking_table()
    for warning in caught:
        report.warning(str(warning.message))
    varies = selector.varies_
    n_values = [columns.iloc[:, i].nunique() for i in np.flatnonzero(~varies)]
    left_out = columns.columns[~varies].to_numpy()
    report.left_out(
        constant=left_out[np.array(n_values) < 2].tolist(),
        rare=left_out[np.array(n_values) >= 2].tolist(),
    )
    varying = ranking["feature"].isin(columns.columns[varies])
    return Ranked(ranking[varying], selector)
