"""The selector: scikit-learn's interface to cross-fitted stochastic gates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from stg_select.selectors._fitting import GateFit
from stg_select.selectors._parameters import CONSTRAINTS


class GaussianGateSelector(GateFit):
    r"""Select features with cross-fitted Gaussian stochastic gates.

    Small networks are trained behind one gate a feature,
    :math:`z_d = \max(0, \min(1, \mu_d + \epsilon_d))` with
    :math:`\epsilon_d \sim N(0, \sigma^2)` [1]_. Weights and gates minimise

    .. math:: \ell / D_0 + \lambda \sum_d \Phi(\mu_d / \sigma)

    with the loss :math:`\ell`, the loss :math:`D_0` of the best constant and the
    price :math:`\lambda` of an open gate. The weights are trained on some rows, the
    gates on others, so that a gate opens only if its feature helps on rows that the
    network has not seen. Members with rotated folds and other seeds are trained
    side by side and averaged.

    Parameters
    ----------
    n_features_to_select : int or float, default=None
        Number of best features to select, or their share in (0, 1]; counts gates
        where `feature_groups` are given. None leaves it to `threshold` or, without
        one, to the fit: as many as models need to predict rows that they have not
        seen about as well as with any number of features, or where no number helps,
        as many as are plain on all rows. May be changed after `fit`.
    threshold : float or None, default=None
        Smallest mean active probability of a selected feature, where no number is
        given. May be changed after `fit`.
    objective : str, default="auto"
        "squared_error", "huber", "log_loss", "poisson", "cox" or "cox_breslow". "auto"
        takes labels, two whole numbers, and up to 20 of which each comes at least three
        times as classes, an event and a time a row as "cox", columns of zeros and ones
        as labels, and other numbers as a response; it warns where that is a guess.
    class_weight : dict, "balanced" or None, default=None
        Multiplies the weights of rows by those of their labels, 1 for labels left out;
        "balanced" lets all classes weigh the same.
    reg_weight : float or "auto", default="auto"
        Price of an open gate, as a share of the null deviance. "auto" takes half of
        the risk inflation criterion [2]_ for the m gates that a member trains,
        :math:`\log(m) / (2 n D_0)`.
    gate_std : float, default=0.5
        Standard deviation of the gate noise.
    keep : array-like, str, int, callable or None, default=None
        Columns that are selected whatever happens: names, positions, a mask, or a
        function of `X` that returns one of these. Their gates are open in all members
        at no price, and other columns count for what they add to them. They come on
        top of `n_features_to_select`.
    feature_groups : array-like of shape (n_features,), dict or "auto", default=None
        An id a column, or the columns of each named group by name or position (an
        integer is a position). The ids of a Series go by name where its index is text.
        The columns of a group share a gate. "auto" finds the dummies of categories by
        their names, "color_red" and "color_blue".
    feature_costs : array-like of shape (n_features,), dict or None, default=None
        What the price of every column's gate is multiplied by, 1 for the usual price
        and at least 0: an array, or numbers by name or position, as of a dict or a
        Series whose index is text, and 1 for other columns. A gate of several columns
        costs as much as the dearest. Of columns that say the same the cheaper one is
        selected, and a column that costs more than it tells is left out.
    categorical_features : "from_dtype", None or array-like, default="from_dtype"
        Columns that hold categories: those of text and of categorical types, or none,
        or in addition a mask, names or positions.
    max_correlation : float or None, default=None
        Largest rank correlation, in absolute value, of two selected features: of
        near-copies only the best ranked is selected. None keeps all copies that
        the gates open for.
    cross_fit : int, splitter, iterable or None, default=4
        Folds. Each serves once as the rows that train the gates, while the others
        train the weights; as do test and training rows of a splitter of scikit-learn,
        or of such pairs. None trains both on all rows, which is plain STG.
    n_seeds : int or "auto", default="auto"
        Members a fold, each with folds and initial weights of its own. "auto" takes 1,
        and where fewer than 1000 rows count as evidence 2 to 6: the fewer the rows,
        the more it is a matter of luck which of them are held out.
    embedding : {"legendre"} or None, default="legendre"
        "legendre" gives a network the first two Legendre polynomials of a column's
        ranks, the second one a quarter as large, behind one gate. None gives the
        column itself.
    screening : int, "auto" or None, default="auto"
        Gates that a member trains, chosen on the rows that train its weights by a
        search for columns, pairs and triples that explain the target. "auto" takes
        two for each gate above the level of chance, at least 8 and at most 24, and
        more where held-out rows are predicted better by more. None trains all of
        them and ranks by the gates alone.
    standardize : bool, default=True
        Whether columns are centred and scaled where there is no embedding.
    gate_noise : {"member", "row"}, default="member"
        Draw the noise once a step for each member, or for each row.
    hidden_layer_sizes : array-like of int, default=(64, 32)
        Widths of the hidden layers.
    activation : {"relu", "tanh", "logistic", "silu"}, default="relu"
        Activation of the hidden layers.
    learning_rate_init : float, default=6e-3
        Adam's step size for the network.
    gate_learning_rate_init : float, default=2e-2
        Adam's step size for the gates.
    alpha : float, default=0.1
        Decoupled weight decay of the network's weights.
    batch_size : int or "auto", default="auto"
        Rows a step. "auto" takes all of up to 2048 rows, else 1024 at a time.
    max_iter : int, default=150
        Steps; with `cross_fit`, the gates stay open for the first quarter. A gate
        moves by about `gate_learning_rate_init` a step, and has to go from 0.5 to 0 to
        close.
    n_iter_no_change : int or None, default=None
        Steps without an improvement by `tol` after which a member stops and goes
        back to its best state. None takes all steps.
    tol : float, default=1e-4
        Smallest improvement that counts, as a share of the null deviance.
    device : str, default="auto"
        "cpu", "cuda", "cuda:1", "mps", or "auto" for the fastest one there is.
    n_jobs : int or None, default=None
        Workers of joblib that share the screening and, on the CPU, the training of
        the members, with the same result to the last bit; -1 takes all cores. None
        is 1, or what `joblib.parallel_config` says. The workers share the threads of
        torch, and a single one lets up to four of them share its work; a fit that is
        itself the task of a worker takes none of its own. New processes take seconds
        to start, longer than a fit of a small table.
    random_state : int, RandomState instance or None, default=None
        An int repeats the result.
    verbose : int or bool, default=0
        Whether to show a progress bar on stderr; needs tqdm.

    Attributes
    ----------
    mu_ : ndarray of shape (n_features,)
        Learned gate means, averaged over the members.
    active_probs_ : ndarray of shape (n_features,)
        Probability that the noisy gate is open, averaged over the members; members
        that explain less than their gates cost count as closed.
    active_probs_range_ : ndarray of shape (2, n_features)
        Between which the probabilities of the middle 80 % of the members lie.
    gate_values_ : ndarray of shape (n_features,)
        ``mu_`` clamped to [0, 1].
    feature_importances_ : ndarray of shape (n_features,)
        Evidence in [0, 1] from gates and screening, without unit; orders the
        features as `ranking_` does.
    ranking_ : ndarray of int of shape (n_features,)
        1 for the best feature; without ties but between columns of one group.
    support_ : ndarray of bool of shape (n_features,)
        Mask of the selected features.
    copy_of_ : ndarray of int of shape (n_features,)
        Position of the better feature of which each is a near-copy by
        `max_correlation`, or of the cheaper one that says the same, by
        `feature_costs`; -1 where there is none. Copies are never selected, unless
        `keep` names them.
    kept_ : ndarray of bool of shape (n_features,)
        True for the columns that `keep` names, and those that share their gates.
    open_share_ : ndarray of shape (n_features,)
        Share of the members in which the gate is open at the end; members that explain
        less than their gates cost count as closed.
    loss_without_ : ndarray of shape (n_features,)
        By how much the loss of the average member on its gate rows rises when the gate
        is closed at the end, in shares of the null deviance; 0 where it is closed
        already. NaN without `cross_fit`.
    stability_ : float
        How far the members agree about which gates are open [3]_: 1 where they open
        the same, about 0 where they open as many by chance; NaN where none or all are
        open in all of them.
    screen_scores_ : ndarray of shape (n_features,)
        Best score of each feature in the screen on all rows, alone or in a set; 1 is
        about what the best of as many useless terms reaches. NaN without a screen.
    alone_scores_ : ndarray of shape (n_features,)
        The best of these scores that each feature has alone.
    searched_in_pairs_ : ndarray of bool of shape (n_features,)
        Whether the screen on all rows looked at the feature in pairs of any shape,
        which it does for a limited number of the best, and for none where rows are too
        few for a pair to be above chance.
    terms_ : dict of str to ndarray
        What the screen on all rows found, T terms, the best score first: ``"kind"``
        ("linear", "smooth" and "wave" of one feature, "product" and "interaction" of
        two, "triple", the product of three, and "cells" of any shape of three to five);
        ``"features"`` of shape (T, 5), their positions, then -1; ``"score"`` as in
        `screen_scores_`; ``"by_chance"``, about how many terms as good as this one
        chance makes; ``"members"``, the share of the members whose screen of their
        own rows found these features too (in a wave, if it is one); ``"explained"``,
        the share of the variance of the null model's residual that these members'
        terms explain on rows that were held out, beyond functions of fewer of the
        features, or of a wave beyond smooth ones; ``"gain"``, that share in units of
        log-likelihood.
    varies_ : ndarray of bool of shape (n_features,)
        False for constant features, which are never selected, unless `keep` names
        them.
    n_features_to_select_ : int
        Number of best features that the fit would select by itself, besides those that
        `keep` names; counts gates where `feature_groups` are given.
    selection_curve_ : dict of str to ndarray of shape (S,)
        ``"n_features"`` and ``"loss"``: held-out loss of networks, regressions or
        trees, whichever is smallest, that see so many of the best features, besides
        those that `keep` names, in shares of the null deviance. Empty without held-out
        rows or a screen.
    feature_kinds_ : ndarray of str of shape (n_features,)
        What each feature was read as: "number", "boolean", "date", "duration",
        "category", "ordered category" or "text", with what text was found to hold.
    objective_ : str
        What `y` was taken for.
    reg_weight_ : float
        Price in use.
    n_iter_ : int
        Steps of the member that took most.
    history_ : dict of str to ndarray
        ``"step"`` of shape (T,), ``"score"`` (held-out loss plus the price of the open
        gates) and ``"n_open"`` of shape (T, K); NaN once a member has stopped.
    classes_ : ndarray of shape (n_classes,)
        Labels; only in classification.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of str of shape (n_features,)
        Names of the features, where `X` had them.

    See Also
    --------
    GaussianStochasticGates : The gates as a layer of one's own network.
    sklearn.feature_selection.SelectFromModel : Selection by any model's importances.

    References
    ----------
    .. [1] Y. Yamada, O. Lindenbaum, S. Negahban and Y. Kluger, "Feature Selection
       using Stochastic Gates", ICML 2020, arXiv:1810.04247.
    .. [2] D. P. Foster and E. I. George, "The Risk Inflation Criterion for Multiple
       Regression", Annals of Statistics 22, 1994.
    .. [3] S. Nogueira, K. Sechidis and G. Brown, "On the Stability of Feature Selection
       Algorithms", Journal of Machine Learning Research 18:174, 2018.

    Examples
    --------
    >>> from stg_select import GaussianGateSelector
    >>> from stg_select.datasets import make_xor
    >>> X, y, informative = make_xor(n_samples=500, n_features=20, random_state=0)
    >>> selector = GaussianGateSelector(random_state=0).fit(X, y)
    >>> selector.get_support(indices=True)
    array([0, 1])
    """

    _parameter_constraints: ClassVar[dict] = CONSTRAINTS

    def __init__(
        self,
        n_features_to_select: float | None = None,
        *,
        threshold: float | None = None,
        objective: str = "auto",
        class_weight: Mapping | str | None = None,
        reg_weight: float | str = "auto",
        gate_std: float = 0.5,
        keep: ArrayLike | Callable | None = None,
        feature_groups: ArrayLike | Mapping | str | None = None,
        feature_costs: ArrayLike | Mapping | None = None,
        categorical_features: ArrayLike | str | None = "from_dtype",
        max_correlation: float | None = None,
        cross_fit: Any = 4,
        n_seeds: int | str = "auto",
        embedding: str | None = "legendre",
        screening: int | str | None = "auto",
        standardize: bool = True,
        gate_noise: str = "member",
        hidden_layer_sizes: ArrayLike = (64, 32),
        activation: str = "relu",
        learning_rate_init: float = 6e-3,
        gate_learning_rate_init: float = 2e-2,
        alpha: float = 0.1,
        batch_size: int | str = "auto",
        max_iter: int = 150,
        n_iter_no_change: int | None = None,
        tol: float = 1e-4,
        device: str = "auto",
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: int | bool = 0,
    ) -> None:
        self.n_features_to_select = n_features_to_select
        self.threshold = threshold
        self.objective = objective
        self.class_weight = class_weight
        self.reg_weight = reg_weight
        self.gate_std = gate_std
        self.keep = keep
        self.feature_groups = feature_groups
        self.feature_costs = feature_costs
        self.categorical_features = categorical_features
        self.max_correlation = max_correlation
        self.cross_fit = cross_fit
        self.n_seeds = n_seeds
        self.embedding = embedding
        self.screening = screening
        self.standardize = standardize
        self.gate_noise = gate_noise
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.learning_rate_init = learning_rate_init
        self.gate_learning_rate_init = gate_learning_rate_init
        self.alpha = alpha
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.device = device
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose
