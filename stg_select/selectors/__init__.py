"""Feature selectors with scikit-learn's interface."""

from stg_select.selectors._selector import GaussianGateSelector

__all__ = ["GaussianGateSelector"]
