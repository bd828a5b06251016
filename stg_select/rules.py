"""From trained members to a ranking and a selection: pure functions of numpy arrays.

Letters: K members, p gates.
"""

from __future__ import annotations

from numbers import Integral

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]

# What a gate counts for that a member did not train or has closed at the end; where
# it reports NaN. A gate of this mean neither passes a column nor learns any more.
CLOSED_MU = -0.5
CLOSED_PROB = 0.0
# quantiles between which the middle 80 % of the members lie
MIDDLE = (0.1, 0.9)
# interval in which the means are kept, beyond which a gate neither learns nor pays
MU_RANGE = (CLOSED_MU, 1.5)
# units that a trained gate has to be worth, or is closed
LEAST_GAIN = 1.0
# units that an open gate takes off a member's loss by having been fitted; more than
# those of one parameter, since it also weighs the components of its column
OPTIMISM = 1.5
# What the clearest marginal score is worth beside the largest coefficient, the score
# that is worth half of that.
# Chosen, like the share of the screening, on simulated tables, small real ones with
# shuffled copies and splits of real data that no benchmark reports: more weight lets
# neighbours and copies of true columns pass weak true ones.
CLEAR_SHARE = 0.3
CLEAR_SCORE = 2.0
# parts of the screening in the evidence for one part of the active probability
SCREEN_SHARE = 2.0
# share of gates that tell nothing among those that are likely to tell something
CHANCE_SHARE = 0.2
# A term is plain if chance makes fewer than so many as good among all of its kind. Five
# kinds and more are looked through, so that in less than one table of a hundred chance
# makes a plain one of any kind.
PLAIN_BY_CHANCE = 0.002
# score from which a gate is likely to do more than tell groups of dependent rows apart
CLEAR_OF_GROUPS = 1.5
# so that nothing has more evidence than 1
GATE_SHARE = 1.0 / (1.0 + SCREEN_SHARE * (1.0 + CLEAR_SHARE))


def counted(values: FloatArray, closed: float) -> FloatArray:
    """Count gates that report nothing as closed.

    Parameters
    ----------
    values : ndarray of shape (K, p)
        NaN for gates that a member did not train or has closed at the end.
    closed : float
        Value of a closed gate, `CLOSED_MU` or `CLOSED_PROB`.

    Returns
    -------
    values : ndarray of shape (K, p)
    """
    return np.where(np.isnan(values), closed, values)


def beats_null(
    loss: FloatArray, cost: FloatArray, n_open: FloatArray, optimism: float
) -> NDArray[np.bool_]:
    """Tell which members explain more than their open gates cost.

    Parameters
    ----------
    loss : ndarray of shape (K,)
        Loss on held-out rows in shares of the null deviance.
    cost : ndarray of shape (K,)
        Sum of the prices of the open gates, in shares of the null deviance.
    n_open : ndarray of shape (K,)
        Number of open gates.
    optimism : float
        Share of the null deviance by which `loss` is too small for each open gate,
        since the gate was fitted to the rows that it is judged on.

    Returns
    -------
    beats : ndarray of bool of shape (K,)
        False where the null model, of loss 1 and no gate, is at least as good.
    """
    return loss + cost + optimism * n_open < 1.0


def information_price(n_gates: int, n_rows: float, null_deviance: float) -> float:
    r"""Price of a gate in training: half of the risk inflation criterion.

    .. math:: \lambda = \log(m) / (2 n D_0)

    A useless column lowers the deviance :math:`2 n D` by a chi-squared variable, the
    best of m by about :math:`2 \log m`, which is what the criterion [1]_ charges;
    half of it leaves weak columns in the ranking. The rows that price the gates of a
    working set had no say in choosing it, so that only its own gates count.

    Parameters
    ----------
    n_gates : int
        Gates m of a working set.
    n_rows : float
        Number of rows n.
    null_deviance : float
        Mean negative log-likelihood :math:`D_0` of the null model.

    Returns
    -------
    price : float
        In shares of the null deviance.

    References
    ----------
    .. [1] D. P. Foster and E. I. George, "The Risk Inflation Criterion for Multiple
       Regression", Annals of Statistics 22, 1994.
    """
    return float(np.log(max(n_gates, 2)) / (2.0 * n_rows * null_deviance))


def likelihood_unit(n_rows: float, null_deviance: float) -> float:
    r"""Share of the deviance that one unit of log-likelihood is.

    .. math:: 1 / (n D_0)

    That much a useless parameter takes off its own rows on average [1]_, by having
    been fitted to them.

    Parameters
    ----------
    n_rows : float
        Number of rows n.
    null_deviance : float
        Mean negative log-likelihood :math:`D_0` of the null model.

    Returns
    -------
    share : float
        In shares of the null deviance.

    References
    ----------
    .. [1] H. Akaike, "A new look at the statistical model identification", IEEE
       Transactions on Automatic Control 19, 1974.
    """
    return 1.0 / (n_rows * null_deviance)


def promise(coefficient: FloatArray, marginal: FloatArray) -> FloatArray:
    r"""Weigh what the screening says about every feature.

    .. math:: s_d = \frac{c_d}{\max c} + \frac{3}{10} \frac{m_d^4}{m_d^4 + 2^4}

    Of several columns that say the same a regression keeps one, while useless columns
    get small coefficients. The second part puts a column with a clear score, alone or
    in a pair or triple, before columns that have no more than a coefficient of less
    than about a quarter of the largest.

    Parameters
    ----------
    coefficient, marginal : ndarray of shape (p,)
        Screening scores c and m, as in `screening.GateScores`.

    Returns
    -------
    promise : ndarray of shape (p,)
        From 0 to 1.3.
    """
    fourth_power = np.square(np.square(marginal / CLEAR_SCORE))
    # in steps that do not lose the order of scores to rounding
    clear = 1.0 - 1.0 / (1.0 + fourth_power)
    return _relative(coefficient) + CLEAR_SHARE * clear


def evidence(
    active_probs: FloatArray, coefficient: FloatArray, marginal: FloatArray
) -> FloatArray:
    """Weigh what the gates and the screening say about every feature.

    Parameters
    ----------
    active_probs : ndarray of shape (p,)
        Mean probability that the gate is open.
    coefficient, marginal : ndarray of shape (p,)
        Screening scores on all rows, as in `screening.GateScores`.

    Returns
    -------
    evidence : ndarray of shape (p,)
        In [0, 1]: a mean of the probability and `SCREEN_SHARE` times the `promise`.
    """
    screened = SCREEN_SHARE * promise(coefficient, marginal)
    return GATE_SHARE * (active_probs + screened)


def count_likely(scores: FloatArray, n_needed: int = 0) -> int:
    r"""Count the gates that are likely to tell something by themselves.

    Of p scores of useless gates no more than about :math:`p^{1 - t^2}` exceed t times
    the level of chance. The k best scores are likely where that is at most a fifth of
    those that are not needed in any case, as in the control of the false discovery rate
    [1]_: beside many clear gates one may be less clear.

    Parameters
    ----------
    scores : ndarray of shape (p,)
        Screening scores of terms of single columns; 1 is the level of chance.
    n_needed : int, default=0
        Gates that are needed in any case. They say nothing for others.

    Returns
    -------
    count : int
        The largest such k; 0 without.

    References
    ----------
    .. [1] Y. Benjamini and Y. Hochberg, "Controlling the False Discovery Rate: a
       Practical and Powerful Approach to Multiple Testing", Journal of the Royal
       Statistical Society B 57, 1995.
    """
    best_first = np.sort(scores)[::-1]
    rank = np.arange(1, len(scores) + 1)
    by_chance = len(scores) ** (1.0 - np.square(best_first))
    others = rank - n_needed
    return int(rank[by_chance <= CHANCE_SHARE * others].max(initial=0))


def _relative(values: FloatArray) -> FloatArray:
    largest = values.max()
    return values / largest if largest > 0.0 else np.zeros_like(values)


def rank_gates(*keys: FloatArray) -> NDArray[np.int64]:
    """Rank gates by several keys, the first one deciding, the position last.

    Parameters
    ----------
    *keys : ndarray of shape (p,)
        Larger is better.

    Returns
    -------
    ranking : ndarray of int of shape (p,)
        1 for the best gate; a permutation of 1..p.
    """
    order = np.lexsort([-np.asarray(key, dtype=float) for key in reversed(keys)])
    ranking = np.empty(len(order), dtype=np.int64)
    ranking[order] = np.arange(1, len(order) + 1)
    return ranking


def best_gates(
    ranking: NDArray[np.integer], selectable: NDArray[np.bool_], count: int
) -> NDArray[np.bool_]:
    """Choose the best gates of those that may be chosen.

    Parameters
    ----------
    ranking : ndarray of int of shape (p,)
        1 for the best gate; columns of one gate share their rank.
    selectable : ndarray of bool of shape (p,)
        False for gates that are never chosen.
    count : int
        Number of gates to choose.

    Returns
    -------
    chosen : ndarray of bool of shape (p,)
    """
    chosen = np.unique(ranking[selectable])[:count]
    return np.isin(ranking, chosen) & selectable


def count_to_select(n_features_to_select: float, n_gates: int) -> int:
    """Count the gates meant by an int, or by a share in (0, 1].

    Parameters
    ----------
    n_features_to_select : int or float
    n_gates : int

    Returns
    -------
    count : int
        At least 1.
    """
    if isinstance(n_features_to_select, Integral):
        return int(n_features_to_select)
    # 0.29 * 100 is 28.999999999999996
    return max(1, int(n_features_to_select * n_gates + 1e-9))
