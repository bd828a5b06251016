"""The objectives by the names that users ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from stg_select.objectives._cox import Cox, CoxBreslow, encode_times
from stg_select.objectives._huber import Huber, encode_robust
from stg_select.objectives._log_loss import BinaryLogLoss, encode_classes
from stg_select.objectives._objective import EncodedTarget
from stg_select.objectives._poisson import Poisson, encode_counts
from stg_select.objectives._squared_error import SquaredError, encode_response

Encoder = Callable[[NDArray, NDArray[np.floating]], EncodedTarget]

# each takes y and the row weights, and refuses what it cannot use
OBJECTIVES: Mapping[str, Encoder] = MappingProxyType(
    {
        SquaredError.name: encode_response,
        BinaryLogLoss.name: encode_classes,
        Poisson.name: encode_counts,
        Huber.name: encode_robust,
        Cox.name: encode_times,
        CoxBreslow.name: partial(encode_times, objective=CoxBreslow),
    }
)
# those of an event and a time a row
SURVIVAL = frozenset({Cox.name, CoxBreslow.name})
