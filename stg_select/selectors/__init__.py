"""Feature selectors with scikit-learn's interface, and their door for targets."""

from stg_select.columns.frames import check_is_table
from stg_select.selectors._effects import Effect, effect_of
from stg_select.selectors._result_line import selection_sentence, short_name
from stg_select.selectors._selector import GaussianGateSelector
from stg_select.selectors._targets import kind_of_target

__all__ = [
    "Effect",
    "GaussianGateSelector",
    "check_is_table",
    "effect_of",
    "kind_of_target",
    "selection_sentence",
    "short_name",
]
