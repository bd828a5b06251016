"""How far members agree about which gates are open.

Letters: K members, p gates.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def stability(is_open: NDArray[np.bool_]) -> float:
    r"""Tell how far members agree about which gates are open.

    .. math:: \Phi = 1 - \frac{\frac{1}{p} \sum_d \frac{K}{K - 1}
        \hat p_d (1 - \hat p_d)}{\frac{\bar k}{p} (1 - \frac{\bar k}{p})}

    with the share :math:`\hat p_d` of members in which gate d is open and the mean
    number :math:`\bar k` of open gates: equation 4 of [1]_.

    Parameters
    ----------
    is_open : ndarray of bool of shape (K, p)

    Returns
    -------
    stability : float
        1 where all members open the same gates, about 0 where each opens as many by
        chance. NaN of fewer than two members, or where no member opens a gate or
        every one opens all.

    References
    ----------
    .. [1] S. Nogueira, K. Sechidis and G. Brown, "On the Stability of Feature Selection
       Algorithms", Journal of Machine Learning Research 18:174, 2018.
    """
    n_members = len(is_open)
    if n_members < 2 or not is_open.size:
        return float("nan")
    share = is_open.mean(axis=0)
    by_chance = float(share.mean() * (1.0 - share.mean()))
    if by_chance <= 0.0:
        return float("nan")
    variance = share * (1.0 - share) * n_members / (n_members - 1.0)
    return 1.0 - float(variance.mean()) / by_chance
