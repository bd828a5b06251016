"""Warnings of members that failed, did not finish or could not."""

from __future__ import annotations

import warnings

from sklearn.exceptions import ConvergenceWarning

from stg_select.engine import PathResult, TrainingConfig


def check_members(result: PathResult, config: TrainingConfig) -> None:
    """Warn of members that failed, did not finish or could not.

    Parameters
    ----------
    result : PathResult
    config : TrainingConfig
        What the members were trained with.

    Raises
    ------
    ValueError
        If no member is left.
    """
    n_members = len(result.finite)
    n_failed = int((~result.finite).sum())
    if n_failed == n_members:
        msg = (
            "The loss of every member stopped being finite; lower "
            f"learning_rate_init, got {config.learning_rate!r}."
        )
        raise ValueError(msg)
    if n_failed:
        warnings.warn(
            f"The loss of {n_failed} of {n_members} members stopped being finite; "
            "they are left out. Lower learning_rate_init.",
            ConvergenceWarning,
            stacklevel=7,
        )
    n_unfinished = int((result.finite & ~result.converged).sum())
    if config.n_iter_no_change is not None and n_unfinished:
        warnings.warn(
            f"{n_unfinished} of {n_members} members were still improving after "
            f"max_iter={config.max_iter} steps; raise max_iter.",
            ConvergenceWarning,
            stacklevel=7,
        )
    if (config.max_iter - config.warm_up) * config.gate_learning_rate < config.mu_init:
        warnings.warn(
            f"No gate can close within max_iter={config.max_iter} steps of "
            f"gate_learning_rate_init={config.gate_learning_rate!r}; raise max_iter.",
            ConvergenceWarning,
            stacklevel=7,
        )
