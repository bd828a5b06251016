"""From a table and a target to the ranking of its columns."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from stg_select.cli._errors import InputError
from stg_select.cli._prepare import (
    OBJECTIVES,
    Target,
    prepare_survival,
    prepare_target,
)
from stg_select.cli._report import Report
from stg_select.cli._settings import Settings
from stg_select.cli._tables import check_column


def rank_columns(
    frame: pd.DataFrame,
    target: str,
    drop: Sequence[str],
    settings: Settings,
    report: Report,
) -> pd.DataFrame:
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
    ranking : DataFrame
        A row for each column that varies, the best first, with `feature`, `rank`, `mu`,
        `active_prob` and `selected`.

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
) -> pd.DataFrame:
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
    return ranking[ranking["feature"].isin(columns.columns[varies])]
