"""How many of the best gates are needed: pure functions of numpy arrays.

Letters: S sizes, numbers of best gates that networks have seen.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]

# Units of log-likelihood by which networks have to beat the null model on rows that
# they have not seen: without a signal one size reaches so many with probability exp(-6)
# at most. Fewer rows than so many hold less, and have to show less in proportion. Of
# few rows `CHANCE_UNITS` are enough where so many columns, clear by themselves, bear
# witness. The quality benchmark's part n says how often noise is kept.
LEAST_EVIDENCE = 6.0
EVIDENT_ROWS = 100.0
FEWEST_WITNESSES = 2
# gates for each witness up to which a size is what they bear witness of
GATES_A_WITNESS = 4
# share of the best gain by which a size may be worse and count as enough; never less
# than three units, which chance makes of nothing
ENOUGH_SHARE = 0.01
CHANCE_UNITS = 3.0
# standard errors by which a size may be worse and count as enough
ENOUGH_ERRORS = 2.0
# rows below which one deal of them to folds is a matter of luck; then, rows that all
# deals hold together, and how many deals there are
FEW_ROWS = 1000
DEALT_ROWS = 2500
FEWEST_DEALS, MOST_DEALS = 2, 6
# units that each gate has to bring to be worth it; of few rows the square root of their
# number counts beyond so many
LEAST_WORTH = 0.05
EACH_OF = 128
# share of the likelihood that lies below the size that few rows are brought nearer to,
# and points between the smallest and the largest size at which it is summed
LIKELY_SHARE = 0.75
N_POINTS = 1001
# most gates of a set: so many, or a tenth of very many gates, up to the second number
MOST_GATES, MOST_OF_MANY = 512, 1024
MOST_SHARE = 0.1
# rows from which columns that tell something by themselves have no benefit of the doubt
MANY_ROWS = 500.0


def worth(sizes: NDArray[np.integer], doubt: float = 0.0) -> FloatArray:
    r"""Say how much sets of gates have to gain to be worth it.

    Many useless gates together may gain some units by chance. Of few rows the useful
    ones hardly gain more: hundreds may be worth it that tell a little each.

    Parameters
    ----------
    sizes : ndarray of int of shape (S,)
        Numbers of gates s.
    doubt : float, default=0.0
        From 0 to 1, how far the rows are from telling one size from another.

    Returns
    -------
    units : ndarray of shape (S,)
        In units of log-likelihood, a twentieth for each gate. By the share of the doubt
        more than 128 gates count as :math:`\sqrt{128 s}`.
    """
    fewer = np.minimum(sizes, np.sqrt(EACH_OF * sizes))
    return LEAST_WORTH * ((1.0 - doubt) * sizes + doubt * fewer)


def small_difference(gain: FloatArray) -> FloatArray:
    """Tell by how much a gain may be missed and count as reached.

    Parameters
    ----------
    gain : ndarray
        In units of log-likelihood.

    Returns
    -------
    difference : ndarray
        A hundredth of it, or the three units that chance makes of nothing.
    """
    return np.maximum(CHANCE_UNITS, ENOUGH_SHARE * gain)


def are_enough(gain: FloatArray, error: FloatArray) -> NDArray[np.bool_]:
    """Tell which numbers of gates are as good as the best one, as far as can be seen.

    Parameters
    ----------
    gain : ndarray of shape (S,)
        Units of log-likelihood by which networks with these numbers of best gates beat
        the null model on rows that were held out.
    error : ndarray of shape (S,)
        Standard errors of what each size gains less than the best one.

    Returns
    -------
    enough : ndarray of bool of shape (S,)
        Whether the gain is within a hundredth of the best one, three units, or two
        standard errors, whichever is most.
    """
    most = gain.max()
    fewer = np.maximum(small_difference(most), ENOUGH_ERRORS * error)
    return gain >= most - fewer


def good_sizes(
    sizes: NDArray[np.integer], gain: FloatArray, error: FloatArray
) -> tuple[int, int]:
    """Find the smallest number of gates that is enough, and the best one.

    Parameters
    ----------
    sizes : ndarray of int of shape (S,)
        Numbers of best gates that networks have seen, ascending.
    gain : ndarray of shape (S,)
        Units of log-likelihood by which these networks beat the null model on rows
        that were held out.
    error : ndarray of shape (S,)
        Standard errors of what each size gains less than the best one.

    Returns
    -------
    fewest, best : int
        The smallest size that is enough, see `are_enough`; and the one that gains most.
    """
    return int(sizes[are_enough(gain, error)][0]), int(sizes[gain.argmax()])


def likely_size(sizes: NDArray[np.integer], gain: FloatArray) -> float:
    r"""Say how many gates are needed at most, three to one.

    Which one of several sizes that are about as good gains most is a matter of chance;
    how likely they are together hardly is.

    Parameters
    ----------
    sizes : ndarray of int of shape (S,)
        Numbers of best gates that networks have seen, ascending.
    gain : ndarray of shape (S,)
        Units of log-likelihood by which these networks beat the null model on rows
        that were held out.

    Returns
    -------
    size : float
        Three quarters of the likelihood lie below it: quantile of the density
        :math:`e^{G(s)}` of :math:`\log(1 + s)`, with the gains G of the sizes s joined
        by straight lines. The likelihoods are Akaike's weights [1]_.

    References
    ----------
    .. [1] K. P. Burnham and D. R. Anderson, "Model Selection and Multimodel Inference",
       second edition, Springer, 2002, section 2.9.
    """
    place = np.log1p(sizes)
    points = np.linspace(place[0], place[-1], N_POINTS)
    below = np.cumsum(np.exp(np.interp(points, place, gain) - gain.max()))
    at = np.searchsorted(below, LIKELY_SHARE * below[-1])
    return float(np.expm1(points[at]))


def number_of_deals(n_rows: int, n_evidence: float) -> int:
    """Say how often rows are dealt to folds anew.

    One deal of few rows is a matter of luck, which costs little to average out.

    Parameters
    ----------
    n_rows : int
        Number of distinct rows.
    n_evidence : float
        Number of rows that count as evidence of every gate.

    Returns
    -------
    count : int
        1 where 1000 rows count as evidence; else 2, and 3 to 6 of up to 833 rows.
    """
    if n_evidence >= FEW_ROWS:
        return 1
    return min(max(DEALT_ROWS // n_rows, FEWEST_DEALS), MOST_DEALS)


def largest_size(n_gates: int) -> int:
    """Say how many gates models see at once at most.

    Parameters
    ----------
    n_gates : int
        Number of gates that may close.

    Returns
    -------
    size : int
        A tenth of the gates, but no fewer than 512, if there are so many, and no more
        than 1024.
    """
    tenth = int(MOST_SHARE * n_gates)
    return min(max(tenth, MOST_GATES), MOST_OF_MANY, n_gates)


def benefit_of_doubt(n_rows: float, class_pairs: float = 1.0) -> int:
    r"""Count the likely columns that few rows cannot tell from superfluous ones.

    A column that tells something by itself may add nothing to others. Rows show that
    by small differences of the loss, which drown in noise where rows are few.

    Parameters
    ----------
    n_rows : float
        Number of rows n.
    class_pairs : float, default=1.0
        Half of the number of classes, where there are several.

    Returns
    -------
    count : int
        :math:`(500 / n)^2` for each pair of classes. Of two classes 100 at 50 rows,
        25 at 100, 6 at 200 and none above 500.
    """
    return int(class_pairs * (MANY_ROWS / n_rows) ** 2)


def doubt_of_sizes(n_rows: float) -> float:
    """Say how far few rows are from telling one number of columns from another.

    What further columns add is then too little to be seen, and may still be true.

    Parameters
    ----------
    n_rows : float
        Number of rows n.

    Returns
    -------
    share : float
        1 - n / 500: from 1 where there are hardly any rows to 0 from 500 on.
    """
    return max(0.0, 1.0 - n_rows / MANY_ROWS)


def is_evident(
    sizes: NDArray[np.integer], gain: FloatArray, n_clear: int, n_rows: float
) -> bool:
    """Tell whether there is anything to select.

    Parameters
    ----------
    sizes : ndarray of int of shape (S,)
        Numbers of best gates that networks have seen, ascending.
    gain : ndarray of shape (S,)
        Units of log-likelihood by which networks beat the null model on rows that were
        held out.
    n_clear : int
        Gates that are above the level of chance by themselves.
    n_rows : float
        Number of rows n.

    Returns
    -------
    evident : bool
        Whether some size gains six units, of fewer than 100 rows less in proportion,
        down to three; or a size of up to four times the clear gates three, where rows
        are so few that two of these have the benefit of the doubt.
    """
    least = max(CHANCE_UNITS, LEAST_EVIDENCE * min(n_rows / EVIDENT_ROWS, 1.0))
    if gain.max() >= least:
        return True
    n_witnesses = min(n_clear, benefit_of_doubt(n_rows))
    borne_out = gain[sizes <= GATES_A_WITNESS * n_witnesses].max(initial=0.0)
    return bool(n_witnesses >= FEWEST_WITNESSES and borne_out >= CHANCE_UNITS)


def how_many(
    sizes: NDArray[np.integer],
    gain: FloatArray,
    error: FloatArray,
    n_open: float,
    doubt: float = 0.0,
) -> int:
    """Say how many of the best gates are needed to predict about as well as possible.

    Parameters
    ----------
    sizes : ndarray of int of shape (S,)
        Numbers of best gates that networks have seen, ascending.
    gain : ndarray of shape (S,)
        Units of log-likelihood by which these networks beat the null model on rows
        that were held out.
    error : ndarray of shape (S,)
        Standard errors of what each size gains less than the best one.
    n_open : float
        Open gates of the average member.
    doubt : float, default=0.0
        From 0 to 1, how far the rows are from telling one size from another.

    Returns
    -------
    count : int
        As many as the average member keeps open, at most the best size. It has to be
        above all sizes that are too small; else it is the fewest that are enough.
        Where some size gains six units, doubt moves it towards the likely size, if that
        is larger: by that share of the way, in factors.
    """
    fewest, best = good_sizes(sizes, gain, error)
    count = min(round(n_open), best)
    if count <= sizes[sizes < fewest].max(initial=0):
        count = fewest
    if count > 0 and gain.max() >= LEAST_EVIDENCE:
        more = max(likely_size(sizes, gain) / count, 1.0)
        count = round(count * more**doubt)
    return count


def most_in_doubt(
    sizes: NDArray[np.integer], gain: FloatArray, error: FloatArray
) -> float:
    """Say beyond how many gates there is no doubt that they are too many.

    Parameters
    ----------
    sizes : ndarray of int of shape (S,)
        Numbers of best gates that networks have seen, ascending.
    gain : ndarray of shape (S,)
        Units of log-likelihood by which these networks beat the null model on rows
        that were held out.
    error : ndarray of shape (S,)
        Standard errors of what each size gains less than the best one.

    Returns
    -------
    count : float
        The largest size that is enough; infinite if no larger one was tried.
    """
    enough = are_enough(gain, error)
    return np.inf if enough[-1] else float(sizes[enough][-1])
