"""Times to an event, some of them censored."""

from __future__ import annotations

import numpy as np

from stg_select.datasets._draws import Seed, Table, check_sizes, draw_columns


def make_survival(
    n_samples: int = 1000,
    n_features: int = 200,
    *,
    censoring: float = 0.3,
    signal: float = 1.0,
    random_state: Seed = None,
) -> Table:
    r"""Make times to an event whose hazard five columns multiply.

    On standard normal columns the hazard is constant in time,
    :math:`\exp(s (.8 (x_a - x_b) + .6 (x_c^2 - 1) + x_d x_e))` with the strength s.
    Rows drop out at exponential times of their own, independent of the columns.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of rows.
    n_features : int, default=200
        Number of columns, the informative ones included.
    censoring : float, default=0.3
        Share of rows whose event is not seen, in [0, 1).
    signal : float, default=1.0
        Strength of the signal; 0 makes times that no column says anything about.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
    y : structured ndarray of shape (n_samples,)
        Fields ``"event"``, whether it was seen, and ``"time"``, when it came or the
        row dropped out.
    informative : ndarray of shape (5,)
        At random positions.

    Raises
    ------
    ValueError
        If the sizes or the share cannot be.
    """
    check_sizes(n_samples, n_features, 5)
    if not 0.0 <= censoring < 1.0:
        raise ValueError(f"censoring must be in [0, 1), got {censoring!r}.")
    rng = np.random.default_rng(random_state)
    X = rng.standard_normal((n_samples, n_features))
    informative = draw_columns(rng, n_features, 5)
    a, b, c, d, e = X[:, informative].T
    log_hazard = signal * (0.8 * (a - b) + 0.6 * (c**2 - 1.0) + d * e)
    time = rng.exponential(size=n_samples) * np.exp(-log_hazard)
    drop_out = rng.exponential(size=n_samples)
    # in the unit in which the wanted share of the rows drops out before its event
    unit = np.quantile(time / drop_out, 1.0 - censoring)
    drop_out = drop_out * unit if censoring > 0.0 else np.full(n_samples, np.inf)
    y = np.empty(n_samples, dtype=[("event", bool), ("time", np.float64)])
    y["event"], y["time"] = time <= drop_out, np.minimum(time, drop_out)
    return X, y, informative
