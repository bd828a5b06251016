"""Feature selectors with scikit-learn's interface, and their door for targets."""

from stg_select.selectors._result_line import selection_sentence, short_name
from stg_select.selectors._selector import GaussianGateSelector
from stg_select.selectors._targets import kind_of_target

__all__ = [
    "GaussianGateSelector",
    "kind_of_target",
    "selection_sentence",
    "short_name",
]
