"""Scikit-learn's own checks, for each objective and for plain gates, all expected to
pass; also run on the oldest supported versions, hence nothing else is needed here.
"""

from __future__ import annotations

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from stg_select import GaussianGateSelector

QUICK = {"max_iter": 4, "hidden_layer_sizes": (4,), "n_seeds": 1}
PLAIN = {
    "cross_fit": None,
    "embedding": None,
    "screening": None,
    "standardize": False,
    "gate_noise": "row",
}


@parametrize_with_checks(
    [
        GaussianGateSelector(**QUICK),  # the targets of most checks are classes
        GaussianGateSelector(objective="squared_error", **QUICK),
        GaussianGateSelector(objective="squared_error", **PLAIN, **QUICK),
        GaussianGateSelector(objective="log_loss", **PLAIN, **QUICK),
        GaussianGateSelector(objective="poisson", **QUICK),
        GaussianGateSelector(objective="huber", **QUICK),
        GaussianGateSelector(categorical_features=[0], **QUICK),
        GaussianGateSelector(keep=[0], feature_costs={0: 2.0}, **QUICK),
    ]
)
@pytest.mark.filterwarnings("ignore:No features were selected:UserWarning")
@pytest.mark.filterwarnings("ignore:No gate can close")  # in the few steps of QUICK
def test_scikit_learn_checks(estimator, check):
    check(estimator)
