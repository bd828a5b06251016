"""The method: cross-fitted members of one plan, and what they say together.

Modules bottom up; each imports from those before it only: jobs and progress, settings,
rows and folds, the table, shortlists of gates, members, training, the curve over sizes,
the outcome, the terms that were found and checks, the whole fit, near-copies.
"""

from stg_select.crossfit._fit import Fit, fit_members
from stg_select.crossfit._gate_options import GateOptions
from stg_select.crossfit._jobs import count_jobs
from stg_select.crossfit._near_copies import copied_features
from stg_select.crossfit._networks import Networks
from stg_select.crossfit._row_plan import GATE_ROW, NETWORK_ROW, RowPlan
from stg_select.crossfit._settings import WORKING_SET, Settings
from stg_select.crossfit._table import EncodedTable, build_table
from stg_select.crossfit._training import Workers

__all__ = [
    "GATE_ROW",
    "NETWORK_ROW",
    "WORKING_SET",
    "EncodedTable",
    "Fit",
    "GateOptions",
    "Networks",
    "RowPlan",
    "Settings",
    "Workers",
    "build_table",
    "copied_features",
    "count_jobs",
    "fit_members",
]
