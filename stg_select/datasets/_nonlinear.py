"""The four nonlinear classification problems of Passemiers et al. (2024)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stg_select.datasets._draws import Seed, Table, check_sizes


def make_ring(
    n_samples: int = 1000, n_features: int = 64, *, random_state: Seed = None
) -> Table:
    r"""Make two classes, one of them a ring in the plane of two columns.

    With U uniform on [0, 1], independent, :math:`y = 1` iff
    :math:`|\sqrt{(u_0 - .5)^2 + (u_1 - .5)^2} - .35| \le .1151`. Neither column
    is correlated with y; both show in a marginal density.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of rows.
    n_features : int, default=64
        Number of columns, the informative ones included.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
        :math:`2 U - 1`, so uniform on [-1, 1].
    y : ndarray of shape (n_samples,)
        Classes 0 and 1, about equally frequent.
    informative : ndarray of shape (2,)
        Always columns 0 and 1.

    References
    ----------
    A. Passemiers, P. Folco, D. Raimondi, G. Birolo, Y. Moreau, P. Fariselli, "A
    quantitative benchmark of neural network feature selection methods for detecting
    nonlinear signals", Scientific Reports 14 (2024), doi 10.1038/s41598-024-82583-5.

    Examples
    --------
    >>> from stg_select.datasets import make_ring
    >>> X, y, informative = make_ring(200, 10, random_state=0)
    >>> X.shape, informative
    ((200, 10), array([0, 1]))
    """
    unit, _ = _draw_unit(n_samples, n_features, 2, random_state)
    return _table(unit, _near_ring(unit, 0.1151), 2)


def make_xor(
    n_samples: int = 1000, n_features: int = 64, *, random_state: Seed = None
) -> Table:
    r"""Make two classes that only the joint sign of two columns tells apart.

    :math:`y = 1` iff :math:`(u_0 - .5)(.5 - u_1) \ge 0`: each column alone, and every
    other pair, is independent of y. Arguments, scale and source as in `make_ring`.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of rows.
    n_features : int, default=64
        Number of columns, the informative ones included.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
        Uniform on [-1, 1].
    y : ndarray of shape (n_samples,)
        Classes 0 and 1.
    informative : ndarray of shape (2,)
        Always columns 0 and 1.
    """
    unit, _ = _draw_unit(n_samples, n_features, 2, random_state)
    return _table(unit, _joint_sign(unit, 0, 0.0), 2)


def make_ring_xor(
    n_samples: int = 1000, n_features: int = 64, *, random_state: Seed = None
) -> Table:
    r"""Make two classes, the union of a ring and a shrunken XOR.

    :math:`y = 1` iff :math:`|r_{01} - .35| \le .0704` or
    :math:`(u_2 - .5)(.5 - u_3) \ge .0337`, where :math:`r_{01}` is the distance of
    :math:`(u_0, u_1)` from (.5, .5). Scale and source as in `make_ring`.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of rows.
    n_features : int, default=64
        Number of columns, the informative ones included.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
        Uniform on [-1, 1].
    y : ndarray of shape (n_samples,)
        Classes 0 and 1.
    informative : ndarray of shape (4,)
        Always columns 0 to 3.
    """
    unit, _ = _draw_unit(n_samples, n_features, 4, random_state)
    return _table(unit, _near_ring(unit, 0.0704) | _joint_sign(unit, 2, 0.0337), 4)


def make_ring_xor_sum(
    n_samples: int = 1000, n_features: int = 64, *, random_state: Seed = None
) -> Table:
    r"""Make two classes, the union of a ring, a shrunken XOR and a noisy sum.

    :math:`y = 1` iff :math:`|r_{01} - .35| \le .0479` or
    :math:`(u_2 - .5)(.5 - u_3) \ge .0598` or
    :math:`u_4 + u_5 + \varepsilon \ge 1.4074` with :math:`\varepsilon` normal of
    standard deviation .2. Scale and source as in `make_ring`.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of rows.
    n_features : int, default=64
        Number of columns, the informative ones included.
    random_state : int, numpy.random.Generator or None, default=None
        Seed of the draw; None draws afresh.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
        Uniform on [-1, 1].
    y : ndarray of shape (n_samples,)
        Classes 0 and 1.
    informative : ndarray of shape (6,)
        Always columns 0 to 5.
    """
    unit, rng = _draw_unit(n_samples, n_features, 6, random_state)
    noisy_sum = unit[:, 4] + unit[:, 5] + rng.normal(0.0, 0.2, n_samples)
    positive = (
        _near_ring(unit, 0.0479) | _joint_sign(unit, 2, 0.0598) | (noisy_sum >= 1.4074)
    )
    return _table(unit, positive, 6)


def _draw_unit(
    n_samples: int, n_features: int, n_informative: int, random_state: Seed
) -> tuple[NDArray[np.float64], np.random.Generator]:
    check_sizes(n_samples, n_features, n_informative)
    rng = np.random.default_rng(random_state)
    return rng.uniform(size=(n_samples, n_features)), rng


def _near_ring(unit: NDArray[np.float64], width: float) -> NDArray[np.bool_]:
    radius = np.hypot(unit[:, 0] - 0.5, unit[:, 1] - 0.5)
    return np.abs(radius - 0.35) <= width


def _joint_sign(
    unit: NDArray[np.float64], first: int, at_least: float
) -> NDArray[np.bool_]:
    return (unit[:, first] - 0.5) * (0.5 - unit[:, first + 1]) >= at_least


def _table(
    unit: NDArray[np.float64], positive: NDArray[np.bool_], n_informative: int
) -> Table:
    return 2.0 * unit - 1.0, positive.astype(np.int64), np.arange(n_informative)
