"""Pictures and reports of fitted selectors; they read fitted attributes only."""

from stg_select.inspection._effect import EffectDisplay
from stg_select.inspection._gate_history import GateHistoryDisplay
from stg_select.inspection._interactions import InteractionDisplay
from stg_select.inspection._ranking import RankingDisplay
from stg_select.inspection._report import SelectionReport
from stg_select.inspection._selection_curve import SelectionCurveDisplay

__all__ = [
    "EffectDisplay",
    "GateHistoryDisplay",
    "InteractionDisplay",
    "RankingDisplay",
    "SelectionCurveDisplay",
    "SelectionReport",
]
