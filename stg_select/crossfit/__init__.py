"""The method: cross-fitted members of one plan, and what they say together.

Modules bottom up; each imports from those before it only: jobs and progress, settings,
rows and folds, the table, working sets, members, checks, training, the outcome and
near-copies.
"""

from stg_select.crossfit._jobs import count_jobs
from stg_select.crossfit._near_copies import copied_features
from stg_select.crossfit._outcome import GateOutcome, summarise
from stg_select.crossfit._settings import Settings
from stg_select.crossfit._table import EncodedTable, build_table
from stg_select.crossfit._training import Training, plan_training, train_members
from stg_select.crossfit._working_sets import WORKING_SET

__all__ = [
    "WORKING_SET",
    "EncodedTable",
    "GateOutcome",
    "Settings",
    "Training",
    "build_table",
    "copied_features",
    "count_jobs",
    "plan_training",
    "summarise",
    "train_members",
]
