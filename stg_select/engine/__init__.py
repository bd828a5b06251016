"""Batched training of gated networks: a plan in, a result out."""

from stg_select.engine._config import TrainingConfig
from stg_select.engine._device import available_devices
from stg_select.engine._hard_networks import hard_outputs
from stg_select.engine._network import GatedNetworks
from stg_select.engine._partition import cut_plan, join_results, take_members
from stg_select.engine._plan import (
    HardNetwork,
    InputTable,
    PathResult,
    RowSet,
    TrainingPlan,
)
from stg_select.engine._threads import limited_threads, thread_count
from stg_select.engine._trainer import train

__all__ = [
    "GatedNetworks",
    "HardNetwork",
    "InputTable",
    "PathResult",
    "RowSet",
    "TrainingConfig",
    "TrainingPlan",
    "available_devices",
    "cut_plan",
    "hard_outputs",
    "join_results",
    "limited_threads",
    "take_members",
    "thread_count",
    "train",
]
