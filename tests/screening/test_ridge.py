"""Ridge regression on terms."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from stg_select.screening._ridge import ridge_coefficients


@pytest.mark.parametrize("penalty", [1e-6, 0.3])
def test_coefficients_are_those_of_scikit_learn(penalty):
    """Whose penalty is that of all rows together."""
    rng = np.random.default_rng(0)
    design, target = rng.normal(size=(80, 3)), rng.normal(size=(80, 2))
    weight = rng.uniform(0.5, 2.0, 80)
    model = Ridge(alpha=80 * penalty, fit_intercept=False)
    model.fit(design, target, sample_weight=weight)
    found = ridge_coefficients(design, target, weight, ridge=penalty)
    np.testing.assert_allclose(found, model.coef_.T, rtol=1e-9)


def test_columns_that_say_the_same_share_their_coefficient():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(50, 1))
    found = ridge_coefficients(np.hstack([x, x]), 2.0 * x, np.ones(50))
    np.testing.assert_allclose(found, [[1.0], [1.0]], atol=0.02)
