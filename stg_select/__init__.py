"""Feature selection with Gaussian stochastic gates.

The names below are imported when they are first asked for: torch takes seconds, and
the command line answers ``--help`` without it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stg_select.gates import GaussianStochasticGates
    from stg_select.selectors import GaussianGateSelector

    __version__: str

__all__ = ["GaussianGateSelector", "GaussianStochasticGates"]

_HOMES = {
    "GaussianGateSelector": "stg_select.selectors",
    "GaussianStochasticGates": "stg_select.gates",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        value: Any = import_module("importlib.metadata").version("stg-select")
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
